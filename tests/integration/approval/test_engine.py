"""The way to the workflows, on a real engine: in order, at least once, and again where the engine has lost them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from chassis import temporal
from chassis.embedded.temporal import Temporal
from chassis.outbox.relay import Relay, RelaySettings
from chassis.outbox.sender import Unreachable
from kernel.clock import FixedClock, SystemClock
from services.approval.domain.case import Case
from services.approval.domain.workflows import WorkflowStatus as Status
from services.approval.engine import Engine, EngineSender
from services.approval.lanes import Lanes
from services.approval.reconciler import Reconciler
from services.approval.restarts import Restarts
from services.approval.settings import ApprovalSettings
from services.approval.use_cases.messages import ENGINE, case_start
from tests.builders.approval_house import House, a_fact
from tests.builders.listening import END, Listening
from tests.notes.waiting import until
from workflows.contracts import CASES_QUEUE
from zhupi.approval.v1 import case_pb2
from zhupi.approval.v1 import case_protocol_pb2 as protocol


@dataclass(frozen=True, slots=True)
class Works:
    """The engine, who sends to it, and who looks after it."""

    client: Client
    engine: Engine
    restarts: Restarts
    reconciler: Reconciler
    clock: FixedClock

    async def heard(self, case: Case, count: int) -> list[str]:
        """What the workflow of the case has heard, once that is so much."""

        async def enough() -> list[str]:
            try:
                said = await self.client.get_workflow_handle(str(case.name)).query(Listening.all_heard)
            except RPCError:
                return []
            return said if len(said) >= count else []

        return await until(enough)

    async def end(self, case: Case, how: str) -> None:
        """What an operator may do by hand, whatever state the workflow is in."""
        handle = self.client.get_workflow_handle(str(case.name))
        if await self.engine.status(str(case.name)) is not Status.RUNNING:
            return
        match how:
            case "cancel":
                await handle.cancel()
            case "terminate":
                await handle.terminate()
            case _:
                await handle.signal(END)

        async def ended() -> bool:
            return await self.engine.status(handle.id) is not Status.RUNNING

        await until(ended)

    async def begun(self, case: Case) -> str:
        """The latest run of the case's workflow."""

        async def run() -> str:
            try:
                return (await self.client.get_workflow_handle(str(case.name)).describe()).run_id
            except RPCError:
                return ""

        return await until(run)

    async def seen_running(self, *cases: Case) -> None:
        """The engine's list of what runs comes a moment after it runs."""

        async def seen() -> bool:
            running, _ = await self.engine.running(200, None)
            return {str(case.name) for case in cases} <= set(running)

        await until(seen)

    async def lose(self, case: Case) -> None:
        """What happens to an engine that was restored from before the case began."""
        await self.client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(
                namespace=self.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=str(case.name)),
            )
        )

        async def gone() -> bool:
            return await self.engine.status(str(case.name)) is Status.LOST

        await until(gone)


@asynccontextmanager
async def working(house: House, server: Temporal) -> AsyncIterator[Works]:
    # A namespace of its own: other tests run real workflows under these names.
    settings = house.edge.settings(
        "approval", temporal_address=server.address, temporal_namespace="listening"
    )
    client = await temporal.connect(settings)
    await temporal.ensure_namespace(client)
    clock = FixedClock(SystemClock().now())
    engine, lanes, restarts = Engine(client), Lanes(house.parts.units), Restarts(house.parts.units, clock)
    relay = Relay(
        house.parts.database,
        {ENGINE: EngineSender(engine, restarts)},
        RelaySettings(first_pause=0.02, longest_pause=0.1),
    )
    own = ApprovalSettings(**settings.model_dump())
    stopping = asyncio.Event()
    worker = Worker(
        client, task_queue=CASES_QUEUE, workflows=[Listening], workflow_runner=UnsandboxedWorkflowRunner()
    )
    async with worker, asyncio.TaskGroup() as tasks:
        tasks.create_task(relay.run(stopping))
        try:
            reconciler = Reconciler(house.parts.database, lanes, restarts, engine, own, clock)
            yield Works(client, engine, restarts, reconciler, clock)
        finally:
            stopping.set()


@pytest.fixture
async def works(house: House, temporal_server: Temporal) -> AsyncIterator[Works]:
    async with working(house, temporal_server) as works:
        yield works


async def test_start_and_signals_arrive_in_the_order_in_which_they_happened(
    house: House, works: Works
) -> None:
    case = await house.open("two", "first")
    lihua, wangfang = await house.desk("lihua"), await house.desk("wangfang")
    await lihua.approve((await lihua.inbox())[0])
    await house.tell(a_fact(case.document, document_version=2))
    await wangfang.withdraw(case)
    assert await works.heard(case, 4) == [
        f"start {case.document}@1 of people/wangfang",
        f"{case.name}/two/first#1 approved by people/lihua",
        "document_changed/2@2",
        "withdraw by people/wangfang",
    ]


