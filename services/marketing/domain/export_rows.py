"""Activities as rows of sheets: one of activities, one of their budget lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from kernel.money import Money
from kernel.sheets import Sheet
from services.marketing.domain.activity import Activity
from services.marketing.domain.closure import Closure
from services.marketing.domain.life import WORDS

ACTIVITIES: Final = (
    *("number", "title", "class", "state", "organisation", "requester", "customers", "products"),
    *("start_date", "end_date", "city", "address", "total", "currency", "actual", "overrun_percent"),
    *("attendance", "sales", "result", "claimable_until"),
)
LINES: Final = (
    *("number", "line", "expense_type", "month", "amount", "currency", "actual", "claimable", "note"),
)


def sheets_of(activities: Iterable[Activity]) -> list[Sheet]:
    found = tuple(activities)
    lines = [row for activity in found for row in _lines(activity)]
    return [Sheet("activities", [ACTIVITIES, *map(_row, found)]), Sheet("lines", [LINES, *lines])]


def _row(activity: Activity) -> tuple[str, ...]:
    terms, closure = activity.terms, activity.closure
    currency = activity.total.currency
    return (
        activity.number,
        terms.title,
        terms.activity_class,
        WORDS[activity.state].zh,
        activity.organisation,
        activity.requester,
        " ".join(terms.customers),
        " ".join(product.code for product in terms.products),
        _day(terms.start_date),
        _day(terms.end_date),
        terms.city,
        terms.address,
        _amount(activity.total),
        currency,
        _amount(closure.total(currency)) if closure else "",
        str(activity.overrun.percent) if closure else "",
        str(closure.attendance) if closure else "",
        _amount(closure.sales) if closure else "",
        closure.result if closure else "",
        _day(activity.claimable_until),
    )


def _lines(activity: Activity) -> Iterable[tuple[str, ...]]:
    actual = {cost.line: cost.amount for cost in (activity.closure or Closure()).costs}
    claimable = {cost.line: cost.amount for cost in activity.claimable}
    for line in activity.terms.lines:
        yield (
            activity.number,
            line.id,
            line.expense_type,
            line.month,
            _amount(line.amount),
            line.amount.currency,
            _amount(actual.get(line.id)),
            _amount(claimable.get(line.id)),
            line.note,
        )


def _amount(amount: Money | None) -> str:
    return str(amount.amount) if amount is not None else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
