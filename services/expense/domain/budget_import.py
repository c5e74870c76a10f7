"""Loading budgets from rows, whole or not at all: what would change, and every row that is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kernel.errors import InvalidArgument, Refusal
from kernel.sheets import RowRefusal
from kernel.text import Text
from services.expense.domain.budget import Budget, BudgetKey, Change, load
from services.expense.domain.budget_sheet import BudgetRow, Reading, said
from services.expense.domain.limits import UnknownExpenseType
from services.expense.domain.months import BookingMonth, Month

MOST_REFUSALS: Final = 1000  # that are told one by one
MORE: Final = Text("另有 {n} 处问题未列出", "{n} more problems are not listed")
COLUMNS: Final = {
    "UNKNOWN_ORGANISATION": "organisation",
    "UNKNOWN_EXPENSE_TYPE": "expense_type",
    "MONTH_CLOSED": "month",
}


class UnknownOrganisation(InvalidArgument):
    zh = "没有部门 {organisation}"
    en = "There is no organisation {organisation}"


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows are checked against: ids of organisations, codes of types, months and budgets as they stand."""

    organisations: Collection[str]
    expense_types: Collection[str]
    months: Mapping[Month, BookingMonth]
    budgets: Mapping[BudgetKey, Budget]

    def check(self, row: BudgetRow) -> list[Change]:
        """What loading the row changes. Raises the refusal of a row that cannot be loaded."""
        key = row.key
        if key.organisation not in self.organisations:
            raise UnknownOrganisation(organisation=key.organisation)
        if key.expense_type not in self.expense_types:
            raise UnknownExpenseType(expense_type=key.expense_type)
        if key.month in self.months:
            self.months[key.month].must_be_open()
        return load(self.budgets.get(key) or Budget.empty(key, row.amount.currency), row.amount)


def plan(reading: Reading, known: Known) -> tuple[list[Change], tuple[RowRefusal, ...]]:
    """What loading all rows changes, and what is wrong with them: where anything is, nothing may be changed."""
    changes: list[Change] = []
    refusals = list(reading.refusals)
    for row in reading.rows:
        try:
            changes += known.check(row)
        except Refusal as refusal:
            column = COLUMNS.get(refusal.reason, "amount")
            refusals.append(said(reading.sheet, row.line, column, refusal))
    return changes, _listed(refusals)


def _listed(refusals: Sequence[RowRefusal]) -> tuple[RowRefusal, ...]:
    """By line; the first of them, and how many more there are."""
    ordered = sorted(refusals, key=lambda refusal: refusal.line)
    if len(ordered) <= MOST_REFUSALS:
        return tuple(ordered)
    more = len(ordered) - MOST_REFUSALS
    return (*ordered[:MOST_REFUSALS], RowRefusal(ordered[-1].sheet, 0, "", "MORE", MORE.format(n=more)))
