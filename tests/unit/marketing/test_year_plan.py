"""Yearly plans as sheets: which headings mean what, and what is said of a cell that means nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from kernel.errors import Refusal
from kernel.money import Money
from kernel.sheets import Sheet
from services.marketing.domain.terms import Product, UnknownExpenseType
from services.marketing.domain.year_plan import Planned
from services.marketing.domain.year_plan_sheet import MOST_ROWS, read_plan

HEADING = [
    "key",
    "title",
    "class",
    "start_date",
    "end_date",
    "customers",
    "products",
    "currency",
    "amount meeting",
]
ROW = [
    "1",
    "会议",
    "display",
    "2026/4/1",
    "2026年4月2日",
    "C000001、customers/C000002，C000001",
    "P1;P2",
    "",
    "1,000",
]


def a_sheet(*rows: Sequence[str], heading: Sequence[str] = HEADING, name: str = "plan") -> Sheet:
    return Sheet(name, [heading, *rows])


def only(row: Sequence[str]) -> Planned:
    _, (planned,) = read_plan([a_sheet(row)])
    return planned


def test_cells_are_read_as_people_write_them() -> None:
    planned = only(ROW)
    assert not planned.faults
    terms = planned.terms
    assert (terms.start_date, terms.end_date) == (date(2026, 4, 1), date(2026, 4, 2))
    assert terms.customers == ("C000001", "C000002")
    assert terms.products == (Product("P1", "P1"), Product("P2", "P2"))
    assert [(line.expense_type, line.amount) for line in terms.lines] == [("meeting", Money.of(1000))]


def test_a_row_says_the_same_wherever_it_stands_and_however_it_is_written() -> None:
    same = [*ROW[:3], "2026-04-01", "2026-04-02", *ROW[5:8], "1000.00"]
    _, (_, second) = read_plan([a_sheet(["0", *ROW[1:]], same)])
    assert second.digest == only(ROW).digest
    assert only([*ROW[:8], "1000.01"]).digest != only(ROW).digest


def test_everything_that_is_wrong_with_a_row_is_said_about_its_columns() -> None:
    planned = only(["x" * 51, " ", "a\x07b", "bald", "", "", "", "XXX", "5"])
    assert {(fault.field, fault.rule) for fault in planned.faults} == {
        ("key", "PLAN_KEY_TOO_LONG"),
        ("title", "CELL_EMPTY"),
        ("class", "CELL_CHARACTER_REFUSED"),
        ("start_date", "NOT_A_DAY"),
        ("end_date", "CELL_EMPTY"),
        ("amount meeting", "UNKNOWN_CURRENCY"),
    }


def test_what_is_wrong_with_terms_is_said_about_the_columns_that_they_came_from() -> None:
    planned = only(ROW)
    of_line = UnknownExpenseType(field="terms.lines[0].expense_type", type="meeting")
    of_class = UnknownExpenseType(field="terms.activity_class", type="x")
    faults = planned.refused(of_line).refused(of_class).faults
    assert [fault.field for fault in faults] == ["amount meeting", "class"]


@pytest.mark.parametrize("title", ["amount meeting", "预算 meeting", "预算：meeting", "Amount_Meeting"])
def test_an_amount_stands_in_a_column_called_by_its_expense_type(title: str) -> None:
    _, (planned,) = read_plan([a_sheet(ROW, heading=[*HEADING[:8], title])])
    assert [line.expense_type for line in planned.terms.lines] == ["meeting"]


def test_the_sheet_called_plan_is_read_where_there_are_several() -> None:
    sheet, _ = read_plan([Sheet("说明", [["请填写"]]), a_sheet(ROW, name=" 计划 ")])
    assert sheet.name == " 计划 "


def test_a_plan_has_so_many_rows_at_most() -> None:
    with pytest.raises(Refusal) as caught:
        read_plan([a_sheet(*[ROW] * (MOST_ROWS + 1))])
    assert caught.value.reason == "TOO_MANY_PLAN_ROWS"
