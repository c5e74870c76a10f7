"""An installed component as a part: its database, its environment, its process, and its health."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from chassis.component import Component
from chassis.embedded.command import Command, leash
from chassis.launcher.health import serves
from chassis.launcher.home import Home
from chassis.migrations import migrate
from chassis.project import PROJECT

# One alembic at a time: its context is global to the process.
_MIGRATING = asyncio.Lock()


@dataclass
class ComponentPart:
    """`environment` is the component's own settings; the caller's `ZHUPI_…` fill in what is not said there.

    `superuser_url` is that of the cluster which gets the component's role and database, where it has migrations.
    """

    component: Component
    home: Home
    address: str
    environment: Mapping[str, str]
    superuser_url: str
    patience: float = 60.0

    @property
    def name(self) -> str:
        return self.component.name

    @property
    def needs(self) -> tuple[str, ...]:
        own = ("postgres",) if self.component.migrations else ()
        return tuple(dict.fromkeys((*own, *self.component.needs)))

    async def prepare(self) -> None:
        """A database of the newest schema. Raises DatabaseIsNewer."""
        if self.component.migrations:
            await ensure_database(self.superuser_url, self.name, self.home.password(self.name))
            async with _MIGRATING:
                folder = PROJECT / self.component.migrations
                await asyncio.to_thread(migrate, self.environment["ZHUPI_DATABASE_URL"], folder)

    async def mend(self) -> None:
        """What a component leaves half done, its transactions undo."""

    def command(self) -> Command:
        # -P: the home is its folder, and what lies there must not be importable.
        words = (sys.executable, "-P", "-m", "chassis", "run", self.name)
        return Command((*leash(signal.SIGKILL), *words), self.home.path, {**os.environ, **self.environment})

    async def answers(self) -> bool:
        return await serves(self.address)


async def ensure_database(superuser_url: str, name: str, password: str) -> None:
    """A role `name` with that password, and a database `name` of its own that no other role may enter."""
    async with await psycopg.AsyncConnection.connect(superuser_url, autocommit=True) as connection:
        role, database = sql.Identifier(name), sql.Identifier(name)
        if not await _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", name):
            await connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        # Set each time: a home whose passwords were lost gets new ones.
        await connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(password)))
        if not await _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", name):
            await connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
        await connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))


async def _exists(connection: psycopg.AsyncConnection[tuple[object, ...]], query: str, name: str) -> bool:
    async with connection.cursor() as cursor:
        await cursor.execute(query.encode(), (name,))
        return await cursor.fetchone() is not None
