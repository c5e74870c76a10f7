"""What the group reimburses, how much at most, and the budgets of the months around today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Final

from cli.values import month_of
from demo.group import SEED, Group
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class ExpenseType:
    """`budget` is what an office may spend in a month, in yuan, more or less."""

    code: str
    title: Text
    budget: int
    invoice_needed: bool = True


EXPENSE_TYPES: Final = (
    ExpenseType("travel", Text("交通费", "Travel"), 60_000),
    ExpenseType("hotel", Text("住宿费", "Hotel"), 50_000),
    ExpenseType("meals", Text("业务招待费", "Meals and entertainment"), 60_000),
    ExpenseType("meeting", Text("会议费", "Meetings"), 300_000),
    ExpenseType("office", Text("办公费", "Office supplies"), 6_000, invoice_needed=False),
    ExpenseType("phone", Text("通讯费", "Telephone"), 3_000, invoice_needed=False),
)

# Expense type, grade, city: at most so many yuan a line.
LIMITS: Final = (
    ("travel", "", "", 5_000),
    ("hotel", "", "", 800),
    ("hotel", "S1", "", 400),
    ("hotel", "S2", "", 450),
    ("hotel", "S3", "", 500),
    ("hotel", "M1", "", 600),
    ("hotel", "", "上海", 1_000),
    ("hotel", "S1", "上海", 550),
    ("hotel", "S2", "上海", 600),
    ("hotel", "S3", "上海", 650),
    ("meals", "", "", 3_000),
    ("meals", "S1", "", 1_000),
    ("meals", "S2", "", 1_500),
    ("meals", "S3", "", 2_000),
    ("meeting", "", "", 60_000),
    ("office", "", "", 2_000),
    ("phone", "", "", 300),
)

# Months before and after today's that have budgets; the first of them is closed.
MONTHS: Final = range(-2, 2)


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """`amount` in yuan."""

    organisation: str
    month: str
    expense_type: str
    amount: Decimal


def months(today: date) -> list[str]:
    return [month_of(today, later) for later in MONTHS]


def closed_month(today: date) -> str:
    """The month that nobody can claim for any more."""
    return months(today)[0]


def budgets(group: Group, today: date, seed: int = SEED) -> list[BudgetRow]:
    """A budget for every organisation, every month around today and every type."""
    return [
        BudgetRow(organisation, month, kind.code, planned(f"{seed}/{organisation}/{month}/{kind.code}", kind))
        for month in months(today)
        for organisation in group.organisations
        for kind in EXPENSE_TYPES
    ]


def planned(about: str, kind: ExpenseType) -> Decimal:
    """The same every time it is asked for, whatever else is planned: up to a fifth above or below what is usual."""
    share = Random(about).uniform(0.8, 1.2)  # noqa: S311 - budgets of a group that does not exist
    return Decimal(round(kind.budget * share / 100) * 100)
