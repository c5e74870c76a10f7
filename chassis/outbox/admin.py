"""What operators, and the relay for them, do with the outbox: look, un-park, send again, clear away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Update, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from chassis.postgres.database import Database
from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.tables import outbox

KEEP_SENT = timedelta(days=7)
# As long as Temporal remembers a closed workflow: whatever it repeats late still finds its answer.
KEEP_ANSWERS = timedelta(days=90)
CLOCK_SKEW = timedelta(seconds=5)
PURGE_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits for one destination. `oldest` is when the longest waiting row was written."""

    destination: str
    waiting: int
    parked: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Parked:
    """A row that its destination did not take; the rows behind it in its lane wait for it."""

    position: int
    id: str
    destination: str
    lane: str
    subject: str
    attempts: int
    created_at: datetime
    parked_at: datetime
    error: str


_columns = [outbox.c[name] for name in Parked.__slots__]
_is_parked = outbox.c.sent_at.is_(None) & outbox.c.parked_at.is_not(None)


async def backlog(database: Database) -> list[Backlog]:
    """What waits, for each destination that anything waits for."""
    parked = func.count(outbox.c.parked_at)
    waiting = (
        select(outbox.c.destination, func.count() - parked, parked, func.min(outbox.c.created_at))
        .where(outbox.c.sent_at.is_(None))
        .group_by(outbox.c.destination)
        .order_by(outbox.c.destination)
    )
    async with database.engine.connect() as connection:
        return [Backlog(*row) for row in await connection.execute(waiting)]


async def parked(database: Database, limit: int = 200) -> Sequence[Parked]:
    """The parked rows, oldest first."""
    found = select(*_columns).where(_is_parked).order_by(outbox.c.position).limit(limit)
    async with database.engine.connect() as connection:
        return [_parked(row) for row in await connection.execute(found)]


async def parked_page(session: AsyncSession, page: PageRequest, destination: str = "") -> Page[Parked]:
    """One page of the parked rows, oldest first: those to `destination`, or all."""
    found = select(*_columns).where(_is_parked, *_to(destination))
    return (await fetch_page(session, found, page, outbox.c.position)).map(_parked)


async def unpark(database: Database, positions: Collection[int] = ()) -> int:
    """Let the relay try parked rows again: these, or all. Returns how many."""
    these = [outbox.c.position.in_(positions)] if positions else []
    return await _send_again(database, _is_parked, *these)


# The same inside a transaction of the caller's, who rings the database's bell after it.


async def unpark_one(session: AsyncSession, id_: UUID) -> Parked | None:
    """Let the relay try this row again. The row as it stood; None where it is not parked (any more)."""
    this = select(*_columns).where(_is_parked, outbox.c.id == id_).with_for_update()
    row = (await session.execute(this)).one_or_none()
    if row is None:
        return None
    await session.execute(_sending_again(outbox.c.position == row.position))
    return _parked(row)


async def unpark_all(session: AsyncSession, destination: str = "") -> int:
    """Let the relay try the parked rows to `destination` again, or all. Returns how many."""
    return await _count(await session.connection(), _sending_again(_is_parked, *_to(destination)))


async def resend(database: Database, since: datetime, destination: str) -> int:
    """Send again what was sent to `destination` since then (aware), as far as it is kept. Returns how many rows."""
    return await _send_again(database, outbox.c.destination == destination, outbox.c.sent_at >= since)


async def resend_lost(database: Database, destination: str, born: datetime) -> int:
    """Send again what was sent before the destination in its present form was born. Returns how many rows.

    Rather too many than too few: a row's `sent_at` is not later than its sending, and clocks may differ.
    """
    return await _send_again(
        database, outbox.c.destination == destination, outbox.c.sent_at < born + CLOCK_SKEW
    )


async def _send_again(database: Database, *which: ColumnElement[bool]) -> int:
    async with database.engine.begin() as connection:
        count = await _count(connection, _sending_again(*which))
    if count:
        database.bell.ring()
    return count


async def _count(connection: AsyncConnection, change: Update) -> int:
    return (await connection.execute(change)).rowcount


def _sending_again(*which: ColumnElement[bool]) -> Update:
    again = update(outbox).where(*which)
    return again.values(sent_at=None, parked_at=None, next_attempt_at=None, attempts=0, error="")


def _to(destination: str) -> list[ColumnElement[bool]]:
    return [outbox.c.destination == destination] if destination else []


def _parked(row: Row[Any]) -> Parked:
    return Parked(**{name: getattr(row, name) for name in Parked.__slots__} | {"id": str(row.id)})


async def purge(database: Database) -> int:
    """Delete what was sent, and answers that were given, too long ago. Returns how many rows."""
    gone = 0
    for table, age, keep in (
        ("outbox", "created_at < :before AND sent_at < :before", KEEP_SENT),
        ("requests", "created_at < :before", KEEP_ANSWERS),
    ):
        # In small bites, so that nobody waits behind it.
        bite = text(
            f"DELETE FROM {table} WHERE ctid = ANY (ARRAY ("  # noqa: S608 - constants
            f"SELECT ctid FROM {table} WHERE {age} LIMIT {PURGE_AT_ONCE}))"
        )
        last = PURGE_AT_ONCE
        while last == PURGE_AT_ONCE:
            async with database.engine.begin() as connection:
                cutoff = text("SELECT clock_timestamp() - :keep").bindparams(keep=keep)
                before = await connection.scalar(cutoff)
                last = (await connection.execute(bite, {"before": before})).rowcount
            gone += last
    return gone
