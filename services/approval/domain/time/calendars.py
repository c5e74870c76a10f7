"""The calendars of all organisations: what was announced for each year, and on which days somebody does otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from kernel.errors import InvalidArgument
from services.approval.domain.time.calendar import Calendar, Override
from services.approval.domain.time.official import official_year
from services.approval.domain.time.year import Year, days_of, is_weekday

# Nobody plans further, and nobody corrects what lies so far behind.
YEARS_AHEAD = 10
YEARS_BEHIND = 2


class YearOutOfReach(InvalidArgument):
    zh = "{year} 年不在可设置的范围内（{first} 至 {last}）"
    en = "{year} is out of reach: from {first} to {last}"


class Origin(StrEnum):
    """Where it is known from which days of a year are worked."""

    WEEKDAYS = "weekdays"
    """From nowhere yet: every weekday is. Provisional."""
    ANNOUNCED = "announced"
    """The State Council's announcement, which comes with this release."""
    PUBLISHED = "published"
    """An administrator has published it here."""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not as its weekday says; `organisation` has set it so, empty for the year itself."""

    day: date
    working: bool
    reason: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """A year as one organisation sees it. `version` is that of the last change made to it for this very organisation."""

    organisation: str
    year: int
    origin: Origin
    special: tuple[SpecialDay, ...]
    working_days: int
    version: int
    source: str = ""

    @property
    def is_provisional(self) -> bool:
        return self.origin is Origin.WEEKDAYS

    @property
    def document(self) -> str:
        return year_document(self.organisation, self.year)


@dataclass(frozen=True, slots=True)
class PublishedYear:
    """`source` says which announcement it is."""

    year: Year
    source: str
    version: int


@dataclass(frozen=True, eq=False)
class Calendars:
    """`version` counts every change. `changed` is the version of the last change by organisation and year."""

    version: int = 0
    overrides: Mapping[str, Mapping[date, Override]] = field(default_factory=dict)
    published: Mapping[int, PublishedYear] = field(default_factory=dict)
    changed: Mapping[tuple[str, int], int] = field(default_factory=dict)

    def of(self, organisations: Sequence[str]) -> Calendar:
        """That of an organisation, given with those above it, the nearest first: the nearest that says anything of a day is heard."""
        return _calendar(self, tuple(organisations))

    def year(self, organisations: Sequence[str], year: int) -> CalendarYear:
        """As the first of these organisations sees it."""
        calendar, published = self.of(organisations), self.published.get(year)
        origin = (
            Origin.PUBLISHED if published else Origin.ANNOUNCED if official_year(year) else Origin.WEEKDAYS
        )
        return CalendarYear(
            organisations[0],
            year,
            origin,
            tuple(self._special(organisations, calendar, year)),
            sum(calendar.is_working(day) for day in days_of(year)),
            self.changed.get((organisations[0], year), 0),
            published.source if published else "",
        )

    def _special(self, organisations: Sequence[str], calendar: Calendar, year: int) -> Iterable[SpecialDay]:
        for day in days_of(year):
            override = calendar.overrides.get(day)
            if override is not None:
                whose = next(one for one in organisations if day in self.overrides.get(one, {}))
                yield SpecialDay(day, override.working, override.reason, whose)
            elif calendar.is_working(day) != is_weekday(day):
                yield SpecialDay(day, calendar.is_working(day))


def must_be_in_reach(year: int, today: date) -> None:
    """Raises YearOutOfReach."""
    first, last = today.year - YEARS_BEHIND, today.year + YEARS_AHEAD
    if not first <= year <= last:
        raise YearOutOfReach(field="year", year=year, first=first, last=last)


def year_document(organisation: str, year: int) -> str:
    """What a year of an organisation is called: `calendars/henan/2027`."""
    return f"calendars/{organisation}/{year}"


@lru_cache(maxsize=512)
def _calendar(calendars: Calendars, organisations: tuple[str, ...]) -> Calendar:
    overrides: dict[date, Override] = {}
    for organisation in reversed(organisations):
        overrides |= calendars.overrides.get(organisation, {})
    published = {year: known.year for year, known in calendars.published.items()}
    return Calendar(overrides, published, calendars.version)
