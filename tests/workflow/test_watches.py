"""What is looked at regularly: the engine's schedule, and a watch that goes through all there is."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from google.type.date_pb2 import Date
from temporalio.client import ScheduleHandle, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from kernel.errors import Unavailable
from tests.notes.waiting import until
from workflows.activities.owners import LICENCES
from workflows.contracts import CASES_QUEUE, LICENCE_WATCH
from workflows.schedules import DAILY, set_schedules
from workflows.watches import LicenceWatch
from workflows.worker import cases_worker
from zhupi.customer.v1.licence_service_pb2 import WatchLicencesRequest, WatchLicencesResponse


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
