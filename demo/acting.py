"""Who acts in the demo group, for telling and loading on behalf of many."""

from __future__ import annotations

from typing import Final

from cli.session import Options, Session
from cli.sessions import Sessions
from demo.group import POSTS, Group
from reading.known import Known

ROLES: Final = {post.key: tuple(post.roles.split()) for post in POSTS}


class Actors(Sessions):
    """Who acts is asked for a person at a time."""

    def __init__(self, options: Options, group: Group, known: Known | None = None) -> None:
        super().__init__(options, known)
        self._group = group

    async def session(self, login: str) -> Session:
        """The session of a person. One of the group has the roles of their post: the directory need not know them yet."""
        person = self._group.by_login.get(login)
        return await self.of(login, ROLES[person.post] if person else None)
