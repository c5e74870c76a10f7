"""Business calendars: on which days and at which hours an organisation works, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from kernel.clock import SHANGHAI, local_date
from services.approval.domain.time.official import official_year
from services.approval.domain.time.year import Year

Hours = tuple[tuple[time, time], ...]
OFFICE_HOURS: Final[Hours] = ((time(9), time(12)), (time(13), time(18)))


@dataclass(frozen=True, slots=True)
class Override:
    """One day on which an organisation works, or does not, whatever the year says."""

    day: date
    working: bool
    reason: str


@dataclass(frozen=True)
class Calendar:
    """`published` are the years that were announced to us, before what the library knows; `overrides` those that hold for
    the organisation, its own before those of the ones above it. `version` counts every change of any calendar.
    """

    overrides: Mapping[date, Override] = field(default_factory=dict)
    published: Mapping[int, Year] = field(default_factory=dict)
    version: int = 0
    hours: Hours = OFFICE_HOURS

    def year(self, year: int) -> Year:
        """A year of which nothing is known yet has its weekdays, and is provisional."""
        return self.published.get(year) or official_year(year) or Year(year)

    def is_provisional(self, year: int) -> bool:
        return year not in self.published and official_year(year) is None

    def is_working(self, day: date) -> bool:
        override = self.overrides.get(day)
        return self.year(day.year).is_working(day) if override is None else override.working

    def intervals(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """When work is done on that day, in UTC, in order; nothing on a day off."""
        return (
            tuple((_moment(day, a), _moment(day, b)) for a, b in self.hours) if self.is_working(day) else ()
        )

    @property
    def day_length(self) -> timedelta:
        """The working time of one working day."""
        day = date(2000, 1, 1)
        lengths = (_moment(day, end) - _moment(day, start) for start, end in self.hours)
        return sum(lengths, timedelta())

    def guessed_between(self, start: datetime, end: datetime) -> bool:
        """Whether a year between the two is one of which nothing is known yet."""
        first, last = sorted((local_date(start).year, local_date(end).year))
        return any(self.is_provisional(year) for year in range(first, last + 1))


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, SHANGHAI).astimezone(UTC)
