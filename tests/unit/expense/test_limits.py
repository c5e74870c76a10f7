"""Which limit counts."""

from __future__ import annotations

import pytest

from kernel.errors import Refusal
from kernel.money import AmountNotPositive
from services.expense.domain.limits import ExpenseTypeTwice, Limit, LimitTwice, UnknownExpenseType
from tests.builders.expense import TRAVEL, a_catalogue, a_limit, a_line, an_invoice

GRADED = a_limit(200, grade="M3")
IN_SHANGHAI = a_limit(400, city="上海")
BOTH = a_limit(600, grade="M3", city="上海")
ANY = a_limit(100)


@pytest.mark.parametrize(
    ("grade", "city", "expected"),
    [
        ("M3", "上海", BOTH),
        ("S1", "上海", IN_SHANGHAI),
        ("M3", "郑州", GRADED),
        ("S1", "郑州", ANY),
        ("", "", ANY),
    ],
)
def test_the_most_specific_limit_counts(grade: str, city: str, expected: Limit) -> None:
    assert a_catalogue(GRADED, IN_SHANGHAI, BOTH, ANY).limit_for("travel", grade, city) == expected


def test_the_city_counts_before_the_grade() -> None:
    assert a_catalogue(GRADED, IN_SHANGHAI).limit_for("travel", "M3", "上海") == IN_SHANGHAI


@pytest.mark.parametrize("city", ["上海市", " 上海 ", "上海"])
def test_a_city_is_known_however_it_is_written(city: str) -> None:
    assert a_catalogue(IN_SHANGHAI).limit_for("travel", "S1", city) == IN_SHANGHAI


def test_without_a_limit_anything_goes() -> None:
    a_catalogue(IN_SHANGHAI).allow(a_line(10**9), "S1")


def test_a_limit_of_another_type_does_not_count() -> None:
    a_catalogue(a_limit(1, expense_type="meeting")).allow(a_line(100), "S1")


def test_a_line_may_reach_its_limit() -> None:
    a_catalogue(ANY).allow(a_line(100, invoice=an_invoice()), "S1")


@pytest.mark.parametrize(
    ("limits", "refusal", "field"),
    [
        ((ANY, ANY), LimitTwice, "limits[1]"),
        ((IN_SHANGHAI, a_limit(1, city="上海市")), LimitTwice, "limits[1]"),
        ((a_limit(0),), AmountNotPositive, "limits[0].per_line"),
        ((a_limit(1, expense_type="rent"),), UnknownExpenseType, "limits[0].expense_type"),
    ],
)
def test_a_wrong_catalogue_is_refused(limits: tuple[Limit, ...], refusal: type[Refusal], field: str) -> None:
    with pytest.raises(refusal) as caught:
        a_catalogue(*limits)
    assert caught.value.field == field


def test_a_type_cannot_be_there_twice() -> None:
    with pytest.raises(ExpenseTypeTwice):
        a_catalogue(types=(TRAVEL, TRAVEL))
