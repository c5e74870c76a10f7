"""The protocol with the workflow: every call answers a second time what it answered the first, and only the worker calls."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.approval_desk import opening
from tests.builders.approval_house import House, a_fact
from tests.builders.refusals import refused
from zhupi.approval.v1 import case_pb2, work_item_pb2
from zhupi.approval.v1 import case_protocol_pb2 as pb

OPEN, COMPLETED, CANCELLED = (
    pb.StepStatus.STATE_OPEN,
    pb.StepStatus.STATE_COMPLETED,
    pb.StepStatus.STATE_CANCELLED,
)


async def test_repeated_calls_answer_the_same_and_change_nothing(house: House) -> None:
    case = await house.start_case()
    worker, name = await house.service(), str(case.name)
    step = f"{name}/single/manager#1"
    calls: list[tuple[Any, Any]] = [
        (worker.protocol.PlanStage, pb.PlanStageRequest(case=name, stage="single", round=1)),
        (worker.protocol.OpenStep, opening(case, "single", "manager")),
        (worker.protocol.FireTimer, pb.FireTimerRequest(case=name, step=step, timer="remind", n=1)),
        (worker.protocol.CancelStep, pb.CancelStepRequest(case=name, step=step)),
        (worker.protocol.SealCase, pb.SealCaseRequest(case=name, point="payment", n=1)),
        (worker.protocol.UnsealCase, pb.UnsealCaseRequest(case=name, point="payment", n=1)),
        (
            worker.protocol.CloseCase,
            pb.CloseCaseRequest(case=name, outcome=case_pb2.CASE_OUTCOME_REJECTED),
        ),
    ]
    for call, request in calls:
        first = await call(request)
        before = await house.dump()
        assert await call(request) == first
        assert await house.dump() == before
    (closed,) = await house.rows("SELECT count(*) FROM outbox WHERE subject = 'zhupi.approval.v1.CaseClosed'")
    assert closed.count == 1


async def test_a_noted_effect_is_told_once_and_kept_up_to_date(house: House) -> None:
    case = await house.start_case()
    worker = await house.service()
    for minute in (1, 2, 3):
        noted = pb.NoteEffectRequest(
            case=str(case.name),
            key=f"{case.name}/pay/1",
            state=case_pb2.Effect.STATE_WAITING,
            reason="ERP 没有应答",
        )
        noted.next_attempt_time.FromSeconds(minute * 60)
        await worker.protocol.NoteEffect(noted)
    (effect,) = (await (await house.desk("wangfang")).get_case(case.document)).effects
    assert effect.next_attempt_time.seconds == 180
    (rows,) = await house.rows("SELECT count(*) FROM timeline WHERE kind = 'EffectNoted'")
    assert rows.count == 1


async def test_a_decided_step_says_so_until_it_is_consumed(house: House) -> None:
    case = await house.open("two", "first")
    lihua, worker = await house.desk("lihua"), await house.service()
    await lihua.approve((await lihua.inbox())[0], comment="同意")
    status = await worker.open_step(case, "two", "first")
    assert (status.state, status.outcome) == (COMPLETED, pb.STEP_OUTCOME_APPROVED)
    assert (status.decider, status.comment, status.document_version) == ("people/lihua", "同意", 1)
    (step,) = await house.rows("SELECT consumed_at FROM steps")
    assert step.consumed_at is None
    second = await worker.open_step(case, "two", "second", consumed=[status.step])
    assert second.state == OPEN
    consumed = await house.rows("SELECT id FROM steps WHERE consumed_at IS NOT NULL")
    assert [row.id for row in consumed] == [status.step]


async def test_what_is_completed_stays_completed_when_it_is_cancelled(house: House) -> None:
    case = await house.open("single", "manager")
    lihua, worker = await house.desk("lihua"), await house.service()
    await lihua.approve((await lihua.inbox())[0])
    cancel = pb.CancelStepRequest(case=str(case.name), step=f"{case.name}/single/manager#1")
    assert (await worker.protocol.CancelStep(cancel)).state == COMPLETED


async def test_a_step_that_was_cancelled_before_it_came_is_not_opened_by_a_late_call(house: House) -> None:
    case = await house.start_case()
    worker, lihua = await house.service(), await house.desk("lihua")
    await worker.plan(case, "single")
    cancel = pb.CancelStepRequest(case=str(case.name), step=f"{case.name}/single/manager#1")
    assert (await worker.protocol.CancelStep(cancel)).state == CANCELLED
    assert (await worker.open_step(case, "single", "manager")).state == CANCELLED
    assert not await lihua.inbox()
    assert (await worker.open_step(case, "single", "manager", visit=2)).state == OPEN
    assert len(await lihua.inbox()) == 1


async def test_a_step_of_a_withdrawn_case_asks_nobody(house: House) -> None:
    case = await house.start_case()
    worker, wangfang, lihua = await house.service(), await house.desk("wangfang"), await house.desk("lihua")
    await worker.plan(case, "single")
    await wangfang.withdraw(case)
    assert (await worker.open_step(case, "single", "manager")).state == CANCELLED
    assert not await lihua.inbox(box=work_item_pb2.ListWorkItemsRequest.BOX_TO_DO)
    with refused("CASE_WITHDRAWN"):
        await worker.protocol.CloseCase(
            pb.CloseCaseRequest(case=str(case.name), outcome=case_pb2.CASE_OUTCOME_APPROVED)
        )
    await worker.protocol.CloseCase(
        pb.CloseCaseRequest(case=str(case.name), outcome=case_pb2.CASE_OUTCOME_WITHDRAWN)
    )


async def test_a_closed_case_takes_nothing_more(house: House) -> None:
    case = await house.open("single", "manager")
    worker, lihua, wangfang = await house.service(), await house.desk("lihua"), await house.desk("wangfang")
    (item,) = await lihua.inbox()
    closing = pb.CloseCaseRequest(case=str(case.name), outcome=case_pb2.CASE_OUTCOME_REJECTED)
    await worker.protocol.CloseCase(closing)
    before = await house.dump()
    with refused("WORK_ITEM_CLOSED"):
        await lihua.approve(item)
    with refused("CASE_CLOSED"):
        await wangfang.withdraw(case)
    with refused("CASE_CLOSED"):
        await worker.plan(case, "any")
    with refused("CASE_CLOSED"):
        await worker.protocol.CloseCase(
            pb.CloseCaseRequest(case=str(case.name), outcome=case_pb2.CASE_OUTCOME_APPROVED)
        )
    await house.tell(a_fact(case.document, document_version=1))
    assert await house.dump() == before


async def test_calls_that_name_what_is_not_there_are_refused(house: House) -> None:
    case = await house.start_case()
    worker = await house.service()
    await worker.plan(case, "single")
    before = await house.dump()
    for reason, request in (
        ("STAGE_NOT_PLANNED", opening(case, "any", "reviewers")),
        ("STAGE_NOT_PLANNED", opening(case, "single", "manager", round=2)),
        ("STEP_NOT_IN_ROUTE", opening(case, "single", "director")),
        ("NAMES_DIFFER", opening(case, "single", "manager", step=f"{case.name}/single/manager#2")),
        ("NOT_A_STEP_NAME", opening(case, "single", "manager", step="manager")),
    ):
        with refused(reason):
            await worker.protocol.OpenStep(request)
    with refused("NOT_A_CASE_NAME"):
        await worker.protocol.PlanStage(pb.PlanStageRequest(case="EC-1", stage="single", round=1))
    with refused("UNKNOWN_STAGE"):
        await worker.plan(case, "nowhere")
    with refused("NOT_FOUND"):
        await worker.protocol.PlanStage(
            pb.PlanStageRequest(case="expense-claim/EC-0/1", stage="single", round=1)
        )
    assert await house.dump() == before


@pytest.mark.parametrize("caller", ["lihua", "administrator", "expense"])
async def test_nobody_but_the_worker_walks_a_case(house: House, caller: str) -> None:
    case = await house.start_case()
    if caller == "expense":
        desk = await house.service("expense")
    else:
        desk = await house.desk("lihua", *(["administrator"] if caller == "administrator" else []))
    before = await house.dump()
    with refused("NOT_PERMITTED"):
        await desk.plan(case, "single")
    with refused("NOT_PERMITTED"):
        await desk.protocol.CloseCase(
            pb.CloseCaseRequest(case=str(case.name), outcome=case_pb2.CASE_OUTCOME_APPROVED)
        )
    assert await house.dump() == before
