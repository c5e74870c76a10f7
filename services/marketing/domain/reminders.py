"""When those who ought to close an activity are told so once more."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from itertools import count

from kernel.errors import FailedPrecondition
from services.marketing.domain.configuration import Configuration


class NotOverYet(FailedPrecondition):
    zh = "{name} 尚未结束"
    en = "{name} is not over yet"


@dataclass(frozen=True, slots=True)
class Reminder:
    """The `n`-th, from 1 on. `escalate`: those responsible for the organisation are told, too."""

    n: int
    day: date
    escalate: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """So many working days after the end somebody is told for the `n`-th time."""

    n: int
    working_days: int
    escalate: bool


def first_told(configuration: Configuration) -> tuple[Told, ...]:
    """What is said before a closure is overdue."""
    days = [*configuration.reminder_days, configuration.escalation_days]
    return tuple(
        Told(n, many, escalate=many == configuration.escalation_days) for n, many in enumerate(days, 1)
    )


def monthly(configuration: Configuration, overdue: date, after: date) -> Reminder:
    """The first day after `after` that is whole months after the day on which it was overdue."""
    said = len(first_told(configuration))
    months = next(n for n in count(1) if months_later(overdue, n) > after)
    return Reminder(said + months, months_later(overdue, months), escalate=True)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
