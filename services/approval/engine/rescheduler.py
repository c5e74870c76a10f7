"""Lets the deadlines of open steps follow the calendars, in the background: batch by batch, a transaction for each step.

A step says by which version of the calendars it was counted, so that a round that was cut off goes on where it was. A year that
came with a new release, and was a guess before, has no version: what was provisional is counted anew once after each start.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Final

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from chassis.observability import telemetry
from chassis.postgres.database import Database
from kernel.clock import Clock
from kernel.errors import Refusal
from services.approval.domain.cases.names import StepName
from services.approval.store.unit_of_work import ApprovalStore
from services.approval.use_cases.clocks import reckon_step

ONE_AT_A_TIME: Final = 7_215_003_404  # advisory lock: of all copies of the service one moves deadlines
BATCH: Final = 100

log = structlog.get_logger(__name__)


class Rescheduler:
    def __init__(
        self, database: Database, units: Callable[[], ApprovalStore], seconds: float, clock: Clock
    ) -> None:
        self._database = database
        self._units = units
        self._seconds = seconds
        self._clock = clock
        self._looked_at_guesses = False

    async def run(self, stopping: asyncio.Event) -> None:
        """A round every so often until `stopping` is set. An outage is waited out."""
        while not stopping.is_set():
            try:
                await self.round(stopping)
            except (Refusal, SQLAlchemyError, psycopg.Error, OSError) as error:
                log.info("moving deadlines is put off", error=error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await stopping.wait()

    async def round(self, stopping: asyncio.Event | None = None) -> int:
        """How many deadlines have moved; none where another copy is at it. Raises database errors."""
        async with self._alone() as alone:
            if not alone:
                return 0
            with telemetry.step("reschedule"):
                moved = 0 if self._looked_at_guesses else await self._count_guesses_anew()
                self._looked_at_guesses = True
                while not (stopping and stopping.is_set()):
                    version, names = await self._behind()
                    if not names:
                        break
                    moved += await self._reckon(names)
                    log.info(
                        "deadlines follow the calendar", version=version, looked_at=len(names), moved=moved
                    )
                return moved

    async def _behind(self) -> tuple[int, tuple[StepName, ...]]:
        async with self._units().reading() as uow:
            version = (await uow.calendars.current()).version
            return version, await uow.calendars.next_behind(version, BATCH)

    async def _count_guesses_anew(self) -> int:
        moved, after = 0, ""
        while True:
            async with self._units().reading() as uow:
                names = await uow.calendars.provisional(after, BATCH)
            if not names:
                return moved
            moved += await self._reckon(names)
            after = str(names[-1])

    async def _reckon(self, names: Iterable[StepName]) -> int:
        return sum([await reckon_step(name, uow=self._units(), clock=self._clock) for name in names])

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[bool]:
        connection = await self._database.connect()
        try:
            cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", (ONE_AT_A_TIME,))
            row = await cursor.fetchone()
            yield bool(row and row[0])
        finally:
            await connection.close()  # and with it the lock
