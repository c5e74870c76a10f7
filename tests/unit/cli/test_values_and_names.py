"""Amounts, dates, months and names as people type them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.claim_lines import typed_line
from cli.commands.allotments import allotment_name
from cli.commands.budgets import budget_name
from cli.facts import fact
from cli.names import Kind, target
from cli.refusals import NotAMonth, NotAName, NotAnAmount, UnknownWord
from cli.values import day, money, month, month_of
from reading.cells import decimal
from reading.cells import money as shown
from reading.names import bare


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False, allow_infinity=False))
def test_an_amount_is_read_back_exactly(amount: Decimal) -> None:
    assert decimal(money(f"{amount:,}")) == amount


@pytest.mark.parametrize(
    ("given", "seen"),
    [("1280.5", "1,280.50"), ("¥1,280.50", "1,280.50"), ("20 USD", "20.00 USD"), ("-0.01", "-0.01")],
)
def test_an_amount_is_shown_with_its_decimals_and_a_currency_other_than_yuan(given: str, seen: str) -> None:
    assert shown(money(given)) == seen


@pytest.mark.parametrize("given", ["", "abc", "1,28.5", "1.2.3", "1e5", "NaN", "0.1234567890"])
def test_what_is_no_amount_is_refused(given: str) -> None:
    with pytest.raises(NotAnAmount):
        money(given)


def test_yesterday_is_the_day_before_today() -> None:
    today, yesterday = day("today"), day("昨天")

    assert (
        date(today.year, today.month, today.day) - date(yesterday.year, yesterday.month, yesterday.day)
    ).days == 1


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)), st.integers(-30, 30))
def test_so_many_months_later_and_earlier_is_the_same_month(at: date, months: int) -> None:
    year, number = map(int, month_of(at, months).split("-"))

    assert month_of(date(year, number, 1), -months) == month_of(at)


def test_a_month_may_be_named_by_its_place() -> None:
    assert month("上月") < month("this") < month("next")
    with pytest.raises(NotAMonth):
        month("2026-13")


@pytest.mark.parametrize(
    ("given", "kind", "name"),
    [
        ("EC-2026-000123", Kind.DOCUMENT, "claims/EC-2026-000123"),
        ("ec-2026-000123", Kind.DOCUMENT, "claims/EC-2026-000123"),
        ("claims/EC-2026-000123", Kind.DOCUMENT, "claims/EC-2026-000123"),
        ("C000123", Kind.DOCUMENT, "customers/C000123"),
        ("customers/C000123", Kind.DOCUMENT, "customers/C000123"),
        ("expense-claim/EC-2026-000123/1", Kind.CASE, "cases/expense-claim/EC-2026-000123/1"),
        ("cases/expense-claim/EC-2026-000123/1", Kind.CASE, "cases/expense-claim/EC-2026-000123/1"),
        (
            "0190b5c8-1111-7222-8333-444455556666",
            Kind.WORK_ITEM,
            "workItems/0190b5c8-1111-7222-8333-444455556666",
        ),
        ("workItems/abc", Kind.WORK_ITEM, "workItems/abc"),
    ],
)
def test_a_document_a_case_and_a_work_item_are_told_apart(given: str, kind: Kind, name: str) -> None:
    found = target(given)

    assert (found.kind, found.name) == (kind, name)


@pytest.mark.parametrize("given", ["", "123", "X-2026-1", "people/lihua", "orders/EC-2026-1", "EC-2026-"])
def test_what_names_nothing_is_refused(given: str) -> None:
    with pytest.raises(NotAName):
        target(given)


def test_a_resource_is_shown_bare_and_other_words_stay_whole() -> None:
    assert bare("claims/EC-2026-000123") == "EC-2026-000123"
    assert bare("上海/北京") == "上海/北京"
    assert bare("services/worker") == "services/worker"


def test_a_budget_may_be_named_with_this_month() -> None:
    assert budget_name("henan/this/travel") == f"budgets/henan/{month('this')}/travel"
    assert budget_name("budgets/henan/2026-11/travel") == "budgets/henan/2026-11/travel"


def test_a_fact_says_its_kind() -> None:
    assert fact("amount:money=1280.50")[1].money.units == 1280
    assert list(fact("expense_types:texts=travel,meals")[1].texts.values) == ["travel", "meals"]
    assert fact("claimant:person=lihua") == ("claimant", fact("x:person=people/lihua")[1])
    assert fact("grade=S1")[1].text == "S1"


@pytest.mark.parametrize("given", ["amount", "amount:gold=3", "n:whole=x", "=3"])
def test_a_fact_of_no_kind_is_refused(given: str) -> None:
    with pytest.raises(UnknownWord):
        fact(given)


@pytest.mark.parametrize(
    "given", ["AC-2026-000123", "activities/AC-2026-000123", "allotments/AC-2026-000123"]
)
def test_an_allotment_is_named_by_its_activity(given: str) -> None:
    assert allotment_name(given) == "allotments/AC-2026-000123"


def test_a_line_of_an_activity_is_named_by_number_and_line() -> None:
    line = typed_line("travel 2026-11-03 20 activity-line=AC-2026-000123/2")
    assert line.activity_line == "activities/AC-2026-000123/lines/2"
