"""Key sets: read, kept, read again when there is reason to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from joserfc.jwk import OctKey, OKPKey

from chassis.security.jwks import ASK_AGAIN_AFTER, FRESH_FOR, KeySet, parse_keys
from kernel.errors import Unavailable


def jwks(*kids: str) -> bytes:
    keys = [OKPKey.generate_key("Ed25519", {"kid": kid}, private=True).as_dict(private=False) for kid in kids]
    return json.dumps({"keys": keys}).encode()


class Issuer:
    """Serves its keys and counts how often it was asked."""

    def __init__(self) -> None:
        issuer = self
        self.keys, self.asked, self.broken = jwks("k1"), 0, False

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                self.send_response(500 if issuer.broken else 200)
                self.end_headers()
                self.wfile.write(issuer.keys)

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/jwks"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    thread = threading.Thread(target=issuer.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield issuer
    issuer.server.shutdown()
    thread.join()
    issuer.server.server_close()


async def test_keys_are_fetched_once_and_kept(issuer: Issuer) -> None:
    keys = KeySet(issuer.url)
    assert await keys.key("k1")
    assert await keys.key("k1")
    assert issuer.asked == 1


async def test_an_unknown_key_is_asked_for_but_not_at_every_token(issuer: Issuer) -> None:
    now = [0.0]
    keys = KeySet(issuer.url, now=lambda: now[0])
    assert await keys.key("k1")
    issuer.keys = jwks("k2")
    assert await keys.key("k2") is None
    assert issuer.asked == 1
    now[0] += ASK_AGAIN_AFTER
    assert await keys.key("k2")
    assert await keys.key("k1") is None
    assert issuer.asked == 2


async def test_known_keys_are_looked_at_again_after_an_hour(issuer: Issuer) -> None:
    now = [0.0]
    keys = KeySet(issuer.url, now=lambda: now[0])
    assert await keys.key("k1")
    generation = keys.generation
    issuer.keys = jwks("k2")
    now[0] += FRESH_FOR
    assert await keys.key("k1") is None
    assert keys.generation > generation


async def test_an_issuer_that_is_down_leaves_the_keys_that_are_known(issuer: Issuer) -> None:
    now = [0.0]
    keys = KeySet(issuer.url, now=lambda: now[0])
    assert await keys.key("k1")
    issuer.broken = True
    now[0] += FRESH_FOR
    assert await keys.key("k1")


async def test_without_any_keys_nobody_can_be_known(issuer: Issuer, tmp_path: Path) -> None:
    issuer.broken = True
    for location in (issuer.url, str(tmp_path / "nothing.jwks")):
        with pytest.raises(Unavailable):
            await KeySet(location).key("k1")


async def test_a_file_that_changes_is_read_again_at_once(tmp_path: Path) -> None:
    path = tmp_path / "issuer.jwks"
    path.write_bytes(jwks("k1"))
    keys = KeySet(str(path))
    assert await keys.key("k1")
    (tmp_path / "new").write_bytes(jwks("k2"))
    (tmp_path / "new").rename(path)
    assert await keys.key("k1") is None
    assert await keys.key("k2")


async def test_a_broken_file_leaves_the_keys_that_are_known(tmp_path: Path) -> None:
    path = tmp_path / "issuer.jwks"
    path.write_bytes(jwks("k1"))
    keys = KeySet(str(path))
    assert await keys.key("k1")
    path.write_text("{", "utf-8")
    assert await keys.key("k1")


def test_keys_are_not_fetched_in_the_open() -> None:
    with pytest.raises(ValueError, match="https"):
        KeySet("http://id.example/jwks")


def test_only_asymmetric_signing_keys_with_an_id_count() -> None:
    good = OKPKey.generate_key("Ed25519", {"kid": "good"}, private=True).as_dict(private=False)
    shared = OctKey.generate_key(256, {"kid": "shared"}).as_dict(private=True)
    agreement = OKPKey.generate_key("X25519", {"kid": "x"}, private=True).as_dict(private=False)
    entries = [good, shared, agreement, {**good, "kid": "enc", "use": "enc"}, {**good, "kid": ""}, "no key"]
    assert set(parse_keys(json.dumps({"keys": entries}).encode())) == {"good"}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"keys": 1}', b"\xff"])
def test_what_is_no_key_set_is_said(content: bytes) -> None:
    with pytest.raises(ValueError):
        parse_keys(content)
