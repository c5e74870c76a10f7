"""Workflows that run while their cases are closed: an engine of an older day has brought them back. They are told, and end."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

import structlog

from kernel.clock import Clock
from services.approval.engine.engine import Engine
from services.approval.engine.lanes import Lanes
from workflows import contracts

# Of all running workflows a round looks at so many, the next round at the next.
CASES_A_ROUND: Final = 200
# What has been told and does not end in this time has nobody who runs it, or cannot.
PATIENCE: Final = timedelta(hours=1)

log = structlog.get_logger(__name__)


class Leftovers:
    """`grace`: how long the workflow of a case may take to end after its case."""

    def __init__(self, lanes: Lanes, engine: Engine, grace: timedelta, clock: Clock) -> None:
        self._lanes = lanes
        self._engine = engine
        self._grace = grace
        self._clock = clock
        self._token: bytes | None = None
        self._told: dict[str, datetime] = {}

    async def round(self) -> None:
        """Raises Unreachable, Unsendable and database errors."""
        token, self._token = (
            self._token,
            None,
        )  # an engine that does not know it any more is asked from the start
        cases, self._token = await self._engine.running(CASES_A_ROUND, token or None)
        for case, outcome in await self._lanes.closed(cases, self._clock.now() - self._grace):
            await self._end(case, outcome)
        if not self._token:
            day = self._clock.now() - timedelta(days=1)
            self._told = {case: at for case, at in self._told.items() if at > day}

    async def _end(self, case: str, outcome: str) -> None:
        if case not in self._told:
            self._told[case] = self._clock.now()
            log.warning("a workflow still runs though its case is closed; it is told", case=case)
            act = contracts.CaseAct("closed", contracts.CLOSED, args={"outcome": outcome})
            await self._engine.signal(case, contracts.CASE_ACT, asdict(act))
        elif self._clock.now() - self._told[case] > PATIENCE:
            log.warning("a workflow does not end though its case is closed; it is terminated", case=case)
            await self._engine.terminate(case, f"its case is closed ({outcome})")