async def test_starting_a_case_again_does_not_start_a_second_workflow(house: House, works: Works) -> None:
    case = await house.start_case()
    await works.heard(case, 1)
    await works.restarts.begin_again(str(case.name), Status.LOST)
    await house.tell(a_fact(case.document))
    assert len(await works.heard(case, 2)) == 2


async def test_a_signal_to_a_workflow_that_has_ended_is_delivered(house: House, works: Works) -> None:
    case = await house.start_case()
    await works.heard(case, 1)
    handle = works.client.get_workflow_handle(str(case.name))
    await handle.signal(END)
    await handle.result()
    await house.tell(a_fact(case.document))
    await until(lambda: house.rows("SELECT 1 FROM outbox WHERE subject = 'signal' AND sent_at IS NOT NULL"))
    await works.engine.start(case_start(case))  # a relay that was killed sends a row once more
    assert await works.engine.status(str(case.name)) is Status.COMPLETED


async def test_a_workflow_that_the_engine_has_lost_begins_again_with_the_next_signal(
    house: House, works: Works
) -> None:
    case = await house.start_case()
    await house.tell(a_fact(case.document, document_version=2))
    await works.heard(case, 2)
    await works.lose(case)
    await house.tell(a_fact(case.document, fact_id="document_changed/3", document_version=3))
    assert await works.heard(case, 3) == [
        f"start {case.document}@3 of people/wangfang again",
        "document_changed/2@2",
        "document_changed/3@3",
    ]


async def test_the_reconciler_starts_again_what_the_engine_has_lost(house: House, works: Works) -> None:
    case, other = await house.start_case(), await house.start_case()
    await house.tell(a_fact(case.document, document_version=2))
    await works.heard(case, 2)
    await works.heard(other, 1)
    await works.lose(case)
    await works.reconciler.round()
    assert await works.engine.status(str(case.name)) is Status.LOST  # young cases may still be on their way
    works.clock.advance(timedelta(minutes=2))
    await works.reconciler.round()
    assert await works.heard(case, 2) == [
        f"start {case.document}@2 of people/wangfang again",
        "document_changed/2@2",
    ]
    assert len(await works.heard(other, 1)) == 1


@pytest.mark.parametrize("end", ["cancel", "terminate", "complete"])
async def test_a_workflow_that_somebody_ends_while_its_case_is_open_begins_again_and_everybody_sees_it(
    house: House, works: Works, end: str
) -> None:
    case = await house.start_case()
    await house.tell(a_fact(case.document, document_version=2))
    await works.heard(case, 2)
    await works.end(case, end)
    works.clock.advance(timedelta(minutes=2))
    await works.reconciler.round()
    assert await works.heard(case, 2) == [
        f"start {case.document}@2 of people/wangfang again",
        "document_changed/2@2",
    ]
    wangfang = await house.desk("wangfang")
    (effect,) = (await wangfang.get_case(case.document)).effects
    assert (effect.key, effect.state) == (f"{case.name}/workflow/1", case_pb2.Effect.STATE_WAITING)
    assert "已重新启动" in effect.reason
    assert await house.rows("SELECT 1 FROM timeline WHERE kind = 'WorkflowBegunAgain'")
    works.clock.advance(timedelta(minutes=2))
    await works.reconciler.round()
    (effect,) = (await wangfang.get_case(case.document)).effects
    assert effect.state == case_pb2.Effect.STATE_DONE


async def test_a_workflow_that_ends_each_time_begins_ever_later_unless_somebody_asks(
    house: House, works: Works
) -> None:
    case = await house.start_case()
    begun = [await works.begun(case)]
    for minutes, times in ((2, 2), (0.5, 2), (1, 3), (1, 3), (2, 4)):
        await until(lambda: _all_sent(house))
        await works.end(case, "terminate")
        works.clock.advance(timedelta(minutes=minutes))
        await works.reconciler.round()
        await until(lambda: _all_sent(house))
        begun.append(await works.begun(case))
        assert len(set(begun)) == times
    await works.end(case, "terminate")
    operator = await house.desk("zhengnan", "operator")
    await operator.cases.RetryEffect(
        case_pb2.RetryEffectRequest(name=case.name.resource, request_id=str(uuid4()))
    )
    await until(lambda: _all_sent(house))
    works.clock.advance(timedelta(seconds=1))
    await works.reconciler.round()
    await until(lambda: _all_sent(house))
    assert await works.begun(case) not in begun


