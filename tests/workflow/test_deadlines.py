"""Deadlines as timers of the workflow: days pass in no time, and whatever happens to the workflow, they come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.workflow.office import set_timers
from tests.workflow.town import Town
from workflows.contracts import CaseOutcome
from zhupi.approval.v1.case_protocol_pb2 import StepOutcome, StepStatus

DAY = timedelta(days=1)


def in_days(days: float) -> datetime:
    return datetime.now(UTC) + days * DAY


def by_rule(step: StepStatus, outcome: StepOutcome.ValueType) -> None:
    """What the service does with an overdue step."""
    set_timers(step, {})
    step.state, step.outcome = StepStatus.STATE_COMPLETED, outcome
    step.document_version, step.decider = 1, "system"


async def test_reminders_come_one_after_the_other_until_somebody_decides(town: Town) -> None:
    office, reminders = town.office, [in_days(n) for n in (1, 2, 3)]

    def when_due(step: StepStatus, timer: str) -> None:
        reminders.pop(0)
        set_timers(step, {timer: reminders[0]} if reminders else {})

    office.deadlines["manager"], office.when_due = {"remind": reminders[0]}, when_due
    await town.start()
    step = (await office.asked("manager")).step
    async with town.time_flies():
        await office.until(lambda office: len(office.fired) == 3)
    await office.approves("manager")
    await office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert office.fired == [(step, "remind", n) for n in (1, 2, 3)]
    described = await town.case.describe()
    assert described.close_time is not None
    assert described.close_time - described.start_time >= 3 * DAY - timedelta(minutes=5)


async def test_an_overdue_step_is_decided_by_the_service_and_the_case_goes_on(town: Town) -> None:
    office = town.office
    office.deadlines["manager"] = {"remind": in_days(1), "escalate": in_days(2), "overdue": in_days(3)}

    def when_due(step: StepStatus, timer: str) -> None:
        if timer == "overdue":
            by_rule(step, StepOutcome.STEP_OUTCOME_APPROVED)
        else:
            left = {name: at.ToDatetime(UTC) for name, at in step.due_times.items() if name != timer}
            set_timers(step, left)

    office.when_due = when_due
    await town.start()
    await office.asked("manager")
    async with town.time_flies():
        await office.asked("review")
    await office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert [timer for _, timer, _ in office.fired] == ["remind", "escalate", "overdue"]


async def test_an_overdue_step_that_is_rejected_by_the_rule_ends_the_case(town: Town) -> None:
    office = town.office
    office.deadlines["manager"] = {"overdue": in_days(3)}
    office.when_due = lambda step, _: by_rule(step, StepOutcome.STEP_OUTCOME_REJECTED)
    await town.start()
    assert await town.ends() is CaseOutcome.REJECTED


async def test_a_timer_that_is_not_due_by_the_clock_of_the_service_is_told_again(town: Town) -> None:
    office, tries = town.office, []
    office.deadlines["manager"] = {"overdue": in_days(1)}

    def when_due(step: StepStatus, timer: str) -> None:
        tries.append(timer)
        if len(tries) == 3:
            by_rule(step, StepOutcome.STEP_OUTCOME_REJECTED)

    office.when_due = when_due
    await town.start()
    assert await town.ends() is CaseOutcome.REJECTED
    assert len(tries) == 3
