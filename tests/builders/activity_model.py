"""Activities beside their budgets in plain numbers: where each stands, and what its case has still to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from kernel.text import Text
from services.expense.domain.allotment import Term
from services.expense.domain.limits import ExpenseType
from services.expense.domain.months import Month
from services.marketing.domain.activity import Activity
from services.marketing.domain.difference import Difference, DifferenceState
from tests.builders.activities import a_line, terms
from tests.builders.allotment_desk import on_activity
from tests.builders.allotment_model import AMOUNT, LINES, Model, ModelActivity, Spent, Terms
from tests.builders.expense import TRAVEL, a_catalogue, yuan

MONTH = "2026-03"
TYPES = {"1": "travel", "2": "meeting"}
# Nobody needs an invoice here.
CATALOGUE = a_catalogue(types=(TRAVEL, ExpenseType("meeting", Text("会议费", "Meetings"))))


class Budgets(Model):
    """The model of plain numbers, with budgets that finance adjusts."""

    def __init__(self, activities: dict[str, ModelActivity]) -> None:
        super().__init__(activities)
        self.amounts = dict.fromkeys(LINES, AMOUNT)

    def free(self, line: str) -> int:
        return self.amounts[line] - sum(self.columns(line))


@dataclass
class Life:
    """An activity as it must be, and what its case has still to do, step by step."""

    number: str
    state: str = "draft"
    terms: Terms = field(default_factory=dict)
    costs: Terms = field(default_factory=dict)
    to_do: list[str] = field(default_factory=list)


def is_there(one: Difference) -> bool:
    return one.state is DifferenceState.REPORTED


def written(asked: Terms, before: Activity | None = None) -> Any:
    lines = tuple(
        a_line(amount, TYPES[line], MONTH, id_=line if before else "") for line, amount in asked.items()
    )
    return replace(terms(customers=()), lines=lines)


def allotted(asked: Terms) -> tuple[Term, ...]:
    return tuple(Term(line, TYPES[line], Month.parse(MONTH), yuan(amount)) for line, amount in asked.items())


def claimed(spent: Spent) -> Any:
    said = {"date": dt.date(2026, 3, 1), "expense_type": TYPES[spent.line]}
    return on_activity(spent.amount, spent.line, spent.activity, **said)
