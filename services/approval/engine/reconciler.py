"""Compares, now and then, what was decided with what the workflows know, and mends what does not agree.

The outbox delivers at least once to an engine that forgets nothing. This is for one that was restored from an older
state, and for workflows that somebody has ended by hand: what they seem to have missed is told again (signals carry ids, so
that is harmless), workflows that are gone begin again, and those whose case is closed end.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Final

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from chassis.observability import telemetry
from chassis.outbox.sender import Unreachable, Unsendable
from chassis.postgres.database import Database
from kernel.clock import Clock
from kernel.errors import Refusal
from services.approval.domain.cases.workflows import WorkflowStatus as Status
from services.approval.engine.engine import Engine
from services.approval.engine.lanes import Lanes
from services.approval.engine.restarts import Restarts
from services.approval.leftovers import Leftovers
from services.approval.settings import ApprovalSettings

ONE_AT_A_TIME: Final = 7_215_003_402  # advisory lock: of all copies of the service one reconciles
# A round looks at so many, the next round goes on from there: the engine's time belongs to the cases.
CASES_A_ROUND: Final = 200
STEPS_A_ROUND: Final = 500

log = structlog.get_logger(__name__)


class Reconciler:
    def __init__(
        self,
        database: Database,
        lanes: Lanes,
        restarts: Restarts,
        engine: Engine,
        settings: ApprovalSettings,
        clock: Clock,
    ) -> None:
        self._database = database
        self._lanes = lanes
        self._restarts = restarts
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._leftovers = Leftovers(lanes, engine, timedelta(seconds=settings.unconsumed_seconds), clock)
        self._after = 0
        # Idle cases: since when, and after how long they are told everything again.
        self._idle: dict[str, tuple[datetime, timedelta]] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        """A round every so often until `stopping` is set. An outage is waited out."""
        while not stopping.is_set():
            try:
                await self.round()
            except (Unreachable, Unsendable, Refusal, SQLAlchemyError, psycopg.Error, OSError) as error:
                log.info("reconciling is put off", error=error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.reconcile_seconds):
                    await stopping.wait()

    async def round(self) -> None:
        """Unless another copy is at it. Raises Unreachable, Unsendable and database errors."""
        async with self._alone() as alone:
            if alone:
                with telemetry.step("reconcile"):
                    await self._tell_again()
                    await self._look_at_open_cases()
                    await self._leftovers.round()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[bool]:
        connection = await self._database.connect()
        try:
            cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", (ONE_AT_A_TIME,))
            row = await cursor.fetchone()
            yield bool(row and row[0])
        finally:
            await connection.close()  # and with it the lock

    async def _tell_again(self) -> None:
        seconds = self._settings.unconsumed_seconds
        for step in await self._lanes.unconsumed(self._clock.now(), seconds, STEPS_A_ROUND):
            log.warning("a workflow seems to have missed a completion; it is told again", step=step)
            await self._lanes.tell_again(step)

    async def _look_at_open_cases(self) -> None:
        """What the engine has lost, or whatever has ended before its case, begins again."""
        before = self._clock.now() - timedelta(seconds=self._settings.unconsumed_seconds)
        cases = await self._lanes.open_cases(self._after, before, CASES_A_ROUND)
        running: list[str] = []
        for _, case in cases:
            status = await self._engine.status(case)
            if status is Status.RUNNING:
                running.append(case)
            elif status is Status.STUCK:
                await self._restarts.note_stuck(case)
            else:
                await self._restarts.begin_again(case, status)
        self._after = cases[-1][0] if len(cases) == CASES_A_ROUND else 0
        await self._restarts.settle(running)
        await self._tell_everything({case for _, case in cases}, running)

    async def _tell_everything(self, looked_at: Collection[str], running: Collection[str]) -> None:
        """To the workflows of cases in which nobody is asked anything: they wait for something outside, or have lost what we know.

        Waiting for a payment or for the requester looks the same from here, so each time is twice as far away.
        """
        for case in looked_at:
            if case not in running:
                self._idle.pop(case, None)
        idle = dict(await self._lanes.idle_since(running))
        for case in running:
            since = idle.get(case)
            known, patience = self._idle.pop(case, (None, timedelta()))
            if since is None:
                continue
            if known != since:
                patience = timedelta(seconds=self._settings.unconsumed_seconds)
            age = self._clock.now() - since
            if age > patience:
                log.info("a case is idle; its workflow is told everything again", case=case)
                await self._lanes.tell_everything(case)
                patience = 2 * age
            self._idle[case] = since, patience
