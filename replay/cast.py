"""Everybody who acts in a replay, each with a session and a token of their own."""

from __future__ import annotations

from typing import Final

from cli.session import Options, Session
from cli.sessions import Sessions
from replay.mapping import Mapping

FINANCE: Final = "finance"
STEWARD_ROLES: Final = ("administrator", FINANCE, "operator")


def steward_of(mapping: Mapping) -> str:
    """Who brings in what the log needs, as administrators, finance and operators do."""
    return f"{mapping.organisation.key}-steward"


class Cast(Sessions):
    """Who acts for the roles of the log."""

    def __init__(self, options: Options, mapping: Mapping) -> None:
        super().__init__(options)
        self.mapping = mapping

    async def person(self, role: str) -> Session:
        """The session of who acts for a role of the log."""
        roles = (FINANCE,) if role == self.mapping.finance else ()
        return await self.of(self.mapping.roles[role].login, roles)

    async def claimant(self) -> Session:
        return await self.person(self.mapping.claimant)

    async def steward(self) -> Session:
        return await self.of(steward_of(self.mapping), STEWARD_ROLES)
