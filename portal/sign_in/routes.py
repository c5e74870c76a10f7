"""Signing in and out, and the language in which one reads."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal.http.forms import form_of
from portal.sign_in.oidc import CALLBACK, Begun, Provider, SignInFailed
from portal.sign_in.sealing import Sealer
from portal.sign_in.sessions import Sessions

HOME: Final = "/inbox"
BEGUN: Final = "zhupi-signing-in"
PATIENCE: Final = 600.0  # seconds that a sign-in may take


class SignIn:
    def __init__(self, provider: Provider, sealer: Sealer, sessions: Sessions, *, secure: bool) -> None:
        self._provider = provider
        self._sealer = sealer
        self._sessions = sessions
        self._secure = secure

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/sign-in", self.begin, methods=["GET"]),
            Route(CALLBACK, self.finish, methods=["GET"]),
            Route("/sign-out", self.leave, methods=["POST"]),
            Route("/language", self.speak, methods=["POST"]),
        ]

    async def begin(self, request: Request) -> Response:
        begun, address = await self._provider.begin()
        content = {**asdict(begun), "next": own_path(request.query_params.get("next", ""))}
        answer = RedirectResponse(address, 303)
        answer.set_cookie(
            BEGUN,
            self._sealer.sealed(BEGUN, content, lifetime=PATIENCE),
            max_age=int(PATIENCE),
            path="/sign-in",
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )
        return answer

    async def finish(self, request: Request) -> Response:
        content = self._sealer.opened(BEGUN, request.cookies.get(BEGUN, ""))
        if content is None:
            raise SignInFailed
        begun = Begun(content["state"], content["nonce"], content["verifier"])
        tokens = await self._provider.redeemed(begun, request.query_params)
        answer = RedirectResponse(own_path(content["next"]), 303)
        self._sessions.write(answer, self._sessions.begin(tokens))
        answer.delete_cookie(BEGUN, path="/sign-in")
        return answer

    async def leave(self, request: Request) -> Response:
        await form_of(request)
        answer = RedirectResponse(await self._provider.farewell() or "/signed-out", 303)
        if request.state.session is not None:
            self._sessions.end(request.state.session, answer)
            request.state.session = None
        return answer

    async def speak(self, request: Request) -> Response:
        form = await form_of(request)
        if request.state.session is not None:
            language = "en" if form.get("language") == "en" else "zh"
            request.state.session = request.state.session.speaking(language)
            request.state.changed = True
        return RedirectResponse(own_path(form.get("next", "")), 303)


def own_path(given: str) -> str:
    """A path of ours, whatever was given: nobody is sent elsewhere."""
    if (
        not given.startswith("/")
        or given.startswith("//")
        or "\\" in given
        or any(ord(c) < 32 for c in given)
    ):
        return HOME
    return given
