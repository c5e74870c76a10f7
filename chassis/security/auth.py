"""Who calls: a bearer token becomes an Actor, or a refusal.

People's tokens come from an OpenID Connect issuer, services' from the services themselves. Only asymmetric signatures
count; a key belongs to one issuer and never speaks for another.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError

from chassis.config import Settings
from chassis.security.identity import PREFIX, service_audience
from chassis.security.jwks import KeySet
from kernel.actor import SYSTEM_ID, Actor
from kernel.errors import Unauthenticated
from kernel.writing import cleaned

ALGORITHMS: Final = ("Ed25519", "EdDSA", "ES256", "ES384", "ES512", "RS256", "PS256")
LONGEST: Final = 8192  # characters of a token
REMEMBERED: Final = 10_000
# A verified token is believed for so long before its key is looked at again: keys get withdrawn.
BELIEVED_FOR: Final = 300.0
PERSON: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{0,99}")


class TokenMissing(Unauthenticated):
    """No token at all."""


class TokenNotTrusted(Unauthenticated):
    """Forged, damaged, of an unknown issuer, or of a form that is not accepted. Which one is not told to the caller."""

    zh = "登录凭证无效，请重新登录"
    en = "The token is not trusted; sign in again"


class TokenExpired(Unauthenticated):
    zh = "登录已过期，请重新登录"
    en = "The token has expired; sign in again"


class TokenNotYetValid(Unauthenticated):
    zh = "登录凭证尚未生效，请检查时钟"
    en = "The token is not valid yet; check the clock"


class TokenForAnotherAudience(Unauthenticated):
    zh = "登录凭证不适用于此系统"
    en = "The token is meant for another audience"


class Verifier:
    """Verifies the tokens that reach the component `name`."""

    def __init__(self, settings: Settings, name: str, *, now: Callable[[], float] = time.time) -> None:
        self._issuer = settings.token_issuer
        self._audience = settings.token_audience
        self._own_audience = service_audience(name)
        self._person_claim = settings.token_person_claim
        self._leeway = settings.token_leeway_seconds
        self._people = KeySet(settings.token_jwks) if settings.token_jwks else None
        self._services = KeySet(settings.service_jwks) if settings.service_jwks else None
        self._now = now
        self._verified: OrderedDict[str, tuple[Actor, float, KeySet, int]] = OrderedDict()

    async def actor(self, token: str) -> Actor:
        """The caller. Raises Unauthenticated (its subclasses say why) and Unavailable when keys cannot be had."""
        if not token:
            raise TokenMissing
        known = self._verified.get(token)
        if known is not None and known[1] > self._now() and known[2].generation == known[3]:
            return known[0]
        actor, until, keys = await self._verify(token)
        self._verified[token] = (actor, until, keys, keys.generation)
        while len(self._verified) > REMEMBERED:
            self._verified.popitem(last=False)
        return actor

    async def _verify(self, token: str) -> tuple[Actor, float, KeySet]:
        header, unverified = _peek(token)
        issuer, kid = unverified.get("iss"), header.get("kid")
        if not isinstance(issuer, str) or not isinstance(kid, str) or header.get("alg") not in ALGORITHMS:
            raise TokenNotTrusted
        from_service = issuer.startswith(PREFIX)
        keys = self._services if from_service else self._people
        if keys is None or (kid.partition("#")[0] != issuer if from_service else issuer != self._issuer):
            raise TokenNotTrusted
        key = await keys.key(kid)
        if key is None:
            raise TokenNotTrusted
        try:
            claims = jwt.decode(token, key, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError) as error:
            raise TokenNotTrusted from error
        self._check(claims, issuer, self._own_audience if from_service else self._audience)
        actor = _service_actor(claims, issuer) if from_service else self._person_actor(claims)
        until = min(float(claims["exp"]) + self._leeway, self._now() + BELIEVED_FOR)
        return actor, until, keys

    def _check(self, claims: dict[str, Any], issuer: str, audience: str) -> None:
        registry = jwt.JWTClaimsRegistry(
            now=int(self._now()),
            leeway=self._leeway,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            registry.validate(claims)
        except ExpiredTokenError as error:
            raise TokenExpired from error
        except InvalidClaimError as error:
            if error.claim == "aud":
                raise TokenForAnotherAudience from error
            if error.claim in ("nbf", "iat"):
                raise TokenNotYetValid from error
            raise TokenNotTrusted from error
        except JoseError as error:
            raise TokenNotTrusted from error

    def _person_actor(self, claims: dict[str, Any]) -> Actor:
        # A delegation made elsewhere is not ours to judge; read without `act` it would be the person in full.
        if "act" in claims:
            raise TokenNotTrusted
        return Actor(
            person=_person(claims.get(self._person_claim)),
            roles=_roles(claims),
            device=_text(claims, "device"),
        )


def _service_actor(claims: dict[str, Any], issuer: str) -> Actor:
    service = issuer.removeprefix(PREFIX)
    if service == SYSTEM_ID:
        raise TokenNotTrusted
    if claims["sub"] == issuer:
        return Actor(service=service)
    act = claims.get("act")
    if not isinstance(act, dict) or act.get("sub") != issuer:
        raise TokenNotTrusted
    # Roles are never taken from a service: it says for whom it acts, not what they may do.
    return Actor(person=_person(claims["sub"]), service=service, device=_text(claims, "device"))


def _person(value: object) -> str:
    # Under the system's own name stands what rules have done, and nobody else.
    if not isinstance(value, str) or not PERSON.fullmatch(value) or value == SYSTEM_ID:
        raise TokenNotTrusted
    return value


def _roles(claims: dict[str, Any]) -> frozenset[str]:
    roles = claims.get("roles", [])
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise TokenNotTrusted
    return frozenset(roles)


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name, "")
    # The issuer may pass on what a browser says of itself; it stands in timelines for ever.
    return cleaned(value, 200).replace("\n", " ") if isinstance(value, str) else ""


def _peek(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims before anything is verified, only to find the key."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > LONGEST:
        raise TokenNotTrusted
    try:
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in parts[:2])
    except (ValueError, binascii.Error, RecursionError) as error:
        raise TokenNotTrusted from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise TokenNotTrusted
    return header, claims
