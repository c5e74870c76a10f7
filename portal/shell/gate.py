"""Before any page: who is there, and whether the request may come in at all; after it: the cookie, where it changed."""

from __future__ import annotations

from typing import Final

from opentelemetry.trace import SpanKind
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.observability import telemetry
from kernel.errors import Refusal
from portal.http import csrf
from portal.services import channels
from portal.settings import DEMO_PATH
from portal.shell.errors import Errors
from portal.sign_in.oidc import SignInFailed
from portal.sign_in.sessions import Session, Sessions

# What is there for whoever has not signed in.
OPEN: Final = ("/healthz", "/assets/", "/sign-in", "/signed-out", f"{DEMO_PATH}/")
# Called by programs, which have no page that a post could come from.
PROGRAMS: Final = (f"{DEMO_PATH}/token",)
QUIET: Final = ("/healthz", "/assets/")


class Gate:
    def __init__(self, app: ASGIApp, *, sessions: Sessions, address: str, errors: Errors) -> None:
        self._app = app
        self._sessions = sessions
        self._address = address
        self._errors = errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith(QUIET):
            Request(scope).state.session = None
            await self._app(scope, receive, send)
            return
        with telemetry.step(f"{scope['method']} {_kind(scope['path'])}", SpanKind.SERVER):
            await self._guarded(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        state = request.state
        state.session, state.changed = None, False
        try:
            if scope["path"] not in PROGRAMS:
                csrf.refuse_strangers(request.method, request.headers, self._address)
            state.session = self._sessions.read(request)
            if not scope["path"].startswith(OPEN):
                if state.session is None:
                    raise SignInFailed
                await self._come_in(request, state.session)
        except Refusal as refusal:
            answer = await self._errors.refusal(request, refusal)
            await answer(scope, receive, send)
            return

        async def answering(message: Message) -> None:
            starts = message["type"] == "http.response.start" and not _says_cookie(message)
            if starts and self._is_to_write(state.session, changed=state.changed):
                cookie = Response()
                self._sessions.write(cookie, state.session)
                message["headers"] = [*message["headers"], *_cookies(cookie)]
            await send(message)

        await self._app(scope, receive, answering)

    def _is_to_write(self, session: Session | None, *, changed: bool) -> bool:
        return session is not None and (changed or self._sessions.is_stale(session))

    async def _come_in(self, request: Request, session: Session) -> None:
        access, now = await self._sessions.access(session)
        channels.token.set(access)
        if now != session:
            request.state.session, request.state.changed = now, True


def _says_cookie(message: Message) -> bool:
    return any(name == b"set-cookie" for name, _ in message["headers"])


def _cookies(response: Response) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in response.raw_headers if name == b"set-cookie"]


def _kind(path: str) -> str:
    """A name for traces that has no document in it."""
    return "/" + path.strip("/").partition("/")[0]
