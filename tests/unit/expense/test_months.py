"""Months: how they are written, and closed."""

from __future__ import annotations

import datetime as dt

import pytest

from kernel.errors import IllegalTransition
from services.expense.domain.months import BookingMonth, Month, MonthClosed, NotAMonth


def test_a_month_is_written_as_it_is_read() -> None:
    assert str(Month.parse("2026-03")) == "2026-03"
    assert Month.of(dt.date(2026, 3, 31)) == Month(2026, 3)


@pytest.mark.parametrize(
    "value", ["", "2026-13", "2026-00", "2026-3", "26-03", "2026/03", "２０２６-03", "2026-03-01"]
)
def test_what_is_no_month_is_refused(value: str) -> None:
    with pytest.raises(NotAMonth):
        Month.parse(value)


def test_a_closed_month_is_refused_until_it_is_reopened() -> None:
    month = BookingMonth(Month(2026, 3)).close()
    with pytest.raises(MonthClosed):
        month.must_be_open()
    month.reopen().must_be_open()


def test_a_month_is_not_closed_twice() -> None:
    with pytest.raises(IllegalTransition):
        BookingMonth(Month(2026, 3)).close().close()
