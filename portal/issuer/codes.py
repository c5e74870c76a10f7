"""Authorization codes: each good once, for a minute, for whoever asked for it (RFC 6749, RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

LIFETIME: Final = 60.0
REMEMBERED: Final = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the client asked for."""

    client: str
    redirect: str
    challenge: str
    nonce: str = ""


class Codes:
    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._given: OrderedDict[str, tuple[Asked, str, float]] = OrderedDict()

    def give(self, asked: Asked, person: str) -> str:
        code = secrets.token_urlsafe(24)
        self._given[code] = (asked, person, self._now() + LIFETIME)
        while len(self._given) > REMEMBERED:
            self._given.popitem(last=False)
        return code

    def take(self, code: str, *, client: str, redirect: str, verifier: str) -> tuple[str, str] | None:
        """The person and the nonce; None where anything does not fit. A code that was shown is good no more."""
        asked, person, until = self._given.pop(code, (Asked("", "", ""), "", 0.0))
        fits = asked.client == client and asked.redirect == redirect and until > self._now()
        if not fits or not secrets.compare_digest(challenge_of(verifier), asked.challenge):
            return None
        return person, asked.nonce


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
