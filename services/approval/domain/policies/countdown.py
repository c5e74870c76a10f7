"""A deadline under way: how much time is left, whether it runs, and what was done on the way.

Time runs by the calendar in which the deadline is counted. It can be stopped and goes on with what was left; a calendar that
changes moves the end, not what is left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.approval.domain.policies.settings.deadline import Deadline
from services.approval.domain.time.calendar import Calendar
from services.approval.domain.time.spans import elapsed, later
from services.approval.domain.time.timers import ESCALATE, OVERDUE, REMIND

NOTHING_LEFT = timedelta()


@dataclass(frozen=True, slots=True)
class Countdown:
    """`left` is what was left at `since`, of working or plain time as the deadline says; `since` None: it stands still.

    `due` is the end, None while it stands still; `provisional`: in a year whose working days are not announced yet;
    `calendar` the version of the calendars by which it was counted. `reminded` counts the reminders before the end, `repeated`
    those after it, the last `repeated_at`.
    """

    left: timedelta
    since: datetime | None
    due: datetime | None = None
    provisional: bool = False
    calendar: int = 0
    reminded: int = 0
    repeated: int = 0
    repeated_at: datetime | None = None
    escalated: bool = False
    overdue: bool = False


def started(deadline: Deadline, calendar: Calendar, at: datetime, left: timedelta | None = None) -> Countdown:
    """From now on, with `left` where an earlier visit has used the rest. Reminders that would lie behind are passed over."""
    whole = deadline.within.length(calendar)
    running = _counted(Countdown(whole if left is None else left, at), deadline, calendar, at)
    return replace(running, reminded=sum(moment <= at for moment in _moments(running, deadline, calendar)))


def moved(countdown: Countdown, deadline: Deadline, calendar: Calendar, now: datetime) -> Countdown:
    """By another calendar. An end that had come and now lies ahead comes again."""
    return _counted(countdown, deadline, calendar, now)


def stopped(countdown: Countdown, deadline: Deadline, calendar: Calendar, at: datetime) -> Countdown:
    left = time_left(countdown, deadline, calendar, at)
    return replace(countdown, left=left, since=None, due=None, provisional=False)


def resumed(countdown: Countdown, deadline: Deadline, calendar: Calendar, at: datetime) -> Countdown:
    if countdown.since is not None:
        return countdown
    repeated_at = at if countdown.overdue else None
    return _counted(replace(countdown, since=at, repeated_at=repeated_at), deadline, calendar, at)


def time_left(countdown: Countdown, deadline: Deadline, calendar: Calendar, at: datetime) -> timedelta:
    """Never less than nothing."""
    if countdown.since is None:
        return countdown.left
    used = elapsed(countdown.since, at, calendar, working=deadline.within.working)
    return max(countdown.left - used, NOTHING_LEFT)


def next_timers(countdown: Countdown, deadline: Deadline, calendar: Calendar) -> dict[str, datetime]:
    """What is due next of it, by the name of the timer; nothing while it stands still."""
    due = countdown.due
    if due is None:
        return {}
    found = {} if countdown.overdue else {OVERDUE: due}
    reminder = _next_reminder(countdown, due, deadline, calendar)
    if reminder is not None:
        found[REMIND] = reminder
    escalation = deadline.escalate
    if escalation and not countdown.escalated:
        found[ESCALATE] = (
            escalation.before.before(due, calendar)
            if escalation.before
            else escalation.after.after(due, calendar)
            if escalation.after
            else due
        )
    return found


def fired(
    countdown: Countdown, deadline: Deadline, calendar: Calendar, timer: str, now: datetime
) -> Countdown:
    """One of its timers has come. Several reminders that were missed are one."""
    if timer == OVERDUE:
        return replace(countdown, overdue=True)
    if timer == ESCALATE:
        return replace(countdown, escalated=True)
    if countdown.reminded < len(deadline.remind.before):
        behind = sum(moment <= now for moment in _moments(countdown, deadline, calendar))
        return replace(countdown, reminded=max(behind, countdown.reminded + 1))
    return replace(countdown, repeated=countdown.repeated + 1, repeated_at=now)


def _counted(countdown: Countdown, deadline: Deadline, calendar: Calendar, now: datetime) -> Countdown:
    if countdown.since is None:
        return replace(countdown, calendar=calendar.version)
    working = deadline.within.working
    due = later(countdown.since, countdown.left, calendar, working=working)
    return replace(
        countdown,
        due=due,
        provisional=working and calendar.guessed_between(countdown.since, due),
        calendar=calendar.version,
        overdue=countdown.overdue and due <= now,
    )


def _moments(countdown: Countdown, deadline: Deadline, calendar: Calendar) -> list[datetime]:
    """When the reminders before the end are, in order."""
    if countdown.due is None:
        return []
    return sorted(span.before(countdown.due, calendar) for span in deadline.remind.before)


def _next_reminder(
    countdown: Countdown, due: datetime, deadline: Deadline, calendar: Calendar
) -> datetime | None:
    moments = _moments(countdown, deadline, calendar)
    if countdown.reminded < len(moments):
        return moments[countdown.reminded]
    every = deadline.remind.every
    if every is None or countdown.repeated >= deadline.remind.most:
        return None
    return every.after(max(due, countdown.repeated_at or due), calendar)
