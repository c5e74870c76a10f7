"""Who this component is to others: a name, a key, and short-lived tokens signed with it.

A token says for whom the service acts (RFC 8693): `sub` is the person and `act.sub` the service; on its own account `sub`
is the service. Its audience is the one service that is called, so that nobody can use a token that was sent to them. It
carries no roles: what a person may do by a role, they do with their own token.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import OKPKey

from kernel.actor import Actor

ALGORITHM: Final = "Ed25519"
PREFIX: Final = "service/"
LIFETIME: Final = 300  # seconds
RENEW_BEFORE: Final = 60
REMEMBERED: Final = 10_000


def service_audience(name: str) -> str:
    return PREFIX + name


def read_key(path: Path) -> OKPKey:
    return OKPKey.import_key(json.loads(path.read_text("utf-8")))


def sign(key: OKPKey, claims: dict[str, object], *, lifetime: float) -> str:
    """A token valid from now on for `lifetime` seconds."""
    now = int(time.time())
    stamped = {"iat": now, "nbf": now, "exp": now + int(lifetime), "jti": uuid4().hex, **claims}
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, stamped, key, algorithms=[ALGORITHM])


class ServiceIdentity:
    """A component's name and key. The key id is `service/<name>#<thumbprint>`, so that a key cannot serve another name."""

    def __init__(self, key: OKPKey, *, now: Callable[[], float] = time.time) -> None:
        self._key = key
        self._now = now
        self.issuer = (key.kid or "").partition("#")[0]
        if not self.issuer.startswith(PREFIX):
            raise ValueError("not the key of a service")
        self.name = self.issuer.removeprefix(PREFIX)
        self._tokens: OrderedDict[tuple[str, str, str], tuple[str, float]] = OrderedDict()

    @classmethod
    def load(cls, path: str | Path) -> ServiceIdentity:
        return cls(read_key(Path(path)))

    def token(self, peer: str, actor: Actor | None = None) -> str:
        """A token for calling `peer`, on behalf of `actor`'s person where there is one. Kept until shortly before its end."""
        person, device = (actor.person, actor.device) if actor is not None and actor.person else ("", "")
        now = self._now()
        token, until = self._tokens.get((peer, person, device), ("", 0.0))
        if until <= now:
            token = sign(self._key, self._claims(peer, person, device), lifetime=LIFETIME)
            self._tokens[peer, person, device] = (token, now + LIFETIME - RENEW_BEFORE)
            while len(self._tokens) > REMEMBERED:
                self._tokens.popitem(last=False)
        return token

    def _claims(self, peer: str, person: str, device: str) -> dict[str, object]:
        claims: dict[str, object] = {"iss": self.issuer, "aud": service_audience(peer)}
        if not person:
            return {**claims, "sub": self.issuer}
        return {**claims, "sub": person, "act": {"sub": self.issuer}, "device": device}
