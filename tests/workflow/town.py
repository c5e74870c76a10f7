"""Everything that one case needs: an engine, a worker, and the desks it calls."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.worker import Worker

from tests.workflow.cabinet import Cabinet
from tests.workflow.counter import Counter
from tests.workflow.desks import DOCUMENT, Bank, Desk
from tests.workflow.fair import Amendment, Fair, Purse
from tests.workflow.office import CASE, Office
from tests.workflow.papers import Papers
from workflows.activities.approval import ApprovalActivities
from workflows.activities.erp import ErpActivities
from workflows.activities.owners import (
    ACTIVITIES,
    ALLOTMENTS,
    CHANGES,
    CLAIMS,
    DOCUMENTS,
    ONBOARDINGS,
    RENEWALS,
)
from workflows.contracts import CASE_ACT, CASES_QUEUE, RETRY, CaseOutcome, CaseResult, CaseStart
from workflows.worker import PROCESSES, activities_of, cases_worker, outside_worker

HISTORIES = Path(__file__).parents[1] / "replay" / "histories"
RECORD = "ZHUPI_RECORD_HISTORIES"


@dataclass
class Town:
    client: Client
    office: Office = field(default_factory=Office)
    desk: Desk = field(default_factory=Desk)
    bank: Bank = field(default_factory=Bank)
    papers: Papers = field(default_factory=Papers)
    counter: Counter = field(default_factory=Counter)
    cabinet: Cabinet = field(default_factory=Cabinet)
    fair: Fair = field(default_factory=Fair)
    amendment: Amendment = field(default_factory=Amendment)
    purse: Purse = field(default_factory=Purse)
    process: str = "expense-claim"
    processes: Sequence[type] = PROCESSES
    # None: every workflow task replays the whole case, so that whatever is not deterministic shows at once.
    cached: int = 0
    acts: int = 0
    # Only a handle that has started the workflow skips time while its result is awaited.
    started: WorkflowHandle[Any, CaseResult] | None = None

    def __post_init__(self) -> None:
        self.office.signal = self.signal
        # Whoever waits for anything at the office's sees what marketing and expense have done, too.
        self.fair.changed = self.amendment.changed = self.purse.changed = self.office.changed

    @property
    def case(self) -> WorkflowHandle[Any, CaseResult]:
        return self.started or self.client.get_workflow_handle(CASE, result_type=CaseResult)

    async def start(self, version: int = 1, **more: Any) -> None:
        """`again`: as the approval service starts what it knows to have been started before; `reopens` and what goes with it."""
        self.started = await self.client.start_workflow(
            self.process,
            CaseStart(CASE, "expense-claim", DOCUMENT, version, "people/lihua", **more),
            id=CASE,
            task_queue=CASES_QUEUE,
            result_type=CaseResult,
        )

    async def signal(self, name: str, args: dict[str, Any]) -> None:
        await self.case.signal(name, args)

    async def retry(self) -> None:
        """Somebody asks to try what waits at once."""
        self.acts += 1
        await self.signal(CASE_ACT, {"act_id": f"retry-{self.acts}", "kind": RETRY, "by": "people/wangwei"})

    async def retry_until(self, condition: Callable[[Office], bool]) -> None:
        """Where people are about to act: a skipping clock would run away to the end of the workflow's time."""
        while not condition(self.office):
            await self.retry()
            with suppress(TimeoutError):
                await self.office.until(condition, within=0.2)

    @asynccontextmanager
    async def time_flies(self) -> AsyncIterator[None]:
        """The engine skips to the next timer whenever nothing else is to be done; otherwise only while `ends` waits."""
        waiting = asyncio.ensure_future(self.case.result())
        try:
            yield
        finally:
            waiting.cancel()
            await asyncio.wait((waiting,))

    async def ends(self) -> CaseOutcome:
        """Wait for the end; where time can be skipped, it is."""
        return (await self.case.result()).outcome

    def workers(self) -> tuple[Worker, Worker]:
        inside = [
            *activities_of(ApprovalActivities(cast(Any, self.office))),
            *CLAIMS.activities(self.desk),
            *DOCUMENTS.activities(self.papers),
            *ONBOARDINGS.activities(self.counter),
            *RENEWALS.activities(self.cabinet),
            *ACTIVITIES.activities(self.fair),
            *CHANGES.activities(self.amendment),
            *ALLOTMENTS.activities(self.purse),
        ]
        erp = ErpActivities(
            cast(Any, self.bank), patience=timedelta(seconds=0.3), pause=timedelta(seconds=0.01)
        )
        return (
            cases_worker(self.client, inside, processes=self.processes, cached=self.cached, sandboxed=True),
            outside_worker(self.client, activities_of(erp)),
        )


@asynccontextmanager
async def at_work(town: Town) -> AsyncIterator[Town]:
    cases, outside = town.workers()
    async with cases, outside:
        yield town


def without_places(value: Any) -> Any:
    """The history without stack traces: where the code lay is of no interest."""
    if isinstance(value, dict):
        return {key: without_places(inner) for key, inner in value.items() if key != "stackTrace"}
    return [without_places(inner) for inner in value] if isinstance(value, list) else value


async def record(town: Town, name: str) -> None:
    """Write down every run of the case as it went, to be replayed by later code."""
    if os.environ.get(RECORD) and town.started is not None:
        await write_down(name, await runs_of(town))


async def write_down(name: str, runs: Sequence[WorkflowHistory]) -> None:
    HISTORIES.mkdir(exist_ok=True)
    name = name.replace("[", "_").rstrip("]")
    for number, run in enumerate(runs, 1):
        suffix = f".{number}" if len(runs) > 1 else ""
        text = json.dumps(without_places(run.to_json_dict()), indent=1, ensure_ascii=False)
        await asyncio.to_thread((HISTORIES / f"{name}{suffix}.json").write_text, text + "\n")


async def runs_of(town: Town) -> list[WorkflowHistory]:
    """Every run of the case, the first one first."""
    runs: list[WorkflowHistory] = []
    run: str | None = (await town.case.describe()).run_id
    while run:
        history = await town.client.get_workflow_handle(CASE, run_id=run).fetch_history()
        runs.insert(0, history)
        run = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    return runs
