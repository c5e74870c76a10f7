"""The issuer of an installation of its own: keys that only their owner can read."""

from __future__ import annotations

import json
from pathlib import Path

from chassis.security.identity import ServiceIdentity
from chassis.security.local_issuer import ensure_keys, issuer_jwks, service_key, services_jwks


def test_private_keys_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    ensure_keys(tmp_path, ["expense", "erp"])
    private = sorted(tmp_path.rglob("*.jwk"))
    assert [path.name for path in private] == ["issuer.jwk", "erp.jwk", "expense.jwk"]
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}
    assert {path.parent.stat().st_mode & 0o777 for path in private} == {0o700}


def test_nothing_private_is_published(tmp_path: Path) -> None:
    ensure_keys(tmp_path, ["expense", "erp"])
    for path in (issuer_jwks(tmp_path), services_jwks(tmp_path)):
        for key in json.loads(path.read_text())["keys"]:
            assert set(key) == {"kty", "crv", "x", "kid", "alg", "use"}


def test_keys_stay_when_they_are_ensured_again_and_new_components_join(tmp_path: Path) -> None:
    ensure_keys(tmp_path, ["expense"])
    before = service_key(tmp_path, "expense").read_bytes(), issuer_jwks(tmp_path).read_bytes()
    ensure_keys(tmp_path, ["erp"])
    assert (service_key(tmp_path, "expense").read_bytes(), issuer_jwks(tmp_path).read_bytes()) == before
    published = json.loads(services_jwks(tmp_path).read_text())["keys"]
    assert {key["kid"].partition("#")[0] for key in published} == {"service/expense", "service/erp"}


def test_a_service_is_named_by_its_key(tmp_path: Path) -> None:
    ensure_keys(tmp_path, ["expense"])
    assert ServiceIdentity.load(service_key(tmp_path, "expense")).name == "expense"
