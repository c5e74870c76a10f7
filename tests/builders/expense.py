"""Claims, lines, invoices and budgets with sensible defaults, for tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import count
from typing import Any

from kernel.money import Money
from kernel.text import Text
from services.expense.domain.budget import Budget, BudgetKey
from services.expense.domain.claim import Claim
from services.expense.domain.invoice import Invoice
from services.expense.domain.limits import Catalogue, ExpenseType, Limit
from services.expense.domain.lines import ClaimLine, Cut
from services.expense.domain.months import Month

NOW = dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 20)

_numbers = count(1)


def yuan(amount: str | int) -> Money:
    return Money.of(amount, "CNY")


def money(amount: str | int | Money) -> Money:
    return amount if isinstance(amount, Money) else yuan(amount)


def an_invoice(amount: str | int | Money = "100000", **changes: Any) -> Invoice:
    """An invoice that no other test has used."""
    day, number = dt.date(2026, 11, 3), f"{next(_numbers):08}"
    return replace(Invoice("郑州大酒店", "4100201130", number, day, money(amount)), **changes)


def a_line(amount: str | int | Money = "100", **changes: Any) -> ClaimLine:
    day = dt.date(2026, 11, 3)
    return replace(ClaimLine(expense_type="travel", date=day, amount=money(amount), city="郑州"), **changes)


def a_claim(*lines: ClaimLine, **changes: Any) -> Claim:
    """A draft of Li Hua, with one line over 100 yuan unless lines are given."""
    values: dict[str, Any] = {
        "number": "EC-2026-000001",
        "claimant": "lihua",
        "organisation": "henan",
        "title": "拜访客户",
        "lines": lines or (a_line(),),
        "at": NOW,
    }
    return Claim.draft(**{**values, **changes})


def a_cut(amount: str | int = "10", by: str = "wangfang") -> Cut:
    return Cut(yuan(amount), "超出标准部分", by)


TRAVEL = ExpenseType("travel", Text("差旅费", "Travel"))
MEETING = ExpenseType("meeting", Text("会议费", "Meetings"), invoice_needed=True)


def a_catalogue(*limits: Limit, types: tuple[ExpenseType, ...] = (TRAVEL, MEETING)) -> Catalogue:
    return Catalogue.of(types, limits)


def a_limit(per_line: str | int, grade: str = "", city: str = "", expense_type: str = "travel") -> Limit:
    return Limit(expense_type, grade, city, yuan(per_line))


def a_key(organisation: str = "henan", month: str = "2026-11", expense_type: str = "travel") -> BudgetKey:
    return BudgetKey(organisation, Month.parse(month), expense_type)


def a_budget(amount: str | int = "1000", key: BudgetKey | None = None) -> Budget:
    return Budget.empty(key or a_key()).with_amount(yuan(amount))
