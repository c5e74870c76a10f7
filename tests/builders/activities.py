"""Activities for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from kernel.money import Money
from services.marketing.domain.activity import Activity
from services.marketing.domain.closure import Closure, Cost
from services.marketing.domain.terms import BudgetLine, Product, Terms

# A Monday, before noon in Henan.
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def a_line(amount: int = 3000, expense_type: str = "meeting", month: str = "", id_: str = "") -> BudgetLine:
    return BudgetLine(id=id_, expense_type=expense_type, month=month, amount=Money.of(amount))


def terms(**said: Any) -> Terms:
    """Of a meeting of two days, a week from now."""
    usual: dict[str, Any] = {
        "title": "心血管学术会议",
        "activity_class": "academic-meeting",
        "customers": ("C000001",),
        "products": (Product("P1", "阿托伐他汀钙片"),),
        "start_date": date(2026, 3, 9),
        "end_date": date(2026, 3, 10),
        "city": "郑州",
        "lines": (a_line(), a_line(2000, "travel")),
    }
    return Terms(**usual | said)


def an_activity(number: str = "AC-2026-000001", **said: Any) -> Activity:
    """A draft of lihua's in Henan."""
    made = Activity.draft(number, "lihua", "henan", said.pop("terms", terms()), at=NOW)
    return replace(made, **said)


def a_closure(*actual: int, **said: Any) -> Closure:
    """`actual`: what the lines cost, from the first on."""
    costs = tuple(Cost(str(n), Money.of(amount)) for n, amount in enumerate(actual or (3000, 2000), 1))
    return Closure(**{"costs": costs, "attendance": 40, "result": "到会四十人"} | said)
