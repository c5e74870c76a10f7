"""The OpenID Connect provider: authorization code flow with PKCE (RFC 7636), and tokens got anew."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from kernel.errors import Unauthenticated, Unavailable
from portal.settings import PortalSettings

SCOPE: Final = "openid profile offline_access"
ALGORITHMS: Final = ("Ed25519", "EdDSA", "ES256", "ES384", "ES512", "RS256", "PS256")
CALLBACK: Final = "/sign-in/callback"
TIMEOUT: Final = 10.0
LEEWAY: Final = 60

log = structlog.get_logger(__name__)


class SignInFailed(Unauthenticated):
    zh = "登录没有成功或已过期，请重新登录"
    en = "Signing in did not succeed, or is over; sign in again"


@dataclass(frozen=True, slots=True)
class Tokens:
    """`expires`: seconds since 1970. `person` and `name` are known at sign-in only."""

    access: str
    refresh: str
    expires: float
    person: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way: what the browser brings back is held against it."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """Found by its discovery document when first needed: the portal starts whether or not it is up."""

    def __init__(self, settings: PortalSettings, *, now: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._now = now
        self._found: dict[str, Any] = {}
        self._keys: KeySet | None = None

    @property
    def callback(self) -> str:
        return self._settings.address + CALLBACK

    async def begin(self) -> tuple[Begun, str]:
        """Where to send the browser. Raises Unavailable."""
        begun = Begun(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        found = await self._discovered()
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                found["authorization_endpoint"],
                state=begun.state,
                nonce=begun.nonce,
                code_verifier=begun.verifier,
            )
        return begun, str(address)

    async def redeemed(self, begun: Begun, answer: Mapping[str, str]) -> Tokens:
        """What the browser brought back from the provider, exchanged. Raises SignInFailed, Unavailable."""
        if not secrets.compare_digest(answer.get("state", ""), begun.state) or not answer.get("code"):
            raise SignInFailed
        given = await self._asked("authorization_code", code=answer["code"], code_verifier=begun.verifier)
        claims = await self._identity(given.get("id_token", ""), begun.nonce)
        person = str(claims.get(self._settings.token_person_claim, ""))
        name = str(claims.get("name") or person)
        if not person:
            raise SignInFailed
        return self._tokens(given, person=person, name=name)

    async def refreshed(self, refresh: str) -> Tokens:
        """Raises SignInFailed, Unavailable."""
        return self._tokens(await self._asked("refresh_token", refresh_token=refresh), refresh=refresh)

    async def farewell(self) -> str:
        """Where the provider ends its own session, empty where it has no such place."""
        try:
            return str((await self._discovered()).get("end_session_endpoint", ""))
        except Unavailable:
            return ""

    def _tokens(
        self, given: Mapping[str, Any], *, refresh: str = "", person: str = "", name: str = ""
    ) -> Tokens:
        return Tokens(
            access=str(given["access_token"]),
            refresh=str(given.get("refresh_token") or refresh),
            expires=float(given.get("expires_at") or self._now() + float(given.get("expires_in", 60))),
            person=person,
            name=name,
        )

    async def _asked(self, grant: str, **words: str) -> dict[str, Any]:
        from authlib.common.errors import AuthlibBaseError
        from httpx2 import HTTPError

        found = await self._discovered()
        try:
            async with self._client() as client:
                given = await client.fetch_token(found["token_endpoint"], grant_type=grant, **words)
        except AuthlibBaseError as error:
            log.info("the provider gave no token", grant=grant, error=error.error)
            raise SignInFailed from error
        except HTTPError as error:
            raise Unavailable(what=self._settings.issuer) from error
        return dict(given)

    async def _identity(self, token: str, nonce: str) -> dict[str, Any]:
        rules = jwt.JWTClaimsRegistry(
            now=int(self._now()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": self._settings.portal_client},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            sub={"essential": True},
        )
        for keys in (self._keys, None):
            try:
                known = keys or await self._fresh_keys()
                claims = jwt.decode(token, known, algorithms=list(ALGORITHMS)).claims
                rules.validate(claims)
            except (JoseError, ValueError) as error:
                if keys is None:  # with the keys of this very moment
                    log.info("the identity token is not good", error=type(error).__name__)
                    raise SignInFailed from error
            else:
                return dict(claims)
        raise SignInFailed

    async def _fresh_keys(self) -> KeySet:
        document: KeySetSerialization = await self._got((await self._discovered())["jwks_uri"])  # type: ignore[assignment]  # checked by what reads it
        self._keys = KeySet.import_key_set(document)
        return self._keys

    async def _discovered(self) -> dict[str, Any]:
        if not self._found:
            found = await self._got(f"{self._settings.issuer}/.well-known/openid-configuration")
            if found.get("issuer") != self._settings.issuer:
                raise SignInFailed
            self._found = found
        return self._found

    async def _got(self, address: str) -> dict[str, Any]:
        from httpx2 import AsyncClient, HTTPError

        try:
            async with AsyncClient(timeout=TIMEOUT, trust_env=not self._settings.is_demo) as client:
                answer = await client.get(address)
                answer.raise_for_status()
                document: dict[str, Any] = answer.json()
        except (HTTPError, ValueError) as error:
            raise Unavailable(what=self._settings.issuer) from error
        return document

    def _client(self) -> Any:
        # Imported when somebody signs in: `zhupi up` should not wait for it.
        from authlib.integrations.httpx_client import AsyncOAuth2Client

        secret = self._settings.portal_client_secret
        return AsyncOAuth2Client(
            client_id=self._settings.portal_client,
            client_secret=Path(secret).read_text("utf-8").strip() if secret else None,
            token_endpoint_auth_method=None if secret else "none",
            scope=SCOPE,
            redirect_uri=self.callback,
            code_challenge_method="S256",
            timeout=TIMEOUT,
            trust_env=not self._settings.is_demo,
        )
