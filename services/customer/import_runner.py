"""Works upon imports in the background, a batch of rows at a time, for as long as there are any.

Of all copies of this service one does so, whoever holds the lock; should it die, another goes on behind the last batch
that was committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import psycopg
import structlog

from chassis.bell import Bell
from chassis.postgres.database import Contention, Database
from kernel.clock import Clock, SystemClock
from kernel.errors import AlreadyExists, Unavailable
from services.customer.file_mapping import checked
from services.customer.store.unit_of_work import CustomerUnitOfWork
from services.customer.use_cases.import_batch import People, take_batch
from services.customer.use_cases.ports import Directory

log = structlog.get_logger(__name__)

# Whoever starts an import here wakes the runner. This is for what others have started, or have left when they died.
LOOK_AGAIN: Final = 30.0  # seconds
AFTER_TROUBLE: Final = 5.0
# Nobody else takes advisory locks of this number in this database.
LOCK: Final = "SELECT pg_try_advisory_lock(7403001)"
# A server notices only a moment later that a connection is closed: who is woken in it would find the lock taken, and rest.
UNLOCK: Final = "SELECT pg_advisory_unlock(7403001)"


class ImportRunner:
    def __init__(
        self,
        database: Database,
        units: Callable[[], CustomerUnitOfWork],
        directory: Directory,
        clock: Clock | None = None,
        started: Bell | None = None,
    ) -> None:
        self._database = database
        self._units = units
        self._directory = directory
        self._clock = clock or SystemClock()
        self._started = started or Bell()

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping` is set; a batch in hand is finished."""
        with self._started.listening() as wake:
            ringing = asyncio.create_task(_ring_with(stopping, wake))
            try:
                while not stopping.is_set():
                    wake.clear()
                    pause = await self._turn(stopping)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(wake.wait(), pause)
            finally:
                ringing.cancel()

    async def _turn(self, stopping: asyncio.Event) -> float:
        """In how many seconds to look again."""
        try:
            await self.work(stopping)
        except (psycopg.Error, OSError, Unavailable) as error:
            log.warning("imports are put off", error=error)
            return AFTER_TROUBLE
        return LOOK_AGAIN

    async def work(self, stopping: asyncio.Event | None = None) -> None:
        """Everything that there is to do now, unless somebody else is doing it. Several imports take turns."""
        async with self._units() as uow:
            waiting = await uow.imports.at_work()
        if not waiting:
            return
        connection = await self._database.connect()
        try:
            cursor = await connection.execute(LOCK)
            if await cursor.fetchone() != (True,):
                return
            people = People(self._directory)
            while waiting and not (stopping and stopping.is_set()):
                for number in waiting:
                    await self._batch(number, people)
                async with self._units() as uow:
                    waiting = await uow.imports.at_work()
            await connection.execute(UNLOCK)
        finally:
            await connection.close()

    async def _batch(self, number: str, people: People) -> None:
        # Whoever created one of these customers at this very moment was faster; the next look finds theirs.
        with suppress(Contention, AlreadyExists):
            await take_batch(number, uow=self._units(), clock=self._clock, people=people, check=checked)


async def _ring_with(stopping: asyncio.Event, wake: asyncio.Event) -> None:
    await stopping.wait()
    wake.set()
