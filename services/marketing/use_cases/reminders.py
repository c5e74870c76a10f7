"""When it is said next that an activity is to be closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from chassis.cases.sight import EVERYTHING
from kernel.actor import Actor
from kernel.clock import Clock
from services.marketing.domain.reminders import NotOverYet, Reminder, first_told, monthly
from services.marketing.permissions import require_case_verb
from services.marketing.use_cases.ports import Work, WorkingDays


@dataclass(frozen=True, slots=True)
class NextReminder:
    """`after`: on this day nothing is said any more."""

    number: str
    after: date


async def next_reminder(
    cmd: NextReminder, *, uow: Work, actor: Actor, clock: Clock, working_days: WorkingDays
) -> Reminder:
    """Raises NotOverYet."""
    async with uow:
        activity = await uow.activities.get(cmd.number, EVERYTHING)
        require_case_verb(actor, "GetNextReminder", activity)
        configuration = await uow.configurations.current()
    last, overdue, organisation = activity.last_day, activity.overdue_date, activity.organisation
    if last is None or overdue is None:
        raise NotOverYet(name=activity.name)
    # Whoever was silent for years is not counted for from the beginning: no calendar reaches back so far.
    for told in first_told(configuration) if cmd.after < overdue else ():
        day = await working_days.after(organisation, last, told.working_days)
        if day > cmd.after:
            return Reminder(told.n, day, told.escalate)
    reminder = monthly(configuration, overdue, cmd.after)
    day = await working_days.after(organisation, reminder.day - timedelta(days=1), 1)
    return replace(reminder, day=day)
