"""One session a person, for telling and loading on behalf of many."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import Final

from cli.people import caller
from cli.session import Options, Session
from demo.group import POSTS, Group

ROLES: Final = {post.key: tuple(post.roles.split()) for post in POSTS}


class Actors:
    """A context manager. `options` say where Zhupi runs; who acts is asked for a person at a time."""

    def __init__(self, options: Options, group: Group) -> None:
        self._options = options
        self._group = group
        self._sessions: dict[str, Session] = {}
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Actors:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def session(self, login: str) -> Session:
        """The session of a person. One of the group has the roles of their post: the directory need not know them yet."""
        if login not in self._sessions:
            person = self._group.by_login.get(login)
            roles = ROLES[person.post] if person else None
            session = Session(replace(self._options, who=login, roles=roles))
            session.caller = await caller(session)
            self._sessions[login] = await self._open.enter_async_context(session)
        return self._sessions[login]
