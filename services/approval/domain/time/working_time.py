"""Counting by a calendar: how much working time lies between two moments, and when so much of it is over."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from kernel.clock import local_date
from services.approval.domain.time.calendar import Calendar

NOTHING: Final = timedelta()
ONE_DAY: Final = timedelta(days=1)
# No span of a policy is longer; a calendar on which nobody ever works must not be walked to the end of time.
LONGEST_WALK: Final = 40 * 366


class NobodyWorks(Exception):
    """So much working time does not come together within forty years."""


def working_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The working time between two moments; less than nothing where `end` is before `start`."""
    if end < start:
        return -working_time(calendar, end, start)
    total, day, last = NOTHING, local_date(start), local_date(end)
    while day <= last:
        for begins, ends in calendar.intervals(day):
            total += max(min(ends, end) - max(begins, start), NOTHING)
        day += ONE_DAY
    return total


def after_working(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """The first moment at which that much working time has passed since `start`. Raises NobodyWorks."""
    day, left = local_date(start), amount
    if left <= NOTHING:
        return start
    for _ in range(LONGEST_WALK):
        for begins, ends in calendar.intervals(day):
            begins = max(begins, start)
            if left <= ends - begins:
                return begins + left
            left -= max(ends - begins, NOTHING)
        day += ONE_DAY
    raise NobodyWorks


def before_working(calendar: Calendar, end: datetime, amount: timedelta) -> datetime:
    """The last moment from which that much working time passes until `end`. Raises NobodyWorks."""
    day, left = local_date(end), amount
    if left <= NOTHING:
        return end
    for _ in range(LONGEST_WALK):
        for begins, ends in reversed(calendar.intervals(day)):
            ends = min(ends, end)
            if left <= ends - begins:
                return ends - left
            left -= max(ends - begins, NOTHING)
        day -= ONE_DAY
    raise NobodyWorks


def working_days(calendar: Calendar, first: date, last: date) -> int:
    """How many days from `first` to `last`, both included, are worked."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(calendar.is_working(day) for day in days)
