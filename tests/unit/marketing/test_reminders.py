"""On which days it is said again that an activity is to be closed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.marketing.domain.reminders import first_told, monthly, months_later
from services.marketing.store.delivered import delivered

CONFIGURATION = delivered()


def test_two_reminders_come_before_the_escalation() -> None:
    told = [(one.n, one.working_days, one.escalate) for one in first_told(CONFIGURATION)]
    assert told == [(1, 7, False), (2, 12, False), (3, 17, True)]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 4, 7), 9, date(2027, 1, 7)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_the_next_month_is_ahead_and_no_month_is_left_out(overdue: date, after: date) -> None:
    reminder = monthly(CONFIGURATION, overdue, after)
    months = reminder.n - len(first_told(CONFIGURATION))
    assert reminder.day > after
    assert months == 1 or months_later(overdue, months - 1) <= after
