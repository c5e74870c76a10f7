"""The claim of the story keeps what the demo group's own rules ask of a claim."""

from __future__ import annotations

from demo.claim import lines
from demo.group import CLAIMANT, build
from demo.money import EXPENSE_TYPES, LIMITS
from reading.cells import decimal
from services.expense.domain.limits import comparable_city


def test_no_two_stories_use_the_same_invoice() -> None:
    numbers = [line.invoice.number for _ in range(20) for line in lines()]

    assert len(set(numbers)) == len(numbers)
    assert all(len(number) == 20 for number in numbers)


def test_every_line_is_within_its_limit_and_has_the_invoice_it_needs() -> None:
    grade = build().by_login[CLAIMANT].grade
    for line in lines():
        kind = next(kind for kind in EXPENSE_TYPES if kind.code == line.expense_type)
        assert line.HasField("invoice") or not kind.invoice_needed
        for code, limited_grade, city, yuan in LIMITS:
            if (
                code == kind.code
                and limited_grade in ("", grade)
                and city in ("", comparable_city(line.city))
            ):
                assert decimal(line.amount) <= yuan
