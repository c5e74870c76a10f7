"""Discovery, the page, the code, the tokens, the keys."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from chassis.security.identity import ALGORITHM, read_key, sign
from chassis.security.local_issuer import issuer_jwks, person_token
from kernel.errors import Code, InvalidArgument, Refusal
from portal.http.forms import form_of
from portal.issuer.codes import Asked, Codes
from portal.issuer.people import People, sections
from portal.services.channels import Services
from portal.settings import DEMO_PATH, PortalSettings
from portal.shell.rendering import Pages
from portal.sign_in.oidc import CALLBACK
from reading.names import bare
from zhupi.approval.v1.directory_pb2 import Person

ACCESS: Final = 600
REFRESH: Final = 30 * 86400
# Who asks the directory before anybody is there.
NOBODY: Final = "zhupi-portal"
REFRESHING: Final = "zhupi-portal-refresh"


class NotOurClient(InvalidArgument):
    zh = "登录请求有误：未知的客户端、回跳地址，或缺少 PKCE"
    en = "This sign-in request is not valid: an unknown client or return address, or no PKCE"


class DemoIssuer:
    def __init__(self, settings: PortalSettings, services: Services, pages: Pages) -> None:
        assert settings.home is not None
        self._home: Path = settings.home
        self._settings = settings
        self._services = services
        self._pages = pages
        self._codes = Codes()

    @property
    def routes(self) -> list[Route]:
        return [
            Route(f"{DEMO_PATH}/.well-known/openid-configuration", self.discovery),
            Route(f"{DEMO_PATH}/jwks", self.keys),
            Route(f"{DEMO_PATH}/authorize", self.page, methods=["GET"]),
            Route(f"{DEMO_PATH}/authorize", self.chosen, methods=["POST"]),
            Route(f"{DEMO_PATH}/token", self.token, methods=["POST"]),
        ]

    async def discovery(self, request: Request) -> Response:
        here = self._settings.issuer
        return JSONResponse(
            {
                "issuer": here,
                "authorization_endpoint": f"{here}/authorize",
                "token_endpoint": f"{here}/token",
                "jwks_uri": f"{here}/jwks",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "refresh_token"],
                "code_challenge_methods_supported": ["S256"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "token_endpoint_auth_methods_supported": ["none"],
            }
        )

    async def keys(self, request: Request) -> Response:
        return Response(issuer_jwks(self._home).read_bytes(), media_type="application/jwk-set+json")

    async def page(self, request: Request) -> Response:
        self._asked(request)
        query = request.query_params.get("q", "").strip()
        people = sections(await self._people().found(query))
        kept = [(name, value) for name, value in request.query_params.multi_items() if name != "q"]
        return self._pages.page(request, "issuer/people.html", sections=people, query=query, kept=kept)

    async def chosen(self, request: Request) -> Response:
        asked = self._asked(request)
        form = await form_of(request)
        person = await self._people().one(form.get("person"))
        code = self._codes.give(asked, bare(person.name))
        back = urlencode({"code": code, "state": request.query_params.get("state", "")})
        return RedirectResponse(f"{asked.redirect}?{back}", 303)

    async def token(self, request: Request) -> Response:
        form = await form_of(request)
        nonce = ""
        if form.get("grant_type") == "authorization_code":
            taken = self._codes.take(
                form.get("code"),
                client=form.get("client_id"),
                redirect=form.get("redirect_uri"),
                verifier=form.get("code_verifier"),
            )
            login, nonce = taken or ("", "")
        else:
            login = self._refreshing(form.get("refresh_token"))
        person = await self._active(login)
        if person is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(self._tokens(person, nonce))

    def _tokens(self, person: Person, nonce: str) -> dict[str, object]:
        login, key = bare(person.name), read_key(self._home / "keys" / "issuer.jwk")
        own: dict[str, object] = {"iss": self._settings.issuer, "sub": login}
        refresh = sign(key, {**own, "aud": REFRESHING}, lifetime=REFRESH)
        given: dict[str, object] = {
            "access_token": person_token(self._home, login, person.roles, ttl=ACCESS, device="portal"),
            "refresh_token": refresh,
            "token_type": "Bearer",
            "expires_in": ACCESS,
        }
        if nonce:
            claims = {**own, "aud": self._settings.portal_client, "nonce": nonce, "name": person.display_name}
            given["id_token"] = sign(key, claims, lifetime=ACCESS)
        return given

    def _refreshing(self, token: str) -> str:
        """Whose refresh token it is; empty where it is none of ours."""
        rules = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": REFRESHING},
            exp={"essential": True},
        )
        try:
            claims = jwt.decode(
                token, read_key(self._home / "keys" / "issuer.jwk"), algorithms=[ALGORITHM]
            ).claims
            rules.validate(claims)
        except (JoseError, ValueError):
            return ""
        return str(claims["sub"])

    async def _active(self, login: str) -> Person | None:
        """Who left the house while they were signed in is signed in no longer, and roles are those of today."""
        if not login:
            return None
        try:
            person = await self._people().one(login)
        except Refusal as refusal:
            if refusal.code is Code.NOT_FOUND:
                return None
            raise
        return person if person.active else None

    def _people(self) -> People:
        return People(self._services, person_token(self._home, NOBODY, ttl=60))

    def _asked(self, request: Request) -> Asked:
        """Raises NotOurClient."""
        given = request.query_params
        asked = Asked(
            given.get("client_id", ""),
            given.get("redirect_uri", ""),
            given.get("code_challenge", ""),
            given.get("nonce", ""),
        )
        ours = (
            asked.client == self._settings.portal_client
            and asked.redirect == self._settings.address + CALLBACK
        )
        if not ours or not asked.challenge or given.get("code_challenge_method") != "S256":
            raise NotOurClient
        return asked
