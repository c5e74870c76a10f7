"""Working time: adding, taking away and measuring agree with each other and with counting minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import SHANGHAI
from services.approval.domain.time.calendar import Calendar, Override
from services.approval.domain.time.spans import Span
from services.approval.domain.time.working_time import (
    NOTHING,
    NobodyWorks,
    after_working,
    before_working,
    working_days,
    working_time,
)

MINUTE = timedelta(minutes=1)

BEGIN = datetime(2025, 12, 20, tzinfo=UTC)
WITHIN = timedelta(days=430)
exact_moments = st.timedeltas(timedelta(), WITHIN).map(lambda since: BEGIN + since)
moments = st.integers(0, WITHIN // MINUTE).map(lambda minutes: BEGIN + minutes * MINUTE)
amounts = st.integers(0, 60 * 8 * 40).map(lambda minutes: minutes * MINUTE)
overrides = st.dictionaries(st.dates(date(2025, 12, 20), date(2027, 3, 1)), st.booleans(), max_size=40)
calendars = overrides.map(
    lambda days: Calendar({day: Override(day, works, "") for day, works in days.items()})
)


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=SHANGHAI).astimezone(UTC)


def works_at(calendar: Calendar, moment: datetime) -> bool:
    """Whether the minute that begins then is worked: by the day and the clock on the wall."""
    local = moment.astimezone(SHANGHAI)
    on_duty = 9 * 60 <= local.hour * 60 + local.minute < 18 * 60 and local.hour != 12
    return calendar.is_working(local.date()) and on_duty


@given(calendars, moments, st.integers(0, 60 * 24 * 20))
def test_working_time_is_what_counting_every_minute_comes_to(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    counted = sum(works_at(calendar, start + n * MINUTE) for n in range(minutes))
    assert working_time(calendar, start, start + minutes * MINUTE) == counted * MINUTE


@given(calendars, exact_moments, amounts)
def test_what_was_added_lies_between(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    assert working_time(calendar, start, after_working(calendar, start, amount)) == amount
    assert working_time(calendar, before_working(calendar, start, amount), start) == amount


@given(calendars, exact_moments, amounts)
def test_adding_comes_to_the_first_moment_and_taking_away_to_the_last(
    calendar: Calendar, start: datetime, amount: timedelta
) -> None:
    end = after_working(calendar, start, amount)
    back = before_working(calendar, end, amount)
    assert start <= back <= end
    if amount:
        assert working_time(calendar, start, back) == NOTHING
        instant = timedelta(microseconds=1)
        assert working_time(calendar, start, end - instant) < amount
        assert working_time(calendar, back + instant, end) < amount


@given(calendars, exact_moments, exact_moments, amounts, amounts)
def test_later_and_longer_never_ends_earlier(
    calendar: Calendar, one: datetime, other: datetime, short: timedelta, long: timedelta
) -> None:
    first, last = sorted((one, other))
    less, more = sorted((short, long))
    assert after_working(calendar, first, less) <= after_working(calendar, last, less)
    assert after_working(calendar, first, less) <= after_working(calendar, first, more)
    assert before_working(calendar, first, more) <= before_working(calendar, last, less)


@given(calendars, exact_moments, amounts, amounts)
def test_one_span_after_the_other_is_both_at_once(
    calendar: Calendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    both = after_working(calendar, after_working(calendar, start, one), other)
    assert both == after_working(calendar, start, one + other)


@given(calendars, exact_moments, exact_moments, exact_moments)
def test_working_time_adds_up_and_has_a_direction(
    calendar: Calendar, one: datetime, other: datetime, third: datetime
) -> None:
    parts = working_time(calendar, one, other) + working_time(calendar, other, third)
    assert parts == working_time(calendar, one, third)
    assert working_time(calendar, one, other) == -working_time(calendar, other, one)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-20T15:00", Span(days=1, working=True), "2026-11-23T15:00"),  # over a weekend
        ("2026-11-21T15:00", Span(days=1, working=True), "2026-11-23T18:00"),  # from a Saturday
        ("2026-11-20T11:30", Span(time=timedelta(hours=1), working=True), "2026-11-20T13:30"),  # over lunch
        (
            "2026-09-30T17:00",
            Span(time=timedelta(hours=2), working=True),
            "2026-10-08T10:00",
        ),  # over a holiday
        ("2026-10-09T17:00", Span(days=1, working=True), "2026-10-10T17:00"),  # to an exchanged Saturday
        ("2026-11-20T15:00", Span(days=1), "2026-11-21T15:00"),
        ("2026-11-20T22:00", Span(time=timedelta(hours=8)), "2026-11-21T06:00"),
        ("2026-11-20T22:00", Span(working=True), "2026-11-20T22:00"),
    ],
)
def test_a_span_ends_when_people_expect_it_to(start: str, span: Span, end: str) -> None:
    assert span.after(at(start), Calendar()) == at(end)


def test_before_a_deadline_is_counted_back_in_working_time() -> None:
    deadline = at("2026-11-23T10:00")
    assert Span(time=timedelta(hours=2), working=True).before(deadline, Calendar()) == at("2026-11-20T17:00")
    assert Span(time=timedelta(hours=2)).before(deadline, Calendar()) == at("2026-11-23T08:00")


def test_a_deadline_in_a_year_of_which_nothing_is_known_is_a_guess() -> None:
    calendar = Calendar()
    assert not calendar.guessed_between(at("2026-11-20T15:00"), at("2026-12-31T18:00"))
    assert calendar.guessed_between(at("2026-12-31T18:00"), at("2090-01-04T09:00"))


def test_where_nobody_ever_works_counting_ends() -> None:
    with pytest.raises(NobodyWorks):
        after_working(Calendar(hours=()), at("2026-11-20T15:00"), MINUTE)
    with pytest.raises(NobodyWorks):
        before_working(Calendar(hours=()), at("2026-11-20T15:00"), MINUTE)


def test_working_days_are_counted_with_both_ends() -> None:
    assert working_days(Calendar(), date(2026, 9, 30), date(2026, 10, 10)) == 4
