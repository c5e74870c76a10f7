"""Spans of time as policies say them: two working days, eight hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.approval.domain.time.calendar import Calendar
from services.approval.domain.time.working_time import after_working, before_working, working_time


@dataclass(frozen=True, slots=True)
class Span:
    """`working`: of working time, where a day is as long as a working day of the calendar; otherwise of plain time."""

    days: int = 0
    time: timedelta = timedelta()
    working: bool = False

    def exceeds(self, other: Span) -> bool:
        """Longer for certain, whatever the calendar: compared in the same unit only."""
        same = self.working == other.working and bool(self.days) == bool(other.days)
        return (
            same and bool(self.time) == bool(other.time) and (self.days, self.time) > (other.days, other.time)
        )

    def length(self, calendar: Calendar) -> timedelta:
        day = calendar.day_length if self.working else timedelta(days=1)
        return self.days * day + self.time

    def after(self, start: datetime, calendar: Calendar) -> datetime:
        return later(start, self.length(calendar), calendar, working=self.working)

    def before(self, end: datetime, calendar: Calendar) -> datetime:
        length = self.length(calendar)
        return before_working(calendar, end, length) if self.working else end - length


def later(start: datetime, length: timedelta, calendar: Calendar, *, working: bool) -> datetime:
    return after_working(calendar, start, length) if working else start + length


def elapsed(start: datetime, end: datetime, calendar: Calendar, *, working: bool) -> timedelta:
    return working_time(calendar, start, end) if working else end - start
