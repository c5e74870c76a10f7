"""Deadlines under way: reminders, the end, standing still, and calendars that change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import SHANGHAI
from services.approval.domain.policies.countdown import (
    Countdown,
    fired,
    moved,
    next_timers,
    resumed,
    started,
    stopped,
    time_left,
)
from services.approval.domain.policies.settings.deadline import Deadline, Escalation, Reminders
from services.approval.domain.time.calendar import Calendar, Override
from services.approval.domain.time.spans import Span
from services.approval.domain.time.timers import ESCALATE, OVERDUE, REMIND
from services.approval.domain.time.year import Year

ORDINARY = Calendar()
TWO_DAYS = Span(days=2, working=True)


def hours(n: int, *, working: bool = True) -> Span:
    return Span(time=timedelta(hours=n), working=working)


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=SHANGHAI).astimezone(UTC)


WHOLE = Deadline(
    TWO_DAYS,
    Reminders((Span(days=1, working=True), hours(2)), every=hours(4), most=2),
    Escalation(after=Span(days=1, working=True)),
)
FRIDAY = at("2026-11-20T15:00")


def test_everything_comes_in_its_turn_and_once() -> None:
    running, seen = started(WHOLE, ORDINARY, FRIDAY), []
    while due := next_timers(running, WHOLE, ORDINARY):
        timer = min(due, key=lambda name: (due[name], name))
        seen.append((timer, due[timer].astimezone(SHANGHAI).strftime("%m-%dT%H:%M")))
        running = fired(running, WHOLE, ORDINARY, timer, due[timer])
    assert seen == [
        (REMIND, "11-23T15:00"),
        (REMIND, "11-24T13:00"),
        (OVERDUE, "11-24T15:00"),
        (REMIND, "11-25T10:00"),
        (ESCALATE, "11-25T15:00"),
        (REMIND, "11-25T15:00"),
    ]
    assert (running.reminded, running.repeated) == (2, 2)


def test_reminders_that_would_lie_before_the_beginning_are_passed_over() -> None:
    short = replace(WHOLE, within=hours(3))
    due = next_timers(started(short, ORDINARY, FRIDAY), short, ORDINARY)
    assert due[REMIND] == at("2026-11-20T16:00")


def test_reminders_missed_while_everything_stood_still_are_one() -> None:
    running = fired(started(WHOLE, ORDINARY, FRIDAY), WHOLE, ORDINARY, REMIND, at("2026-11-24T14:00"))
    assert running.reminded == 2
    assert next_timers(running, WHOLE, ORDINARY)[REMIND] == at("2026-11-25T10:00")


def test_a_suspended_step_has_no_timers_and_keeps_what_is_left() -> None:
    still = stopped(started(WHOLE, ORDINARY, FRIDAY), WHOLE, ORDINARY, at("2026-11-23T10:00"))
    assert next_timers(still, WHOLE, ORDINARY) == {}
    assert (still.left, still.due) == (timedelta(hours=12), None)
    again = resumed(still, WHOLE, ORDINARY, at("2026-12-01T09:00"))
    assert again.due == at("2026-12-02T14:00")
    assert next_timers(again, WHOLE, ORDINARY)[REMIND] == at("2026-12-01T14:00")


def test_what_was_overdue_before_it_was_suspended_is_not_overdue_a_second_time() -> None:
    late = fired(started(WHOLE, ORDINARY, FRIDAY), WHOLE, ORDINARY, OVERDUE, at("2026-11-24T15:00"))
    still = stopped(late, WHOLE, ORDINARY, at("2026-11-25T09:30"))
    again = resumed(replace(still, reminded=2), WHOLE, ORDINARY, at("2026-12-01T09:00"))
    due = next_timers(again, WHOLE, ORDINARY)
    assert OVERDUE not in due
    assert due[REMIND] == at("2026-12-01T14:00")


def test_a_day_off_moves_the_end_and_a_worked_weekend_brings_it_nearer() -> None:
    running, monday = started(WHOLE, ORDINARY, FRIDAY), date(2026, 11, 23)
    closed = Calendar({monday: Override(monday, False, "盘点")}, version=2)
    later = moved(running, WHOLE, closed, FRIDAY)
    assert (later.due, later.calendar) == (at("2026-11-25T15:00"), 2)
    saturday = date(2026, 11, 21)
    opened = Calendar({saturday: Override(saturday, True, "加班")}, version=3)
    assert moved(later, WHOLE, opened, FRIDAY).due == at("2026-11-23T15:00")


def test_an_end_that_had_come_and_now_lies_ahead_comes_again() -> None:
    late = fired(started(WHOLE, ORDINARY, FRIDAY), WHOLE, ORDINARY, OVERDUE, at("2026-11-24T15:00"))
    tuesday = date(2026, 11, 24)
    closed = Calendar({tuesday: Override(tuesday, False, "停电")}, version=2)
    again = moved(late, WHOLE, closed, at("2026-11-24T16:00"))
    assert next_timers(again, WHOLE, closed)[OVERDUE] == at("2026-11-25T15:00")


def test_an_end_in_a_year_that_is_not_announced_is_provisional_until_it_is() -> None:
    new_year = at("2089-12-30T15:00")
    guessed = started(WHOLE, ORDINARY, new_year)
    assert guessed.provisional
    known = Calendar(published={2089: Year(2089), 2090: Year(2090, frozenset({date(2090, 1, 2)}))}, version=2)
    assert not moved(guessed, WHOLE, known, new_year).provisional
    assert moved(guessed, WHOLE, known, new_year).due != guessed.due
    plain = replace(WHOLE, within=Span(days=2))
    assert not started(plain, ORDINARY, new_year).provisional


BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(), timedelta(days=200)).map(lambda since: BEGIN + since)
deadlines = st.builds(
    Deadline,
    st.builds(
        Span, st.integers(0, 5), st.timedeltas(timedelta(minutes=1), timedelta(hours=30)), st.booleans()
    ),
)
days_off = st.sets(st.dates(date(2026, 1, 1), date(2026, 9, 1)), max_size=30).map(
    lambda days: Calendar({day: Override(day, False, "") for day in days}, version=2)
)


@given(deadlines, days_off, st.lists(moments, min_size=3, max_size=9, unique=True))
def test_standing_still_costs_nothing_however_often(
    deadline: Deadline, calendar: Calendar, times: list[datetime]
) -> None:
    start, *pauses = sorted(times)
    running, used = started(deadline, calendar, start), timedelta()
    since = start
    for place, moment in enumerate(pauses):
        if place % 2:
            running, since = resumed(running, deadline, calendar, moment), moment
        else:
            used += time_left(replace(running, left=timedelta(days=999)), deadline, calendar, since)
            used -= time_left(replace(running, left=timedelta(days=999)), deadline, calendar, moment)
            running = stopped(running, deadline, calendar, moment)
    whole = deadline.within.length(calendar)
    last = pauses[-1]
    assert time_left(running, deadline, calendar, last) == max(whole - used, timedelta())


@given(deadlines, days_off, moments, moments)
def test_moving_there_and_back_changes_nothing(
    deadline: Deadline, calendar: Calendar, start: datetime, now: datetime
) -> None:
    running: Countdown = started(deadline, ORDINARY, start)
    assert moved(moved(running, deadline, calendar, now), deadline, ORDINARY, now) == running


@given(deadlines, days_off, moments)
def test_days_off_never_bring_the_end_nearer(deadline: Deadline, calendar: Calendar, start: datetime) -> None:
    running = started(deadline, ORDINARY, start)
    off = moved(running, deadline, calendar, start)
    assert running.due is not None
    assert off.due is not None
    assert off.due >= running.due
