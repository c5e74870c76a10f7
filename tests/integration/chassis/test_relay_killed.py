"""`kill -9` of relays in the midst of their work, again and again: every message arrives, in order, with one effect."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import func, select

import chassis
from chassis.bus.jetstream import Bus, BusSettings
from chassis.postgres.database import Database
from chassis.postgres.tables import outbox, timeline
from tests.notes.readers import Reader
from tests.notes.store import NotesUnitOfWork, change_note, write_note
from tests.notes.waiting import until

PROJECT = Path(chassis.__file__).resolve().parents[1]
DOCUMENTS, CHANGES = 6, 30


async def a_relay(database_url: str, nats_url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.notes.relay_process", database_url, nats_url, cwd=PROJECT
    )


@asynccontextmanager
async def relays_that_die(database_url: str, nats_url: str) -> AsyncIterator[Callable[[], None]]:
    """Two relays, one of which is killed and replaced each time the given function is called."""
    running = [await a_relay(database_url, nats_url) for _ in range(2)]
    replacing: list[asyncio.Task[None]] = []

    async def replace(which: int) -> None:
        running[which].kill()
        await running[which].wait()
        running[which] = await a_relay(database_url, nats_url)

    try:
        yield lambda: replacing.append(asyncio.create_task(replace(len(replacing) % 2)))
    finally:
        await asyncio.gather(*replacing)
        for relay in running:
            relay.kill()
            await relay.wait()


async def test_relays_killed_in_the_midst_lose_nothing_repeat_nothing_and_keep_the_order(
    database: Database, notes_url: str, nats_url: str, reader: Reader
) -> None:
    async def sent() -> int:
        async with database.engine.connect() as connection:
            return await connection.scalar(select(func.count(outbox.c.sent_at))) or 0

    async def write(document: str) -> None:
        uow = NotesUnitOfWork(database)
        await write_note("0", uow=uow, name=document)
        for n in range(1, CHANGES):
            await change_note(str(n), uow=uow, name=document)

    total = DOCUMENTS * CHANGES
    bus = Bus(nats_url, "tests", BusSettings(duplicate_window=0.1))  # the inbox alone must do
    async with reader.reading(bus), relays_that_die(notes_url, nats_url) as kill_one:
        writers = asyncio.gather(*(write(f"notes/{n}") for n in range(DOCUMENTS)))
        for goal in sorted(random.Random(7).sample(range(1, total), 4)):

            async def far_enough(goal: int = goal) -> bool:
                return await sent() >= goal

            await until(far_enough)
            kill_one()
        await writers
        kept = await reader.keeps(total)
    await bus.close()

    assert len(kept) == total
    async with reader.database.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(timeline)) == total
    handled: dict[str, list[int]] = defaultdict(list)
    for envelope in reader.seen:
        handled[envelope.document].append(envelope.version)
    assert set(map(tuple, handled.values())) == {tuple(range(1, CHANGES + 1))}
