"""Yearly plans as sheets: which columns there are, and how a row is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from kernel.errors import InvalidArgument, Refusal, Violation
from kernel.sheet_values import amount_in, day_in
from kernel.sheets import Sheet
from kernel.writing import forbidden_in, is_blank, trimmed
from services.marketing.domain.terms import BudgetLine, Product, Terms
from services.marketing.domain.year_plan import Planned

MOST_ROWS: Final = 2_000
SHEETS: Final = ("plan", "计划")
NEEDED: Final = {
    "key": "计划号",
    "title": "活动名称",
    "class": "活动类别",
    "start_date": "开始日期",
    "end_date": "结束日期",
}
OTHERS: Final = {
    "organisation": "部门",
    "customers": "客户",
    "products": "产品",
    "city": "城市",
    "address": "地点",
    "expected_result": "预期效果",
    "currency": "币种",
}
COLUMNS: Final = {title: key for key, zh in (NEEDED | OTHERS).items() for title in (key, zh)}
# `amount meeting`, `预算 meeting`: by the code of an expense type.
AMOUNT: Final = re.compile(r"(?:amount|预算)[\s:：_]+([a-z][a-z0-9-]{0,49})", re.ASCII | re.IGNORECASE)
SEVERAL: Final = re.compile(r"[\s,，、;；]+")
LONGEST_KEY: Final = 50
LONGEST_TITLE: Final = 100  # of a column that there is not, as it is told


class PlanSheetUnclear(InvalidArgument):
    zh = "文件中有多个工作表，须有一个名为“计划”：{sheets}"
    en = "The file has several sheets; one of them has to be called plan: {sheets}"


class NoPlanRows(InvalidArgument):
    zh = "工作表“{sheet}”中没有计划：首行为列名，其后每行一个活动"
    en = "There is no plan in the sheet {sheet!r}: the first row has the titles, the rows below it an activity each"


class TooManyPlanRows(InvalidArgument):
    zh = "计划超过 {most} 行，请分次导入"
    en = "The plan has more than {most} rows; import it in parts"


class PlanColumnUnknown(InvalidArgument):
    zh = "未知的列“{column}”"
    en = "There is no column {column!r}"


class PlanColumnMissing(InvalidArgument):
    zh = "缺少列“{column}”"
    en = "The column {column!r} is missing"


class PlanColumnTwice(InvalidArgument):
    zh = "列“{column}”重复"
    en = "The column {column!r} is there twice"


class CellEmpty(InvalidArgument):
    zh = "不能为空"
    en = "It must not be empty"


class CellCharacterRefused(InvalidArgument):
    zh = "含有不允许的字符 {character}"
    en = "It contains the character {character}, which is not allowed"


class PlanKeyTooLong(InvalidArgument):
    zh = "计划号超过 {most} 个字符"
    en = "The key has more than {most} characters"


class PlanKeyTwice(InvalidArgument):
    zh = "计划号与第 {line} 行重复"
    en = "Line {line} has the same key"


def read_plan(sheets: Sequence[Sheet]) -> tuple[Sheet, list[Planned]]:
    """The sheet and its rows. Raises PlanSheetUnclear, NoPlanRows, TooManyPlanRows, PlanColumnUnknown, PlanColumnMissing, PlanColumnTwice."""
    sheet = _chosen(sheets)
    filled = [(line, row) for line, row in enumerate(sheet.rows, start=1) if any(row)]
    if len(filled) < 2:
        raise NoPlanRows(field="content", sheet=sheet.name)
    if len(filled) - 1 > MOST_ROWS:
        raise TooManyPlanRows(field="content", most=MOST_ROWS)
    (_, heading), *rows = filled
    columns = _columns(heading)
    read, seen = [], dict[tuple[str, str], int]()
    for line, cells in rows:
        row = _Row(line, cells, columns).read()
        first = seen.setdefault((row.organisation, row.key), line)
        read.append(row if first == line else row.refused(PlanKeyTwice(field="key", line=first)))
    return sheet, read


def _chosen(sheets: Sequence[Sheet]) -> Sheet:
    filled = [sheet for sheet in sheets if any(any(row) for row in sheet.rows)]
    named = [sheet for sheet in filled if sheet.name.strip().casefold() in SHEETS]
    found = named or filled
    if len(found) > 1:
        names = "、".join(sheet.name for sheet in sheets)[:500]
        raise PlanSheetUnclear(field="content", sheets=names)
    return found[0] if found else Sheet(sheets[0].name if sheets else "", [])


def _columns(heading: Sequence[str]) -> dict[str, int]:
    """Where each column is: by its key, amounts as `amount meeting`."""
    columns: dict[str, int] = {}
    for place, cell in enumerate(heading):
        title = trimmed(cell).casefold()
        if not title:
            continue
        amount = AMOUNT.fullmatch(title)
        key = f"amount {amount[1]}" if amount else COLUMNS.get(title)
        if key is None:
            raise PlanColumnUnknown(field="content", column=cell[:LONGEST_TITLE])
        if key in columns:
            raise PlanColumnTwice(field="content", column=cell[:LONGEST_TITLE])
        columns[key] = place
    for key in NEEDED:
        if key not in columns:
            raise PlanColumnMissing(field="content", column=key)
    return columns


class _Row:
    def __init__(self, line: int, cells: Sequence[str], columns: dict[str, int]) -> None:
        self.line = line
        self.cells = cells
        self.columns = columns
        self.faults: list[Violation] = []

    def read(self) -> Planned:
        for key in self.columns:
            self._try(key, lambda cell: _must_be_clean(cell))
        for key in NEEDED:
            if is_blank(self._cell(key)):
                self._refuse(key, CellEmpty())
        key = self._cell("key")
        if len(key) > LONGEST_KEY:
            self._refuse("key", PlanKeyTooLong(most=LONGEST_KEY))
        terms = Terms(
            title=self._cell("title"),
            activity_class=self._cell("class"),
            customers=self._several("customers", "customers/"),
            products=tuple(Product(code, code) for code in self._several("products", "")),
            start_date=self._try("start_date", day_in),
            end_date=self._try("end_date", day_in),
            city=self._cell("city"),
            address=self._cell("address"),
            expected_result=self._cell("expected_result"),
            lines=self._lines(),
        )
        organisation = self._cell("organisation").removeprefix("organisations/")
        return Planned(self.line, key[:LONGEST_KEY], organisation, terms, tuple(self.faults))

    def _lines(self) -> tuple[BudgetLine, ...]:
        currency, lines = self._cell("currency") or "CNY", []
        for key in self.columns:
            head, _, expense_type = key.partition(" ")
            if head != "amount":
                continue
            amount = self._try(key, lambda cell: amount_in(cell, currency))
            if amount is not None:
                lines.append(BudgetLine(expense_type=expense_type, amount=amount))
        return tuple(lines)

    def _several(self, key: str, prefix: str) -> tuple[str, ...]:
        found = (one.removeprefix(prefix) for one in SEVERAL.split(self._cell(key)))
        return tuple(dict.fromkeys(one for one in found if one))

    def _try(self, key: str, read: Callable[[str], Any]) -> Any:
        """What a cell means; None where it is empty or means nothing, which is said then."""
        cell = self._cell(key)
        if not cell:
            return None
        try:
            return read(cell)
        except Refusal as refusal:
            self._refuse(key, refusal)
            return None

    def _refuse(self, key: str, refusal: Refusal) -> None:
        self.faults.append(refusal.violation_at(key))

    def _cell(self, key: str) -> str:
        place = self.columns.get(key, len(self.cells))
        return trimmed(self.cells[place]) if place < len(self.cells) else ""


def _must_be_clean(cell: str) -> None:
    if character := forbidden_in(cell, lines=True):
        raise CellCharacterRefused(character=character)
