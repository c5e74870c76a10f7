"""What is looked at regularly: the engine's schedule, and watches that go through all there is."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from google.type.date_pb2 import Date
from temporalio.client import ScheduleHandle, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from kernel.errors import Unavailable
from tests.notes.waiting import until
from tests.workflow.town import RECORD, write_down
from workflows.activities.owners import LICENCES, RECONCILIATIONS
from workflows.contracts import ALLOTMENT_RECONCILIATION, CASES_QUEUE, LICENCE_WATCH
from workflows.schedules import DAILY, SCHEDULES, set_schedules
from workflows.watches import AllotmentReconciliation, LicenceWatch
from workflows.worker import cases_worker
from zhupi.customer.v1.licence_service_pb2 import WatchLicencesRequest, WatchLicencesResponse
from zhupi.marketing.v1.reconciliation_pb2 import (
    BeginReconciliationRequest,
    ContinueReconciliationRequest,
    Reconciliation,
)


@dataclass
class Shelf:
    """The customer service of these tests: so many pages of customers. It is `away` for so many questions."""

    pages: int
    away: int = 1
    asked: list[WatchLicencesRequest] = field(default_factory=list)

    async def WatchLicences(self, request: WatchLicencesRequest) -> WatchLicencesResponse:
        self.asked.append(request)
        if len(self.asked) <= self.away:
            raise Unavailable(what="customer")
        page = int(request.after.removeprefix("customers/C") or 0) + 1
        return WatchLicencesResponse(last=f"customers/C{page:06}" if page < self.pages else "")


@pytest.fixture
async def with_schedules() -> AsyncIterator[WorkflowEnvironment]:
    """A development server: the one that skips time has no schedules."""
    server = str(Path(sys.executable).with_name("temporal"))
    environment = await WorkflowEnvironment.start_local(dev_server_existing_path=server, identity="tests")
    async with environment:
        yield environment


async def started_by(schedule: ScheduleHandle, engine: WorkflowEnvironment) -> WorkflowHandle[object, object]:
    """The run that the schedule has started, once it has."""

    async def runs() -> list[str]:
        recent = (await schedule.describe()).info.recent_actions
        return [action.action.workflow_id for action in recent if hasattr(action.action, "workflow_id")]

    (run,) = await until(runs)
    return engine.client.get_workflow_handle(run)


async def test_a_watch_goes_through_all_customers_and_asks_again_in_the_same_words(
    with_schedules: WorkflowEnvironment,
) -> None:
    shelf = Shelf(pages=3)
    async with cases_worker(with_schedules.client, LICENCES.activities(shelf), sandboxed=True):
        await set_schedules(with_schedules.client)
        schedule = with_schedules.client.get_schedule_handle(LICENCE_WATCH)
        await schedule.trigger()
        await (await started_by(schedule, with_schedules)).result()
    first, *rest = shelf.asked
    assert first == rest[0]
    assert [request.after for request in rest] == ["", "customers/C000001", "customers/C000002"]
    assert len({request.request_id for request in rest}) == 3
    assert all(request.day.year >= 2026 for request in rest)
    assert first.day != Date()


async def test_a_service_that_is_away_is_waited_for_on_the_same_morning(engine: WorkflowEnvironment) -> None:
    shelf = Shelf(pages=2, away=30)
    async with cases_worker(engine.client, LICENCES.activities(shelf), sandboxed=True):
        watch = await engine.client.start_workflow(LicenceWatch.run, id=LICENCE_WATCH, task_queue=CASES_QUEUE)
        await watch.result()
    assert len({request.request_id for request in shelf.asked}) == 2
    assert [request.after for request in shelf.asked[30:]] == ["", "customers/C000001"]


async def test_a_schedule_is_set_however_often_and_stays_paused_where_people_have_paused_it(
    with_schedules: WorkflowEnvironment,
) -> None:
    schedule = with_schedules.client.get_schedule_handle(LICENCE_WATCH)
    with pytest.raises(RPCError) as missing:
        await schedule.describe()
    assert missing.value.status is RPCStatusCode.NOT_FOUND
    await set_schedules(with_schedules.client)
    await schedule.pause(note="stock-taking")
    before = (await schedule.describe()).info.last_updated_at
    await set_schedules(with_schedules.client)
    # As it was, and so not touched: what the engine has missed is still to be caught up on.
    assert (await schedule.describe()).info.last_updated_at == before
    described = (await schedule.describe()).schedule
    assert (described.state.paused, described.state.note) == (True, "stock-taking")
    assert described.spec.time_zone_name == DAILY.time_zone_name


NAME = "reconciliations/0190aaaa-0000-7000-8000-000000000000"


@dataclass
class Ledgers:
    """The marketing service of these tests: a reconciliation of so many pages, whose second look comes after a rest."""

    engine: WorkflowEnvironment
    due: bool = True
    pages: int = 3
    rests: bool = False
    away: int = 0
    resumes: datetime | None = None
    asked: list[str] = field(default_factory=list)

    async def BeginReconciliation(self, request: BeginReconciliationRequest) -> Reconciliation:
        self._be_there()
        return Reconciliation(name=NAME if self.due else "", state=Reconciliation.STATE_LOOKING)

    async def ContinueReconciliation(self, request: ContinueReconciliationRequest) -> Reconciliation:
        self._be_there()
        assert request.name == NAME
        self.asked.append(request.request_id)
        now = await self.engine.get_current_time()
        answer = Reconciliation(name=NAME, state=Reconciliation.STATE_LOOKING)
        if len(self.asked) == self.pages:
            if not self.rests:
                return Reconciliation(name=NAME, state=Reconciliation.STATE_FINISHED)
            self.pages, self.rests = 2 * self.pages, False
            self.resumes = now + timedelta(seconds=75)
            answer.resume_time.FromDatetime(self.resumes)
        elif self.resumes is not None:
            assert now >= self.resumes
        return answer

    def _be_there(self) -> None:
        if self.away:
            self.away -= 1
            raise Unavailable(what="marketing")


async def reconciled(
    engine: WorkflowEnvironment, ledgers: Ledgers, story: str, under_way: str = ""
) -> timedelta:
    """How long it took; the run goes down in tests/replay/histories."""
    begun = await engine.get_current_time()
    async with cases_worker(engine.client, RECONCILIATIONS.activities(ledgers), sandboxed=True):
        run = await engine.client.start_workflow(
            AllotmentReconciliation.run, under_way, id=ALLOTMENT_RECONCILIATION, task_queue=CASES_QUEUE
        )
        await run.result()
    if os.environ.get(RECORD):
        await write_down(f"reconciliation_{story}", [await run.fetch_history()])
    return await engine.get_current_time() - begun


async def test_a_reconciliation_is_done_page_by_page_to_its_end(engine: WorkflowEnvironment) -> None:
    ledgers = Ledgers(engine)
    await reconciled(engine, ledgers, "page_by_page")
    assert len(set(ledgers.asked)) == 3


async def test_what_may_have_been_in_flight_is_looked_at_again_after_a_rest(
    engine: WorkflowEnvironment,
) -> None:
    ledgers = Ledgers(engine, rests=True)
    assert await reconciled(engine, ledgers, "looked_at_again") >= timedelta(seconds=75)
    assert len(ledgers.asked) == 6


async def test_where_none_is_due_nothing_is_looked_at(engine: WorkflowEnvironment) -> None:
    ledgers = Ledgers(engine, due=False)
    await reconciled(engine, ledgers, "not_due")
    assert not ledgers.asked


async def test_a_marketing_service_that_is_away_is_waited_for(engine: WorkflowEnvironment) -> None:
    ledgers = Ledgers(engine, away=30)
    await reconciled(engine, ledgers, "waited_for")
    assert len(ledgers.asked) == 3


async def test_a_reconciliation_that_a_former_run_has_begun_is_gone_on_with(
    engine: WorkflowEnvironment,
) -> None:
    ledgers = Ledgers(engine, due=False)
    await reconciled(engine, ledgers, "gone_on_with", NAME)
    assert len(ledgers.asked) == 3


async def test_every_watch_has_a_schedule_of_its_own(with_schedules: WorkflowEnvironment) -> None:
    await set_schedules(with_schedules.client)
    for name in (LICENCE_WATCH, ALLOTMENT_RECONCILIATION):
        described = (await with_schedules.client.get_schedule_handle(name).describe()).schedule
        assert described.policy == SCHEDULES[name].policy
