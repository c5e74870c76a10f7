"""A service that reads the bus, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy import select

from chassis.bus.jetstream import Bus
from chassis.bus.pull import PullSettings
from chassis.bus.subscription import Subscription, SubscriptionSettings
from chassis.postgres.database import Database
from chassis.transaction.envelope import Envelope
from tests.notes.store import Note, NotesUnitOfWork, noted, notes
from tests.notes.waiting import until
from zhupi.common.v1.text_pb2 import Text as Message

Handle = Callable[[Envelope], Awaitable[None]]

QUICK = SubscriptionSettings(
    first_delay=0.01,
    longest_delay=0.05,
    most_failures=4,
    look_for_revived=0.05,
    pull=PullSettings(ack_wait=3, heartbeat=0.5),
)


class Reader:
    """A service that reads what others wrote: it keeps each message as a note of its own, named by document and version."""

    def __init__(self, database: Database, before: Handle | None = None) -> None:
        self.database = database
        self.seen: list[Envelope] = []
        self.before = before

    async def handle(self, message: Message, *, uow: NotesUnitOfWork, envelope: Envelope) -> None:
        self.seen.append(envelope)
        if self.before:
            await self.before(envelope)
        async with uow:
            note = Note(f"{envelope.document}@{envelope.version}", message.en)
            await uow.notes.add(note)
            uow.record(noted(note))
            await uow.commit()

    async def kept(self) -> dict[str, str]:
        async with self.database.engine.connect() as connection:
            found = await connection.execute(select(notes.c.name, notes.c.words))
            return {row.name: row.words for row in found}

    async def keeps(self, count: int) -> dict[str, str]:
        async def enough() -> dict[str, str] | None:
            kept = await self.kept()
            return kept if len(kept) >= count else None

        return await until(enough) or {}

    @asynccontextmanager
    async def reading(self, bus: Bus, settings: SubscriptionSettings = QUICK) -> AsyncIterator[None]:
        subscription = Subscription(
            bus,
            "tests-reader",
            {Message: self.handle},
            database=self.database,
            uow=lambda: NotesUnitOfWork(self.database),
            settings=settings,
        )
        async with alive(subscription.run):
            yield


@asynccontextmanager
async def alive(run: Callable[[asyncio.Event], Awaitable[None]]) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    task = asyncio.ensure_future(run(stopping))
    try:
        yield
    finally:
        stopping.set()
        await task
