"""Steps with a deadline: it begins when the step is opened, stands still with its case, and moves with the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from services.approval.domain.policies import countdown
from services.approval.domain.policies.countdown import Countdown
from services.approval.domain.policies.settings.deadline import Deadline
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.time.calendar import Calendar
from services.approval.domain.time.timers import ESCALATE, OVERDUE, REMIND

OF_DEADLINES = (REMIND, ESCALATE, OVERDUE)


def begin(step: Step, calendar: Calendar, at: datetime, left: timedelta | None = None) -> Step:
    """Its time begins, with what an earlier visit has left; unchanged where it has no deadline."""
    deadline = step.rules.deadline
    if deadline is None:
        return step
    return _with(step, countdown.started(deadline, calendar, at, left), deadline, calendar)


def reckon(step: Step, calendar: Calendar, now: datetime) -> Step:
    """By the calendar as it is now."""
    deadline, running = step.rules.deadline, step.countdown
    if deadline is None or running is None:
        return step
    return _with(step, countdown.moved(running, deadline, calendar, now), deadline, calendar)


def halt(step: Step, calendar: Calendar, at: datetime) -> Step:
    """Its case is suspended: what is left stays."""
    deadline, running = step.rules.deadline, step.countdown
    if deadline is None or running is None:
        return step
    return _with(step, countdown.stopped(running, deadline, calendar, at), deadline, calendar)


def go_on(step: Step, calendar: Calendar, at: datetime) -> Step:
    """Its case goes on: the time that was left begins to run."""
    deadline, running = step.rules.deadline, step.countdown
    if deadline is None or running is None:
        return step
    return _with(step, countdown.resumed(running, deadline, calendar, at), deadline, calendar)


def fire(step: Step, timer: str, calendar: Calendar, now: datetime) -> Step:
    """A timer of its deadline has come, and is set to its next time if there is one."""
    deadline, running = step.rules.deadline, step.countdown
    if deadline is None or running is None:
        return step
    return _with(step, countdown.fired(running, deadline, calendar, timer, now), deadline, calendar)


def time_left(step: Step, calendar: Calendar, at: datetime) -> timedelta | None:
    """None where it has no deadline."""
    deadline, running = step.rules.deadline, step.countdown
    if deadline is None or running is None:
        return None
    return countdown.time_left(running, deadline, calendar, at)


def _with(step: Step, running: Countdown, deadline: Deadline, calendar: Calendar) -> Step:
    """What else is due of the step stays. Of one whose decision may be taken back its own time is known, and nothing due."""
    if step.state is not StepState.OPEN:
        return replace(step, countdown=running)
    others = {name: at for name, at in step.timers.due.items() if name not in OF_DEADLINES}
    due = others | countdown.next_timers(running, deadline, calendar)
    return replace(step, countdown=running, timers=step.timers.as_of(due))
