"""Everybody who acts in a replay, each with a session and a token of their own."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import Final

from cli.people import caller
from cli.session import Options, Session
from replay.mapping import Mapping

FINANCE: Final = "finance"
STEWARD_ROLES: Final = ("administrator", FINANCE, "operator")


def steward_of(mapping: Mapping) -> str:
    """Who brings in what the log needs, as administrators, finance and operators do."""
    return f"{mapping.organisation.key}-steward"


class Cast:
    """A context manager. Sessions are opened when first used."""

    def __init__(self, options: Options, mapping: Mapping) -> None:
        self.mapping = mapping
        self._options = options
        self._sessions: dict[str, Session] = {}
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Cast:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def person(self, role: str) -> Session:
        """The session of who acts for a role of the log."""
        roles = (FINANCE,) if role == self.mapping.finance else ()
        return await self._session(self.mapping.roles[role].login, roles)

    async def claimant(self) -> Session:
        return await self.person(self.mapping.claimant)

    async def steward(self) -> Session:
        return await self._session(steward_of(self.mapping), STEWARD_ROLES)

    async def _session(self, login: str, roles: tuple[str, ...]) -> Session:
        if login not in self._sessions:
            session = Session(replace(self._options, who=login, roles=roles))
            session.caller = await caller(session)
            self._sessions[login] = await self._open.enter_async_context(session)
        return self._sessions[login]
