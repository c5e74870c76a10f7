"""Sessions: a sealed cookie says who is there; the token by which services are called stays here, and is got anew."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from portal.sign_in.oidc import Provider, SignInFailed, Tokens
from portal.sign_in.sealing import Sealer

IDLE: Final = 8 * 3600.0
LONGEST: Final = 30 * 86400.0
# The cookie is written again when it is so old, not with every answer.
FRESH_FOR: Final = 300.0
# A token is got anew so long before it ends: a call must not outlive it.
EARLIER: Final = 45.0
REMEMBERED: Final = 20_000
PURPOSE: Final = "session"


@dataclass(frozen=True, slots=True)
class Session:
    """`csrf` is what posts of this session carry; `began` and `seen` are seconds since 1970."""

    id: str
    person: str
    name: str
    refresh: str
    csrf: str
    began: float
    seen: float
    language: str = ""

    def speaking(self, language: str) -> Session:
        return replace(self, language=language)


class Sessions:
    def __init__(
        self, sealer: Sealer, provider: Provider, *, secure: bool, now: Callable[[], float] = time.time
    ) -> None:
        self._sealer = sealer
        self._provider = provider
        self._secure = secure
        self._now = now
        self._tokens: OrderedDict[str, Tokens] = OrderedDict()
        self._ended: OrderedDict[str, float] = OrderedDict()
        self._refreshing: dict[str, asyncio.Lock] = {}

    @property
    def cookie(self) -> str:
        # The prefix makes browsers refuse what a neighbouring host may have set; it needs https.
        return "__Host-zhupi" if self._secure else "zhupi"

    def begin(self, tokens: Tokens, *, language: str = "") -> Session:
        now = self._now()
        session = Session(
            id=secrets.token_urlsafe(18),
            person=tokens.person,
            name=tokens.name,
            refresh=tokens.refresh,
            csrf=secrets.token_urlsafe(24),
            began=now,
            seen=now,
            language=language,
        )
        self._keep(session, tokens)
        return session

    def read(self, request: Request) -> Session | None:
        """The session of a request; None where there is none, or it is over."""
        content = self._sealer.opened(PURPOSE, request.cookies.get(self.cookie, ""))
        if content is None or content["id"] in self._ended:
            return None
        session = Session(**{name: content[name] for name in Session.__slots__})
        return None if self._now() - session.began > LONGEST else session

    def write(self, response: Response, session: Session) -> None:
        now = self._now()
        left = min(IDLE, session.began + LONGEST - now)
        sealed = self._sealer.sealed(PURPOSE, asdict(replace(session, seen=now)), lifetime=left)
        response.set_cookie(
            self.cookie,
            sealed,
            max_age=int(left),
            httponly=True,
            samesite="lax",
            secure=self._secure,
            path="/",
        )

    def is_stale(self, session: Session) -> bool:
        return self._now() - session.seen > FRESH_FOR

    def end(self, session: Session, response: Response) -> None:
        """Also a copy of the cookie is good for nothing afterwards."""
        self._tokens.pop(session.id, None)
        self._ended[session.id] = self._now()
        while len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)
        response.delete_cookie(self.cookie, path="/", httponly=True, samesite="lax", secure=self._secure)

    async def access(self, session: Session) -> tuple[str, Session]:
        """A token that services accept, and the session as it is now. Raises SignInFailed: the person signs in again."""
        lock = self._refreshing.setdefault(session.id, asyncio.Lock())
        try:
            async with lock:
                tokens = self._tokens.get(session.id)
                if tokens is None or tokens.expires - EARLIER <= self._now():
                    # Another request may have been given a newer refresh token than this one's cookie has.
                    refresh = tokens.refresh if tokens is not None else session.refresh
                    if not refresh:
                        raise SignInFailed
                    tokens = await self._provider.refreshed(refresh)
                    self._keep(session, tokens)
        finally:
            if not lock.locked():
                self._refreshing.pop(session.id, None)
        return tokens.access, replace(session, refresh=tokens.refresh or session.refresh)

    def _keep(self, session: Session, tokens: Tokens) -> None:
        self._tokens[session.id] = tokens
        self._tokens.move_to_end(session.id)
        while len(self._tokens) > REMEMBERED:
            self._tokens.popitem(last=False)