async def test_a_workflow_whose_case_is_closed_is_told_and_ended_for_good_if_nobody_runs_it(
    house: House, works: Works
) -> None:
    case, other = await house.start_case(), await house.start_case()
    await works.heard(case, 1)
    await works.heard(other, 1)
    worker = await house.service()
    await worker.protocol.CloseCase(
        protocol.CloseCaseRequest(case=str(case.name), outcome=case_pb2.CASE_OUTCOME_WITHDRAWN)
    )
    await works.seen_running(case, other)
    await works.reconciler.round()
    assert len(await works.heard(case, 1)) == 1  # it may be about to end by itself
    works.clock.advance(timedelta(minutes=2))
    for _ in range(2):
        await works.reconciler.round()
        assert (await works.heard(case, 2))[1:] == ["closed by "]
    works.clock.advance(timedelta(hours=2))
    await works.reconciler.round()
    assert await works.engine.status(str(case.name)) is Status.TERMINATED
    assert await works.engine.status(str(other.name)) is Status.RUNNING


async def test_the_reconciler_tells_again_what_a_workflow_does_not_seem_to_know(
    house: House, works: Works
) -> None:
    case = await house.open("two", "first")
    lihua, worker = await house.desk("lihua"), await house.service()
    await lihua.approve((await lihua.inbox())[0])
    await works.heard(case, 2)
    await works.reconciler.round()
    works.clock.advance(timedelta(seconds=90))
    await works.reconciler.round()
    heard = await works.heard(case, 3)
    assert heard[1] == heard[2]
    await until(lambda: _all_sent(house))
    await works.reconciler.round()  # twice as patient now
    works.clock.advance(timedelta(seconds=60))
    await works.reconciler.round()
    await until(lambda: _all_sent(house))
    assert len(await works.heard(case, 4)) == 4
    await worker.open_step(case, "two", "second", consumed=[f"{case.name}/two/first#1"])
    works.clock.advance(timedelta(days=1))
    await works.reconciler.round()
    assert await _all_sent(house)
    assert len(await works.heard(case, 4)) == 4


async def test_a_workflow_of_an_older_day_is_told_everything_once_telling_the_last_step_was_in_vain(
    house: House, works: Works
) -> None:
    case = await house.open("two", "first")
    first, second = f"{case.name}/two/first#1", f"{case.name}/two/second#1"
    lihua, worker = await house.desk("lihua"), await house.service()
    await lihua.approve((await lihua.inbox())[0])
    await worker.open_step(case, "two", "second", consumed=[first])
    qianlei = await house.desk("qianlei")
    await qianlei.approve((await qianlei.inbox())[0])
    await works.heard(case, 3)
    for _ in range(2):  # the engine was restored, and with it a workflow that has heard of neither
        await until(lambda: _all_sent(house))
        works.clock.advance(timedelta(minutes=3))
        await works.reconciler.round()
    heard = await works.heard(case, 6)
    assert [line.split()[0] for line in heard[3:]] == [second, first, second]


async def test_a_workflow_of_an_older_day_hears_again_of_a_withdrawal(house: House, works: Works) -> None:
    case = await house.open("two", "first")
    await house.tell(a_fact(case.document, document_version=2))
    wangfang = await house.desk("wangfang")
    await wangfang.withdraw(case)
    story = (await works.heard(case, 3))[1:]
    for minutes, times in ((2, 2), (1, 2), (2, 3)):  # twice as patient each time
        await until(lambda: _all_sent(house))
        works.clock.advance(timedelta(minutes=minutes))
        await works.reconciler.round()
        await until(lambda: _all_sent(house))
        assert (await works.heard(case, 1 + 2 * times))[1:] == story * times


async def test_nothing_is_told_again_once_the_case_is_closed(house: House, works: Works) -> None:
    case = await house.open("single", "manager")
    lihua, worker = await house.desk("lihua"), await house.service()
    await lihua.approve((await lihua.inbox())[0])
    await works.heard(case, 2)
    await worker.protocol.CloseCase(
        protocol.CloseCaseRequest(case=str(case.name), outcome=case_pb2.CASE_OUTCOME_APPROVED)
    )
    await works.lose(case)
    works.clock.advance(timedelta(days=1))
    await works.reconciler.round()
    assert await works.engine.status(str(case.name)) is Status.LOST


async def test_one_copy_reconciles_at_a_time(house: House, works: Works) -> None:
    case = await house.start_case()
    await works.heard(case, 1)
    await works.lose(case)
    works.clock.advance(timedelta(minutes=2))
    async with works.reconciler._alone() as first:
        assert first
        await works.reconciler.round()
        assert await works.engine.status(str(case.name)) is Status.LOST
    await works.reconciler.round()
    assert await works.heard(case, 1)


async def test_an_engine_that_is_away_is_unreachable_and_costs_the_rows_nothing(house: House) -> None:
    client = await temporal.connect(
        house.edge.settings("approval", temporal_address="127.0.0.1:1"), lazy=True
    )
    engine = Engine(client)
    for call in (engine.status("a/b/1"), engine.signal("a/b/1", "fact", {})):
        with pytest.raises(Unreachable):
            await call


async def _all_sent(house: House) -> bool:
    return not await house.rows("SELECT 1 FROM outbox WHERE destination = 'engine' AND sent_at IS NULL")
