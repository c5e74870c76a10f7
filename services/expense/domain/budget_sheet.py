"""Budgets as a sheet: which columns there are, how a row is read, and how a budget is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kernel.errors import Refusal
from kernel.money import Money
from kernel.sheet_values import amount_in
from kernel.sheets import RowRefusal, Sheet
from kernel.text import Text
from kernel.writing import forbidden_in, is_blank, trimmed
from services.expense.domain.budget import Budget, BudgetBelowZero, BudgetKey
from services.expense.domain.months import Month, NotAMonth

SHEET: Final = "budgets"
MOST_ROWS: Final = 100_000
LONGEST_TITLE: Final = 100  # of a column that there is not, as it is told
NEEDED: Final = {"organisation": "部门", "month": "月份", "expense_type": "费用类型", "amount": "预算"}
NAMES: Final = ("organisation", "expense_type")
# Written by an export for people to read; an import takes no notice of them.
SHOWN: Final = {"reserved": "已预占", "committed": "已承诺", "spent": "已支出", "free": "可用"}
HEADINGS: Final = {**NEEDED, "currency": "币种", **SHOWN}
COLUMNS: Final = {title.casefold(): key for key, zh in HEADINGS.items() for title in (key, zh)}
# Not 2026.1: a sheet program writes that for October too.
MONTH: Final = re.compile(
    r"(20[0-9]{2})(?:-(0?[1-9]|1[0-2])(?:-[0-9]{2})?|/(0?[1-9]|1[0-2])|年(0?[1-9]|1[0-2])月|(0[1-9]|1[0-2]))",
    re.ASCII,
)

SENTENCES: Final = {
    "MISSING_SHEET": Text("文件中没有工作表“budgets”", "There is no sheet named budgets in the file"),
    "MISSING_COLUMN": Text("缺少列“{name}”", "The column {name!r} is missing"),
    "DUPLICATE_COLUMN": Text("列“{name}”重复", "The column {name!r} is there twice"),
    "UNKNOWN_COLUMN": Text("未知的列“{name}”", "There is no column {name!r}"),
    "TOO_MANY_ROWS": Text("超过 {name} 行", "There are more than {name} rows"),
    "DUPLICATE_ROW": Text("与第 {name} 行重复", "It says the same budget as line {name}"),
    "REQUIRED": Text("不能为空", "It must not be empty"),
    "TEXT_CHARACTER_REFUSED": Text(
        "含有不允许的字符 {name}", "It contains the character {name}, which is not allowed"
    ),
}


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One row that could be read: set the budget `key` to `amount`."""

    line: int
    key: BudgetKey
    amount: Money


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a sheet, and what could not."""

    sheet: str
    rows: Sequence[BudgetRow]
    refusals: Sequence[RowRefusal]


def read_rows(sheets: Sequence[Sheet]) -> Reading:
    """The rows of the sheet `budgets`, or of the only sheet there is, and what cannot be read of them."""
    named = [sheet for sheet in sheets if sheet.name.casefold() == SHEET]
    chosen = named or (sheets if len(sheets) == 1 else [])
    if not chosen:
        return Reading(SHEET, (), (_refusal(SHEET, 0, "", "MISSING_SHEET"),))
    sheet = chosen[0]
    columns, refusals = _columns(sheet)
    if refusals:
        return Reading(sheet.name, (), refusals)
    if len(sheet.rows) - 1 > MOST_ROWS:
        too_many = _refusal(sheet.name, MOST_ROWS + 2, "", "TOO_MANY_ROWS", MOST_ROWS)
        return Reading(sheet.name, (), (too_many,))
    return _Reader(sheet, columns).read()


def write_rows(budgets: Iterable[Budget]) -> Sheet:
    """The sheet from which `read_rows` reads the same budgets again."""
    return Sheet(SHEET, [list(HEADINGS), *map(_row, budgets)])


class _Reader:
    def __init__(self, sheet: Sheet, columns: Mapping[str, int]) -> None:
        self.sheet = sheet
        self.columns = columns
        self.rows: list[BudgetRow] = []
        self.refusals: list[RowRefusal] = []
        self.seen: dict[BudgetKey, int] = {}

    def read(self) -> Reading:
        for line, cells in enumerate(self.sheet.rows[1:], start=2):
            if any(cells):
                self.read_row(line, cells)
        return Reading(self.sheet.name, self.rows, self.refusals)

    def read_row(self, line: int, cells: Sequence[str]) -> None:
        def cell(column: str) -> str:
            place = self.columns.get(column, len(cells))
            return trimmed(cells[place]) if place < len(cells) else ""

        wrong = [
            *(_refusal(self.sheet.name, line, key, "REQUIRED") for key in NEEDED if is_blank(cell(key))),
            *(
                _refusal(self.sheet.name, line, key, "TEXT_CHARACTER_REFUSED", character)
                for key in NAMES
                if (character := forbidden_in(cell(key)))
            ),
        ]
        self.refusals += wrong
        month, amount = None, None
        try:
            month = read_month(cell("month")) if cell("month") else None
        except Refusal as refusal:
            self.refusals.append(said(self.sheet.name, line, "month", refusal))
        try:
            amount = read_amount(cell("amount"), cell("currency") or "CNY") if cell("amount") else None
        except Refusal as refusal:
            self.refusals.append(said(self.sheet.name, line, "amount", refusal))
        if month is None or amount is None or wrong:
            return
        key = BudgetKey(cell("organisation"), month, cell("expense_type"))
        first = self.seen.setdefault(key, line)
        if first != line:
            self.refusals.append(_refusal(self.sheet.name, line, "", "DUPLICATE_ROW", first))
            return
        self.rows.append(BudgetRow(line, key, amount))


def read_month(value: str) -> Month:
    """A month as people and sheet programs write it: 2026-03, 2026/3, 2026年3月, a day of it. Raises NotAMonth."""
    found = MONTH.fullmatch(value)
    if not found:
        raise NotAMonth(value=value)
    return Month(int(found[1]), int(next(month for month in found.groups()[1:] if month)))


def read_amount(value: str, currency: str) -> Money:
    """Raises NotAnAmount, BudgetBelowZero and what Money raises."""
    amount = amount_in(value, currency)
    if amount.amount < 0:
        raise BudgetBelowZero(amount=amount)
    return amount


def _columns(sheet: Sheet) -> tuple[dict[str, int], tuple[RowRefusal, ...]]:
    columns: dict[str, int] = {}
    refusals = []
    for place, title in enumerate(sheet.rows[0] if sheet.rows else ()):
        key = COLUMNS.get(title.strip().casefold())
        if key is None:
            if title.strip():
                named = title[:LONGEST_TITLE]
                refusals.append(_refusal(sheet.name, 1, named, "UNKNOWN_COLUMN", named))
        elif key in columns:
            refusals.append(_refusal(sheet.name, 1, key, "DUPLICATE_COLUMN", title))
        else:
            columns[key] = place
    refusals += [_refusal(sheet.name, 1, k, "MISSING_COLUMN", k) for k in NEEDED if k not in columns]
    return columns, tuple(refusals)


def _row(budget: Budget) -> list[str]:
    money = (budget.reserved, budget.committed, budget.spent, budget.free)
    key = budget.key
    fixed = [key.organisation, str(key.month), key.expense_type, str(budget.amount.amount)]
    return [*fixed, budget.amount.currency, *(str(amount.amount) for amount in money)]


def _refusal(sheet: str, line: int, column: str, rule: str, name: object = "") -> RowRefusal:
    return RowRefusal(sheet, line, column, rule, SENTENCES[rule].format(name=name))


def said(sheet: str, line: int, column: str, refusal: Refusal) -> RowRefusal:
    """A refusal as one of a row."""
    return RowRefusal(sheet, line, column, refusal.reason, refusal.text)
