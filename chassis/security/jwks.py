"""Public keys by which tokens are verified: a JWKS in a file or behind an https address, cached, rotated."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from kernel.errors import Unavailable

PublicKey = OKPKey | ECKey | RSAKey

LARGEST: Final = 1 << 20  # bytes of a key set
FRESH_FOR: Final = 3600.0  # seconds for which a fetched set is trusted without asking again
# An unknown key id makes us ask again, but not more often than this: ids are chosen by whoever sends the token.
ASK_AGAIN_AFTER: Final = 10.0
TIMEOUT: Final = 5.0

log = structlog.get_logger(__name__)


class KeySet:
    """The keys of one issuer by key id. `location` is a file path or an https address (http on this machine only)."""

    def __init__(self, location: str, *, now: Callable[[], float] = time.monotonic) -> None:
        self._location = location
        self._now = now
        self._keys: dict[str, PublicKey] = {}
        self._loaded_at = float("-inf")
        self._stamp: object = object()  # unlike any: nothing is loaded yet
        self._loading = asyncio.Lock()
        self.generation = 0
        url = urlsplit(location)
        self._url = location if url.scheme in ("https", "http") else ""
        if url.scheme == "http" and url.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError("keys are fetched over https; http is for this machine only")

    async def key(self, kid: str) -> PublicKey | None:
        """The key of that id, None if the issuer has none. Raises Unavailable when no key was ever to be had."""
        if self._stale(known=kid in self._keys):
            async with self._loading:
                if self._stale(known=kid in self._keys):
                    await self._load()
        return self._keys.get(kid)

    def _stale(self, *, known: bool) -> bool:
        if not self._url:
            return self._file_stamp() != self._stamp
        return self._now() - self._loaded_at >= (FRESH_FOR if known else ASK_AGAIN_AFTER)

    def _file_stamp(self) -> object:
        try:
            status = Path(self._location).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino

    async def _load(self) -> None:
        stamp = self._file_stamp() if not self._url else None
        try:
            keys = parse_keys(await self._read())
        except (OSError, ValueError, JoseError) as error:
            if not self._keys:
                raise Unavailable(what="token keys") from error
            log.warning("token keys could not be read again, the old ones stay", error=type(error).__name__)
        else:
            self._keys = keys
            self.generation += 1
        self._stamp, self._loaded_at = stamp, self._now()

    async def _read(self) -> bytes:
        if not self._url:
            return await asyncio.to_thread(Path(self._location).read_bytes)
        return await asyncio.to_thread(_fetch, self._url)


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310 - the scheme was checked above
        content: bytes = answer.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError("the key set is too large")
    return content


def parse_keys(content: bytes) -> dict[str, PublicKey]:
    """Asymmetric signing keys with an id; whatever else a set may hold is left out. Raises ValueError, JoseError."""
    document = json.loads(content)
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ValueError("not a JWKS")
    keys: dict[str, PublicKey] = {}
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig" or not entry.get("kid"):
            continue
        if entry.get("kty") not in ("OKP", "EC", "RSA") or entry.get("crv") in ("X25519", "X448"):
            continue
        key = import_key(entry)
        assert isinstance(key, OKPKey | ECKey | RSAKey)
        keys[str(entry["kid"])] = key
    return keys
