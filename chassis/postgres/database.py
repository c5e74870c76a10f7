"""One PostgreSQL database: engine, pool, and what its errors mean to a caller."""

from __future__ import annotations

import asyncio
import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from psycopg.types.json import set_json_loads
from pydantic_core import from_json
from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from chassis.bell import Bell
from kernel.errors import Aborted, AlreadyExists, InvalidArgument, Refusal, Unavailable

# Nothing a service does in a transaction takes seconds. What takes longer is stuck, and must not hold its locks.
SESSION_LIMITS = {
    "timezone": "UTC",
    "jit": "off",
    # A service asks what takes milliseconds; to start workers takes longer, and takes the processor from others.
    "max_parallel_workers_per_gather": "0",
    "default_transaction_isolation": r"read\ committed",
    "lock_timeout": "5s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "30s",
}
CONNECT_TIMEOUT_SECONDS = 5


# Documents are read by the hundred: in Rust it takes a quarter of the time.
set_json_loads(from_json)


class Contention(Aborted):
    """Two transactions stood in each other's way and this one was rolled back whole: it may simply be tried again."""

    zh = "系统繁忙，请重试"
    en = "Another change was in the way; try again"


class NotText(InvalidArgument):
    zh = "文本中含有不能保存的字符"
    en = "The text contains a character that cannot be stored"


class Database:
    """The database of one service. `url` is `postgresql://user:password@host:port/name`.

    `bell` rings after each commit that queued something for the relay.
    """

    def __init__(self, url: str, *, name: str = "zhupi", pool_size: int = 10, overflow: int = 10) -> None:
        self.url = make_url(url).set(drivername="postgresql+psycopg")
        self.name = name
        self.bell = Bell()
        self.engine = create_async_engine(
            self.url,
            connect_args=_connect_arguments(name) | {"async_creator_fn": _connected},
            pool_size=pool_size,
            max_overflow=overflow,
            pool_timeout=CONNECT_TIMEOUT_SECONDS,
            pool_use_lifo=True,
            hide_parameters=True,  # what is written may be personal; errors end in logs and in what operators see
        )
        self.sessions = async_sessionmaker(self.engine, class_=AsyncSession, expire_on_commit=False)
        # For those who only ask: of the same pool, without transactions around what they ask.
        self.asking = async_sessionmaker(self.engine.execution_options(isolation_level="AUTOCOMMIT"))
        event.listen(self.engine.sync_engine, "checkout", _refuse_dead_connection)

    async def check(self) -> None:
        """Raises Unavailable unless the database answers."""
        with refusing():
            async with self.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))

    async def connect(self, **session: str) -> psycopg.AsyncConnection[tuple[Any, ...]]:
        """A connection of its own outside the pool, in autocommit: for session-level locks."""
        arguments = _connect_arguments(self.name, **session)
        return await _connected(libpq_url(self.url), autocommit=True, **arguments)

    async def close(self) -> None:
        await self.engine.dispose()


def libpq_url(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


async def _connected(*arguments: Any, **named: Any) -> psycopg.AsyncConnection[tuple[Any, ...]]:
    """Connect to the end even if nobody waits for it any more.

    Cancelled in the midst, psycopg leaves the socket to the garbage collector, and the server's half of it waits for a
    password for a minute, during which no database can be dropped.
    """
    connecting = asyncio.create_task(psycopg.AsyncConnection.connect(*arguments, **named))
    try:
        return await asyncio.shield(connecting)
    except asyncio.CancelledError:
        connecting.add_done_callback(_close_unwanted)
        raise


def _close_unwanted(connecting: asyncio.Task[psycopg.AsyncConnection[Any]]) -> None:
    if not connecting.cancelled() and not connecting.exception():
        connecting.result().pgconn.finish()


def _connect_arguments(name: str, **session: str) -> dict[str, Any]:
    settings = SESSION_LIMITS | session
    return {
        "application_name": name,
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        "options": " ".join(f"-c {key}={value}" for key, value in settings.items()),
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }


def _refuse_dead_connection(connection: Any, record: Any, proxy: Any) -> None:
    """Notice, without a round trip, that the server has closed a pooled connection: something waits to be read on it.

    Otherwise the first write after a restart of PostgreSQL would fail, or each write would pay for a `SELECT 1`.
    """
    driver: psycopg.AsyncConnection[Any] = connection.driver_connection
    poller = select.poll()
    if not driver.closed:
        poller.register(driver.fileno(), select.POLLIN)
    if driver.closed or poller.poll(0):
        raise DisconnectionError


def constraint_of(error: IntegrityError | psycopg.Error) -> str:
    """The name of the constraint or unique index that a write ran into, empty where there is none."""
    cause = error.orig if isinstance(error, IntegrityError) else error
    return (cause.diag.constraint_name or "") if isinstance(cause, psycopg.Error) else ""


def refusal_for(error: BaseException) -> Refusal | None:
    """What a database error means to the caller; None where it is a fault of ours."""
    if isinstance(error, Refusal):
        return error
    cause = error.orig if isinstance(error, DBAPIError) else error
    match cause:
        case errors.SerializationFailure() | errors.DeadlockDetected() | errors.LockNotAvailable():
            return Contention()
        case errors.UniqueViolation():
            # A repository that can say it better catches it there (constraint_of).
            return AlreadyExists(name=cause.diag.table_name)
        case errors.CharacterNotInRepertoire() | errors.UntranslatableCharacter():
            return NotText()
        case psycopg.DataError() if "NUL" in str(cause):
            return NotText()
        case psycopg.OperationalError() | psycopg.InterfaceError() | PoolExhausted() | OSError():
            return Unavailable(what="PostgreSQL")
    return None


@contextmanager
def refusing() -> Iterator[None]:
    """Database errors leave the block as the refusals that they mean."""
    try:
        yield
    except Exception as error:
        refusal = refusal_for(error)
        if refusal is None or refusal is error:
            raise
        raise refusal from error
