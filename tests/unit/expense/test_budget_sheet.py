"""Budgets from sheets: what is read, and every reason to refuse a row."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kernel.errors import Refusal
from kernel.sheet_values import NotAnAmount
from kernel.sheets import Sheet
from services.expense.domain.budget import Budget, BudgetKey, Stage
from services.expense.domain.budget_import import MOST_REFUSALS, Known, plan
from services.expense.domain.budget_sheet import (
    BudgetRow,
    read_amount,
    read_month,
    read_rows,
    write_rows,
)
from services.expense.domain.months import BookingMonth, Month, NotAMonth
from tests.builders.expense import a_budget, a_key, yuan

HEADING = ["organisation", "month", "expense_type", "amount"]
ROW = ["henan", "2026-11", "travel", "1000"]


def a_sheet(*rows: Sequence[str], heading: Sequence[str] = HEADING, name: str = "budgets") -> Sheet:
    return Sheet(name, [heading, *rows])


def known(*budgets: Budget, closed: Sequence[Month] = ()) -> Known:
    months = {month: BookingMonth(month).close() for month in closed}
    return Known({"henan"}, {"travel", "meeting"}, months, {budget.key: budget for budget in budgets})


def refusals(*sheets: Sheet, **more: object) -> list[tuple[int, str, str]]:
    """Line, column and rule of each."""
    _, found = plan(read_rows(sheets), known(**more))  # type: ignore[arg-type]  # what `known` takes
    return [(refusal.line, refusal.column, refusal.rule) for refusal in found]


def test_rows_are_read_with_their_lines() -> None:
    reading = read_rows([a_sheet(ROW, ["", "", "", ""], ["henan", "2026-12", "travel", "12.50"])])
    assert reading.rows == [
        BudgetRow(2, a_key(), yuan(1000)),
        BudgetRow(4, a_key(month="2026-12"), yuan("12.50")),
    ]
    assert reading.refusals == []


def test_chinese_headings_in_any_order_and_another_currency_are_read() -> None:
    heading = ["预算", "币种", "费用类型", "部门", "月份", "可用"]
    reading = read_rows([a_sheet(["100", "USD", "travel", "henan", "2026年11月", "7"], heading=heading)])
    assert str(reading.rows[0].amount) == "100.00 USD"


def test_the_only_sheet_may_have_any_name_and_others_are_left_alone() -> None:
    assert read_rows([a_sheet(ROW, name="Sheet1")]).rows
    assert read_rows([Sheet("notes", []), a_sheet(ROW, name="Budgets")]).rows
    assert refusals(Sheet("a", []), Sheet("b", [])) == [(0, "", "MISSING_SHEET")]


@pytest.mark.parametrize(
    ("value", "month"),
    [
        ("2026-11", Month(2026, 11)),
        ("2026-11-01", Month(2026, 11)),
        ("2026/3", Month(2026, 3)),
        ("2026年3月", Month(2026, 3)),
        ("202603", Month(2026, 3)),
    ],
)
def test_a_month_is_read_however_it_is_written(value: str, month: Month) -> None:
    assert read_month(value) == month


@pytest.mark.parametrize("value", ["2026.1", "2026", "11", "Nov 2026", "2026-13", "46000"])
def test_what_may_mean_two_months_is_refused(value: str) -> None:
    with pytest.raises(NotAMonth):
        read_month(value)


@pytest.mark.parametrize(
    ("value", "amount"),
    [("1000", "1000"), ("1,234,567.80", "1234567.80"), ("0.30000000000000004", "0.30"), ("0", "0")],
)
def test_an_amount_is_read_without_a_sheet_program_s_noise(value: str, amount: str) -> None:
    assert read_amount(value, "CNY") == yuan(amount)


@pytest.mark.parametrize("value", ["", "abc", "=1+1", "1,23", "１２", "1e9999", "NaN", "--1", "9" * 60])
def test_what_is_no_amount_is_refused(value: str) -> None:
    with pytest.raises(NotAnAmount):
        read_amount(value, "CNY")


@pytest.mark.parametrize(
    ("value", "reason"),
    [("-1", "BUDGET_BELOW_ZERO"), ("0.001", "AMOUNT_TOO_FINE"), ("1e30", "AMOUNT_TOO_LARGE")],
)
def test_an_amount_that_no_budget_can_have_is_refused(value: str, reason: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_amount(value, "CNY")
    assert caught.value.reason == reason


def test_every_wrong_row_is_named() -> None:
    sheet = a_sheet(
        ["", "2026-11", "travel", "1"],
        ["henan", "November", "travel", "much"],
        ["mars", "2026-11", "travel", "1"],
        ["henan", "2026-11", "rent", "1"],
        ["henan", "2026-10", "travel", "1"],
        ROW,
        ROW,
        ["henan", "2026-12", "travel"],
    )
    assert refusals(sheet, closed=[Month(2026, 10)]) == [
        (2, "organisation", "REQUIRED"),
        (3, "month", "NOT_A_MONTH"),
        (3, "amount", "NOT_AN_AMOUNT"),
        (4, "organisation", "UNKNOWN_ORGANISATION"),
        (5, "expense_type", "UNKNOWN_EXPENSE_TYPE"),
        (6, "month", "MONTH_CLOSED"),
        (8, "", "DUPLICATE_ROW"),
        (9, "amount", "REQUIRED"),
    ]


def test_a_budget_is_not_set_below_what_is_in_use_or_to_another_currency() -> None:
    used = a_budget(100).held("claims/1", {}, {Stage.RESERVED: yuan(60)})
    reading = read_rows([a_sheet(["henan", "2026-11", "travel", "59"])])
    assert [r.rule for r in plan(reading, known(used))[1]] == ["OVER_BUDGET"]
    dollars = a_sheet([*ROW, "USD"], heading=[*HEADING, "currency"])
    assert [r.rule for r in plan(read_rows([dollars]), known(used))[1]] == ["MIXED_CURRENCIES"]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        (HEADING[:3], (1, "amount", "MISSING_COLUMN")),
        ([*HEADING, "预算"], (1, "amount", "DUPLICATE_COLUMN")),
        ([*HEADING, "colour"], (1, "colour", "UNKNOWN_COLUMN")),
    ],
)
def test_a_wrong_heading_is_refused(heading: list[str], expected: tuple[int, str, str]) -> None:
    assert refusals(a_sheet(ROW, heading=heading)) == [expected]


def test_an_empty_file_is_refused() -> None:
    assert [rule for _, _, rule in refusals(Sheet("budgets", []))] == ["MISSING_COLUMN"] * 4


def test_of_very_many_refusals_the_first_are_told_and_the_rest_counted() -> None:
    found = plan(read_rows([a_sheet(*([["", "", "", ""], ["x", "y", "z", "1"]] * 1500))]), known())[1]
    assert len(found) == MOST_REFUSALS + 1
    assert found[-1].text.en == "500 more problems are not listed"


def test_loading_says_what_changes_and_nothing_where_nothing_does() -> None:
    rows = a_sheet(ROW, ["henan", "2026-11", "meeting", "5"])
    changes, found = plan(read_rows([rows]), known(a_budget(1000)))
    assert found == ()
    assert [(change.after.key.expense_type, change.movement.amount) for change in changes] == [
        ("meeting", yuan(5))
    ]


def test_what_is_written_is_read_again() -> None:
    used = a_budget("1234.50").held("claims/1", {}, {Stage.RESERVED: yuan(60)})
    key = BudgetKey("henan", Month(2026, 12), "meeting")
    reading = read_rows([write_rows([used, a_budget(7, key)])])
    assert [(row.key, row.amount) for row in reading.rows] == [(a_key(), yuan("1234.50")), (key, yuan(7))]
    assert reading.refusals == []


def test_a_cell_that_cannot_be_kept_is_refused_with_its_place() -> None:
    rows = (["he\x00nan", *ROW[1:]], ["henan", "2026-11", "tra\u202evel", "1"], ["\u200b", *ROW[1:]])
    assert refusals(a_sheet(*rows)) == [
        (2, "organisation", "TEXT_CHARACTER_REFUSED"),
        (3, "expense_type", "TEXT_CHARACTER_REFUSED"),
        (4, "organisation", "REQUIRED"),
    ]


def test_white_space_around_a_cell_means_nothing() -> None:
    assert read_rows([a_sheet(["\u3000henan\u200b", *ROW[1:]])]).rows == [BudgetRow(2, a_key(), yuan(1000))]
