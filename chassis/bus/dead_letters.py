"""Messages whose handler fails: counted while they are tried, then kept until a person revives them. None is dropped."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Update, case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.database import Database, refusing
from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.tables import dead_letters
from chassis.transaction.envelope import Envelope


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that its consumer does not get done. `dead_at` is empty while it is still being tried."""

    consumer: str
    message_id: str
    subject: str
    body: bytes
    headers: Mapping[str, str]
    attempts: int
    first_failed_at: datetime
    last_failed_at: datetime
    dead_at: datetime | None
    error: str


_columns = [dead_letters.c[name] for name in DeadLetter.__slots__]


async def failed(
    database: Database, consumer: str, envelope: Envelope, body: bytes, error: str, most: int
) -> bool:
    """Count a failure against the message. Whether that was its last: `most` failures are enough. Raises Unavailable."""
    first: dict[str, Any] = {
        "consumer": consumer,
        "message_id": envelope.id,
        "subject": envelope.subject,
        "body": body,
        "headers": dict(envelope.headers),
        "attempts": 1,
        "error": error.replace("\0", "")[:1000],
        "dead_at": func.clock_timestamp() if most <= 1 else None,
    }
    attempts, now = dead_letters.c.attempts + 1, func.clock_timestamp()
    again = {
        "attempts": attempts,
        "last_failed_at": now,
        "error": first["error"],
        "dead_at": case((attempts >= most, now)),
    }
    count = insert(dead_letters).values(first)
    count = count.on_conflict_do_update(index_elements=["consumer", "message_id"], set_=again)
    with refusing():
        async with database.engine.begin() as connection:
            return bool(await connection.scalar(count.returning(dead_letters.c.dead_at.is_not(None))))


async def letters(database: Database, *, dead_only: bool = False, limit: int = 200) -> Sequence[DeadLetter]:
    """Messages that fail, longest first."""
    found = select(*_columns).order_by(dead_letters.c.first_failed_at).limit(limit)
    if dead_only:
        found = found.where(dead_letters.c.dead_at.is_not(None))
    async with database.engine.connect() as connection:
        return [DeadLetter(*row) for row in await connection.execute(found)]


async def dead_page(session: AsyncSession, page: PageRequest, consumer: str = "") -> Page[DeadLetter]:
    """One page of the dead letters, longest first: those of `consumer`, or all."""
    found = select(*_columns).where(dead_letters.c.dead_at.is_not(None))
    if consumer:
        found = found.where(dead_letters.c.consumer == consumer)
    key = (dead_letters.c.first_failed_at, dead_letters.c.consumer, dead_letters.c.message_id)
    return (await fetch_page(session, found, page, *key)).map(_letter)


async def revive(database: Database, consumer: str, message_ids: Collection[str] = ()) -> int:
    """Have dead messages of a consumer tried again: these, or all. Returns how many."""
    async with database.engine.begin() as connection:
        return (await connection.execute(_reviving(consumer, message_ids))).rowcount


async def revive_one(session: AsyncSession, consumer: str, message_id: str) -> DeadLetter | None:
    """The same for one, in a transaction of the caller's. The letter as it stood; None where it is not dead (any more)."""
    this = select(*_columns).where(
        dead_letters.c.consumer == consumer,
        dead_letters.c.message_id == message_id,
        dead_letters.c.dead_at.is_not(None),
    )
    row = (await session.execute(this.with_for_update())).one_or_none()
    if row is None:
        return None
    await session.execute(_reviving(consumer, [message_id]))
    return _letter(row)


def _reviving(consumer: str, message_ids: Collection[str]) -> Update:
    dead = update(dead_letters).where(
        dead_letters.c.consumer == consumer, dead_letters.c.dead_at.is_not(None)
    )
    if message_ids:
        dead = dead.where(dead_letters.c.message_id.in_(message_ids))
    return dead.values(dead_at=None, revived_at=func.clock_timestamp(), attempts=0)


def _letter(row: Row[Any]) -> DeadLetter:
    return DeadLetter(**{name: getattr(row, name) for name in DeadLetter.__slots__})


async def revived(database: Database, consumer: str, limit: int = 20) -> Sequence[DeadLetter]:
    """Messages that a person has revived: the bus has forgotten them, so they are handled from here."""
    found = select(*_columns).where(
        dead_letters.c.consumer == consumer,
        dead_letters.c.dead_at.is_(None),
        dead_letters.c.revived_at.is_not(None),
    )
    async with database.engine.connect() as connection:
        rows = await connection.execute(found.order_by(dead_letters.c.first_failed_at).limit(limit))
        return [DeadLetter(*row) for row in rows]
