"""One session a person, for those who act on behalf of many."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self

from cli.people import caller
from cli.session import Options, Session
from reading.known import Known


class Sessions:
    """A context manager. `options` say where Zhupi runs; sessions are opened when first used, and closed with it."""

    def __init__(self, options: Options, known: Known | None = None) -> None:
        """`known`: what all of them learn of names, where one output shows it."""
        self._known = known
        self._options = options
        self._sessions: dict[str, Session] = {}
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def of(self, login: str, roles: tuple[str, ...] | None) -> Session:
        """The session of a person with these roles; None leaves the roles to the directory."""
        if login not in self._sessions:
            # Nothing that they are answered is shown to anybody: no name needs to be found out for it.
            session = Session(replace(self._options, who=login, roles=roles, as_json=True))
            session.caller = await caller(session)
            session.out.known = self._known or session.out.known
            self._sessions[login] = await self._open.enter_async_context(session)
        return self._sessions[login]
