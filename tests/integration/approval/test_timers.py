"""What is due of a step: told to the workflow, decided here, by the row that is there first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp

from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import StepName
from services.approval.use_cases.messages import tell_timers
from tests.builders.approval_house import House
from zhupi.approval.v1 import case_protocol_pb2 as pb

LONG_AGO = datetime(2026, 1, 5, 1, tzinfo=UTC)
FAR_AWAY = datetime(2199, 1, 5, 1, tzinfo=UTC)


async def set_timer(house: House, case: Case, timer: str, at: datetime) -> StepName:
    """As a deadline would set it."""
    step = StepName(case.name, "single", "manager", 1)
    async with house.parts.units() as uow:
        locked = await uow.cases.lock(case.name)
        before = await uow.steps.find(step)
        assert before is not None
        after = before.timed(before.timers.set(timer, at))
        uow.steps.save(before, after, at)
        tell_timers(uow, locked, before, after)
        await uow.commit()
    return step


async def fire(house: House, case: Case, step: StepName, timer: str = "remind") -> pb.StepStatus:
    worker = await house.service()
    request = pb.FireTimerRequest(case=str(case.name), step=str(step), timer=timer, n=1)
    return await worker.protocol.FireTimer(request)


async def test_a_timer_is_told_to_the_workflow_and_fires_once(house: House) -> None:
    case = await house.open("single", "manager")
    step = await set_timer(house, case, "remind", LONG_AGO)
    told = await house.rows("SELECT body FROM outbox WHERE subject = 'signal'")
    assert [b'"step_rescheduled"' in bytes(row.body) for row in told] == [True]
    fired = await fire(house, case, step)
    assert (fired.state, fired.timers_revision, dict(fired.due_times)) == (pb.StepStatus.STATE_OPEN, 2, {})
    before = await house.dump()
    assert await fire(house, case, step) == fired
    assert await house.dump() == before


async def test_a_timer_that_is_not_due_by_our_clock_changes_nothing(house: House) -> None:
    case = await house.open("single", "manager")
    step = await set_timer(house, case, "remind", FAR_AWAY)
    before = await house.dump()
    status = await fire(house, case, step)
    due = Timestamp()
    due.FromDatetime(FAR_AWAY)
    assert (dict(status.due_times), status.timers_revision) == ({"remind": due}, 1)
    assert await house.dump() == before


async def test_a_decision_that_came_first_takes_the_timers_with_it(house: House) -> None:
    case = await house.open("single", "manager")
    step = await set_timer(house, case, "overdue", LONG_AGO - timedelta(days=1))
    lihua = await house.desk("lihua")
    (item,) = await lihua.inbox()
    await lihua.approve(item)
    status = await fire(house, case, step, "overdue")
    assert (status.state, status.outcome) == (pb.StepStatus.STATE_COMPLETED, pb.STEP_OUTCOME_APPROVED)
    assert not status.due_times
