"""Workflows that are gone while their cases are open, and others that are there though theirs are closed."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from services.approval.domain.cases.workflows import WorkflowStatus as Status
from tests.builders.approval_house import House, a_fact
from tests.builders.approval_works import Works, all_sent
from tests.builders.listening import STUMBLE, mistaken
from tests.notes.waiting import until
from zhupi.approval.v1 import case_pb2
from zhupi.approval.v1 import case_protocol_pb2 as protocol


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
    await until(lambda: all_sent(house))
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
        await until(lambda: all_sent(house))
        await works.end(case, "terminate")
        works.clock.advance(timedelta(minutes=minutes))
        await works.reconciler.round()
        await until(lambda: all_sent(house))
        begun.append(await works.begun(case))
        assert len(set(begun)) == times
    await works.end(case, "terminate")
    operator = await house.desk("zhengnan", "operator")
    await operator.cases.RetryEffect(
        case_pb2.RetryEffectRequest(name=case.name.resource, request_id=str(uuid4()))
    )
    await until(lambda: all_sent(house))
    works.clock.advance(timedelta(seconds=1))
    await works.reconciler.round()
    await until(lambda: all_sent(house))
    assert await works.begun(case) not in begun


async def test_operators_see_a_workflow_whose_code_fails_again_and_again(house: House, works: Works) -> None:
    case = await house.start_case()
    await works.heard(case, 1)
    mistaken.add(str(case.name))
    handle = works.client.get_workflow_handle(str(case.name))
    await handle.signal(STUMBLE)

    async def stuck() -> bool:
        return await works.engine.status(str(case.name)) is Status.STUCK

    await until(stuck)
    wangfang = await house.desk("wangfang")
    works.clock.advance(timedelta(minutes=2))
    for _ in range(2):
        await works.reconciler.round()
        (effect,) = (await wangfang.get_case(case.document)).effects
        assert effect.state == case_pb2.Effect.STATE_WAITING
        assert "fails again and again" in effect.reason
    (noted,) = await house.rows("SELECT count(*) FROM timeline WHERE kind = 'EffectNoted'")
    assert noted.count == 1
    mistaken.clear()
    await works.heard(case, 1)

    async def gets_on() -> bool:
        return await works.engine.status(str(case.name)) is Status.RUNNING

    await until(gets_on)
    works.clock.advance(timedelta(minutes=2))
    await works.reconciler.round()
    (effect,) = (await wangfang.get_case(case.document)).effects
    assert effect.state == case_pb2.Effect.STATE_DONE


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
