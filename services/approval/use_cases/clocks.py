"""The clocks of steps: by which calendar they run, and when they begin, stand still, go on and move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

from kernel.actor import SYSTEM
from kernel.clock import Clock, local_date
from services.approval.domain.cases.case import Case, CaseState
from services.approval.domain.cases.names import StepName
from services.approval.domain.policies.settings.deadline import Visits
from services.approval.domain.steps import deadlines, undoing
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.time.calendar import Calendar
from services.approval.use_cases.deadline_events import DeadlineMoved
from services.approval.use_cases.events import about
from services.approval.use_cases.messages import tell_timers
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork

Turn: TypeAlias = Callable[[Step, Calendar, datetime], Step]


async def calendar_of(case: Case, uow: ApprovalUnitOfWork, now: datetime) -> Calendar:
    """That of the organisation for which the case is, as of now."""
    today = (await uow.directories.current()).as_of(local_date(now))
    above = tuple(one.id for one in today.upwards(case.organisation))
    return (await uow.calendars.current()).of(above)


async def begun(step: Step, case: Case, uow: ApprovalUnitOfWork, now: datetime) -> Step:
    """A step that is opened, with its deadline; unchanged where it has none."""
    deadline = step.rules.deadline
    if deadline is None or step.state is not StepState.OPEN:
        return step
    calendar = await calendar_of(case, uow, now)
    left = await _left_of_last_visit(step.name, calendar, uow) if deadline.clock is Visits.KEEP else None
    begun = deadlines.begin(step, calendar, now, left)
    return deadlines.halt(begun, calendar, now) if case.state is CaseState.SUSPENDED else begun


async def _left_of_last_visit(
    name: StepName, calendar: Calendar, uow: ApprovalUnitOfWork
) -> timedelta | None:
    """None where it was not decided: then its time was not used."""
    last = await uow.steps.find(replace(name, visit=name.visit - 1)) if name.visit > 1 else None
    if last is None or last.completion is None:
        return None
    return deadlines.time_left(last, calendar, last.completion.at)


async def restored(step: Step, case: Case, uow: ApprovalUnitOfWork, now: datetime) -> Step:
    """A step that is open again, because its last decision was taken back: its time has run on."""
    if step.countdown is None or step.state is not StepState.OPEN:
        return step
    return deadlines.reckon(step, await calendar_of(case, uow, now), now)


async def halt(case: Case, uow: ApprovalUnitOfWork, clock: Clock) -> None:
    """The case is suspended: its clocks stand still, of deadlines and of what may be taken back."""

    def halted(step: Step, calendar: Calendar, now: datetime) -> Step:
        return undoing.rest(deadlines.halt(step, calendar, now), now)

    await _turn(case, halted, uow, clock)


async def go_on(case: Case, uow: ApprovalUnitOfWork, clock: Clock) -> None:
    """The case goes on: its steps have the time that they had left."""

    def going_on(step: Step, calendar: Calendar, now: datetime) -> Step:
        return undoing.go_on(deadlines.go_on(step, calendar, now), now)

    await _turn(case, going_on, uow, clock)


async def _turn(case: Case, turn: Turn, uow: ApprovalUnitOfWork, clock: Clock) -> None:
    now = clock.now()
    under_way = await uow.steps.under_way(case.name)
    timed = [step for step in under_way if step.countdown is not None or step.rules.acting.undo]
    if not timed:
        return
    calendar = await calendar_of(case, uow, now)
    for before in timed:
        after = turn(before, calendar, now)
        uow.steps.save(before, after, now)
        tell_timers(uow, case, before, after)


async def reckon_step(name: StepName, *, uow: ApprovalUnitOfWork, clock: Clock) -> bool:
    """Count the deadline of a step by the calendar as it is now. Whether it has moved."""
    async with uow:
        case = await uow.cases.lock(name.case)
        before = await uow.steps.find(name)
        if before is None or before.state is not StepState.OPEN:
            return False
        now = clock.now()
        after = deadlines.reckon(before, await calendar_of(case, uow, now), now)
        uow.steps.save(before, after, now)
        tell_timers(uow, case, before, after)
        has_moved = before.due != after.due
        if has_moved:
            moved = DeadlineMoved(
                **about(case, SYSTEM, now),
                step=str(name),
                title=after.title,
                was=before.due,
                due=after.due,
                provisional=bool(after.countdown and after.countdown.provisional),
                calendar=after.countdown.calendar if after.countdown else 0,
            )
            uow.record(moved)
        await uow.commit()
        return has_moved
