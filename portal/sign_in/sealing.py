"""Cookies that only we can read and make: JWE, direct encryption with A256GCM."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

PROTECTED: Final = {"alg": "dir", "enc": "A256GCM"}


class Sealer:
    """The first key seals, all of them open: a key is changed by putting a new one before it."""

    def __init__(self, keys: list[OctKey], *, now: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._now = now

    def sealed(self, purpose: str, content: Mapping[str, Any], *, lifetime: float) -> str:
        written = json.dumps({**content, "for": purpose, "until": self._now() + lifetime}, ensure_ascii=False)
        return jwe.encrypt_compact(dict(PROTECTED), written.encode(), self._keys[0])

    def opened(self, purpose: str, sealed: str) -> dict[str, Any] | None:
        """What was sealed for that purpose; None for anything else, and for what is over."""
        for key in self._keys:
            try:
                content = json.loads(
                    jwe.decrypt_compact(sealed, key, algorithms=["dir", "A256GCM"]).plaintext or b""
                )
            except (JoseError, ValueError):
                continue
            if content.get("for") == purpose and content.get("until", 0) > self._now():
                return dict(content)
        return None


def read_keys(path: Path) -> list[OctKey]:
    return [OctKey.import_key(key) for key in json.loads(path.read_text("utf-8"))["keys"]]


def ensure_keys(path: Path) -> list[OctKey]:
    """Those of a home, made when it has none; mode 600."""
    if not path.exists():
        document = {"keys": [OctKey.generate_key(256).as_dict(private=True)]}
        scratch = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(document, file)
        scratch.rename(path)
    return read_keys(path)


def fresh_keys() -> list[OctKey]:
    """For a process that shares its sessions with nobody, and loses them when it ends."""
    return [OctKey.generate_key(256)]
