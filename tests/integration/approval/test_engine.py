"""The way to the workflows, on a real engine: in order, at least once, and again where the engine has lost them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis import temporal
from chassis.outbox.sender import Unreachable
from services.approval.domain.cases.workflows import WorkflowStatus as Status
from services.approval.engine.engine import Engine
from services.approval.use_cases.messages import case_start
from tests.builders.approval_house import House, a_fact
from tests.builders.approval_works import Works, all_sent
from tests.builders.listening import END
from tests.notes.waiting import until
from zhupi.approval.v1 import case_pb2
from zhupi.approval.v1 import case_protocol_pb2 as protocol


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
    await until(lambda: all_sent(house))
    await works.reconciler.round()  # twice as patient now
    works.clock.advance(timedelta(seconds=60))
    await works.reconciler.round()
    await until(lambda: all_sent(house))
    assert len(await works.heard(case, 4)) == 4
    await worker.open_step(case, "two", "second", consumed=[f"{case.name}/two/first#1"])
    works.clock.advance(timedelta(days=1))
    await works.reconciler.round()
    assert await all_sent(house)
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
        await until(lambda: all_sent(house))
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
        await until(lambda: all_sent(house))
        works.clock.advance(timedelta(minutes=minutes))
        await works.reconciler.round()
        await until(lambda: all_sent(house))
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
