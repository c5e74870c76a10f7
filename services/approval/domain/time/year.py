"""A year of working days: weekdays, but for those that are off, and the days of weekends that are worked for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.errors import InvalidArgument

SATURDAY = 5


class DayOutsideYear(InvalidArgument):
    zh = "{day} 不在 {year} 年内"
    en = "{day} does not lie in {year}"


class NotADayOff(InvalidArgument):
    zh = "{day} 是周末，本来就休息"
    en = "{day} is on a weekend and off anyway"


class NotAWorkedDay(InvalidArgument):
    zh = "{day} 是工作日，本来就上班"
    en = "{day} is a weekday and worked anyway"


@dataclass(frozen=True, slots=True)
class Year:
    """`off` are weekdays on which nobody works, `worked` the days of weekends on which they do."""

    year: int
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    @classmethod
    def announced(cls, year: int, off: Iterable[date], worked: Iterable[date]) -> Year:
        """Raises DayOutsideYear, NotAWorkedDay, NotADayOff.

        An announcement names whole holidays, weekends included; only what differs from an ordinary week is kept.
        """
        off, worked = frozenset(off), frozenset(worked)
        for field, days in (("days_off", off), ("days_worked", worked)):
            for day in sorted(days):
                if day.year != year:
                    raise DayOutsideYear(field=field, day=day, year=year)
        for day in sorted(worked):
            if is_weekday(day) or day in off:
                raise NotAWorkedDay(field="days_worked", day=day)
        return cls(year, frozenset(day for day in off if is_weekday(day)), worked)

    def is_working(self, day: date) -> bool:
        return day in self.worked or (is_weekday(day) and day not in self.off)


def is_weekday(day: date) -> bool:
    return day.weekday() < SATURDAY


def days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)
