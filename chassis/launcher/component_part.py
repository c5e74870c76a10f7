"""An installed component as a part: its database, its environment, its process, and its health."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from chassis.embedded.command import Process
from chassis.launcher.health import serves, serves_http
from chassis.launcher.home import Home
from chassis.launcher.nursery import Description, forked
from kernel.errors import Unavailable


@dataclass(frozen=True)
class ComponentPart:
    """`environment` is the component's own settings; the caller's `ZHUPI_…` fill in what is not said there.

    `superuser_url` is that of the cluster which gets the component's role and database, where it has one.
    """

    name: str
    description: Description
    home: Home
    address: str
    environment: Mapping[str, str]
    superuser_url: str
    # A migration may take its time; a component that cannot start ends by itself.
    patience: float = 300.0
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL

    @property
    def needs(self) -> tuple[str, ...]:
        return self.description.needs

    async def prepare(self) -> None:
        """Its role and its database; the component itself brings the schema. Raises Unavailable."""
        if self.description.has_database:
            await ensure_database(self.superuser_url, self.name, self.home.password(self.name))

    async def mend(self) -> None:
        """What a component leaves half done, its transactions undo."""

    async def start(self, log: Path) -> Process:
        return await forked(self.name, {**os.environ, **self.environment}, self.home.path, log)

    async def answers(self) -> bool:
        return await (serves_http if self.description.http else serves)(self.address)


async def ensure_database(superuser_url: str, name: str, password: str) -> None:
    """A role `name` with that password, and a database `name` of its own that no other role may enter. Raises Unavailable."""
    try:
        await _ensure_database(superuser_url, name, password)
    except psycopg.OperationalError as error:
        raise Unavailable(what="PostgreSQL") from error


async def _ensure_database(superuser_url: str, name: str, password: str) -> None:
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
