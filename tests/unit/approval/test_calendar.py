"""Business calendars: official years with 调休, years of which nothing is known yet, and what an organisation does otherwise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kernel.errors import Refusal
from services.approval.domain.time.calendar import Calendar, Override
from services.approval.domain.time.official import official_year
from services.approval.domain.time.year import Year, days_of


def working(calendar: Calendar, *days: str) -> list[bool]:
    return [calendar.is_working(date.fromisoformat(day)) for day in days]


def test_an_official_year_works_on_the_weekends_that_are_exchanged_for_holidays() -> None:
    calendar = Calendar()
    assert working(calendar, "2026-01-02", "2026-01-04", "2026-01-05", "2026-01-10") == [
        False,
        True,
        True,
        False,
    ]
    assert working(calendar, "2026-10-07", "2026-10-08", "2026-10-10") == [False, True, True]
    assert not calendar.is_provisional(2026)


@pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_official_years_have_as_many_working_days_as_were_announced(year: int, days: int) -> None:
    assert sum(Calendar().is_working(day) for day in days_of(year)) == days


def test_a_year_that_was_not_announced_yet_has_its_weekdays_and_is_provisional() -> None:
    calendar = Calendar()
    assert official_year(2090) is None
    assert calendar.is_provisional(2090)
    assert all(calendar.is_working(day) == (day.weekday() < 5) for day in days_of(2090))


def test_a_published_year_stands_before_what_the_library_knows() -> None:
    off, worked = [date(2090, 10, day) for day in range(1, 8)], [date(2090, 9, 30)]
    with pytest.raises(Refusal):
        Year.announced(2090, off, [date(2090, 9, 29)])
    year = Year.announced(2090, off, [date(2090, 10, 8)])
    calendar = Calendar(published={2090: year})
    assert not calendar.is_provisional(2090)
    assert working(calendar, "2090-10-02", "2090-10-08", "2090-10-15") == [False, True, False]
    assert worked[0].weekday() == 5


def test_an_override_stands_before_every_year() -> None:
    closed = Override(date(2026, 11, 20), False, "盘点")
    opened = Override(date(2026, 11, 21), True, "加班")
    calendar = Calendar({one.day: one for one in (closed, opened)})
    assert working(calendar, "2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22") == [
        True,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("off", "worked", "reason"),
    [
        (["2090-01-01"], ["2091-01-01"], "DAY_OUTSIDE_YEAR"),
        (["2089-12-31"], [], "DAY_OUTSIDE_YEAR"),
        (["2090-01-02"], ["2090-01-02"], "NOT_A_WORKED_DAY"),
        ([], ["2090-01-07"], None),
        ([], ["2090-01-03"], "NOT_A_WORKED_DAY"),
    ],
)
def test_an_announcement_that_cannot_be_meant_is_refused(
    off: list[str], worked: list[str], reason: str | None
) -> None:
    days = [date.fromisoformat(day) for day in off], [date.fromisoformat(day) for day in worked]
    if reason is None:
        assert Year.announced(2090, *days).worked == frozenset(days[1])
        return
    with pytest.raises(Refusal) as refused:
        Year.announced(2090, *days)
    assert refused.value.reason == reason


def test_a_working_day_has_eight_hours() -> None:
    assert Calendar().day_length == timedelta(hours=8)
