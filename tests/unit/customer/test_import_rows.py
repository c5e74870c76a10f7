"""What a spreadsheet of customers says: by its headings and cell by cell."""

from __future__ import annotations

import pytest

from kernel.money import Money
from kernel.sheets import Sheet
from services.customer.domain.file import File
from services.customer.domain.import_columns import (
    COLUMNS,
    ColumnMappedTwice,
    UnknownColumn,
    mapped,
    proposed,
    title_of,
)
from services.customer.domain.import_rows import Draft, Missing, draft_of
from services.customer.domain.imports import TooManyRows, read_sheet
from services.customer.domain.kinds import Kind, Trade


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("客户名称", "name"),
        (" 客户 名称＊", "name"),
        ("单位名称", "name"),
        ("Credit code", "credit_code"),
        ("税号", "credit_code"),
        ("仓库面积（㎡）", "warehouse_area"),
        ("联系电话（必填）", "phone"),
        ("客户名称 Name", "name"),
        ("备注", ""),
        ("", ""),
    ],
)
def test_a_heading_means_what_people_mean_by_it(title: str, key: str) -> None:
    assert proposed([title]) == (key,)


def test_what_an_export_calls_its_columns_is_understood_again_and_no_word_means_two_things() -> None:
    for titles in (
        [" ".join(title_of(key)) for key in COLUMNS],
        [title_of(key)[0] for key in COLUMNS],
        [title_of(key)[1] for key in COLUMNS],
    ):
        assert proposed(titles) == tuple(COLUMNS)
    said = [word.casefold() for words in COLUMNS.values() for word in words.split(" ")]
    assert len(said) == len(set(said))


def test_of_two_columns_of_one_meaning_the_first_is_proposed() -> None:
    assert proposed(["名称", "客户名称"]) == ("name", "")


def test_a_mapping_names_columns_that_there_are_and_each_meaning_once() -> None:
    assert mapped(["a", "b", "c"], [("c", "name"), ("a", "phone")]) == ("phone", "", "name")
    with pytest.raises(UnknownColumn):
        mapped(["a"], [("b", "name")])
    with pytest.raises(ColumnMappedTwice):
        mapped(["a", "b"], [("a", "name"), ("b", "name")])


@pytest.mark.parametrize(
    ("key", "cell", "value"),
    [
        ("kind", "二级商业", Kind.SECONDARY_COMMERCIAL),
        ("kind", "Pharmacy", Kind.PHARMACY),
        ("trade", "直供", Trade.DIRECT),
        ("credit_code", "91440300 71526726xg", "9144030071526726XG"),
        ("handles_medicines", "是", True),
        ("yearly_sales", "1,234,567.50", Money.of("1234567.50")),
        ("yearly_sales", "１２元", Money.of("12")),
        ("transfer_share", "30%", 30),
        ("staff", "12.0", 12),
        ("number", "c000123", "C000123"),
        ("salesperson", "people/lihua", "lihua"),
        ("aliases", "甲；乙、丙;甲", ("甲", "乙", "丙")),
        ("phone", "0371-5555 1234", "0371-5555 1234"),
    ],
)
def test_a_cell_says_it_as_people_write_it(key: str, cell: str, value: object) -> None:
    assert draft_of([cell], [key]) == Draft({key: value})


@pytest.mark.parametrize(
    ("key", "cell", "rule"),
    [
        ("kind", "火箭", "NOT_A_KIND"),
        ("trade", "也许", "NOT_A_TRADE"),
        ("credit_code", "914403007152672", "CREDIT_CODE_LENGTH"),
        ("handles_medicines", "大概", "NOT_YES_OR_NO"),
        ("yearly_sales", "很多", "NOT_A_NUMBER"),
        ("yearly_sales", "NaN", "NOT_A_NUMBER"),
        ("yearly_sales", "1e99", "NOT_A_NUMBER"),
        ("staff", "1.5", "NOT_A_NUMBER"),
        ("staff", "-1", "NOT_A_NUMBER"),
        ("number", "123", "NOT_A_CUSTOMER_NUMBER"),
        ("salesperson", "李华", "NOT_A_LOGIN"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_column(key: str, cell: str, rule: str) -> None:
    [fault] = draft_of([cell], [key]).faults
    assert (fault.field, fault.rule) == (key, rule)


def test_what_is_empty_says_nothing_and_what_has_no_meaning_is_not_looked_at() -> None:
    assert draft_of(["", " \u3000", "x", "y"], ["name", "phone", ""]) == Draft({})


def test_a_new_customer_needs_name_kind_and_trade() -> None:
    with pytest.raises(Missing):
        draft_of(["仁和堂", "药店"], ["name", "kind"]).new_file()
    made = draft_of(["仁和堂", "药店", "间接"], ["name", "kind", "trade"]).new_file()
    assert made == File(name="仁和堂", kind=Kind.PHARMACY, trade=Trade.INDIRECT)


def test_blank_lines_are_left_out_and_lines_count_as_the_sheet_program_does() -> None:
    sheet = Sheet("s", [["", ""], ["名称", "电话"], ["", ""], ["仁和堂", "1"], ["康源"]])
    columns, rows = read_sheet(sheet)
    assert [column.key for column in columns] == ["name", "phone"]
    assert rows == [(4, ["仁和堂", "1"]), (5, ["康源"])]


def test_a_sheet_of_too_many_rows_is_refused() -> None:
    with pytest.raises(TooManyRows):
        read_sheet(Sheet("s", [["名称"]] * 20_002))
