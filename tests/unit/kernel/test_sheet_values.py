"""What cells say, as people and sheet programs write it."""

from __future__ import annotations

from datetime import date

import pytest

from kernel.money import Money
from kernel.sheet_values import NotADay, NotAnAmount, amount_in, day_in


@pytest.mark.parametrize("cell", ["2026-03-09", "2026/3/9", "2026年3月9日", "2026-3-9", "2026年03月09日"])
def test_a_day_is_read_however_it_is_written(cell: str) -> None:
    assert day_in(cell) == date(2026, 3, 9)


@pytest.mark.parametrize(
    "cell", ["", "三月九日", "2026-02-30", "2026-13-01", "09/03/2026", "2026.3.9", "46090"]
)
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(NotADay):
        day_in(cell)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [("3000", "3000"), ("1,200.50", "1200.5"), ("0.30000000000000004", "0.3"), ("1E3", "1000")],
)
def test_an_amount_is_read_without_the_noise_of_arithmetic(cell: str, amount: str) -> None:
    assert amount_in(cell, "CNY") == Money.of(amount)


@pytest.mark.parametrize("cell", ["", "x", "1,2", "１２", "9" * 60])
def test_what_is_no_amount_is_refused(cell: str) -> None:
    with pytest.raises(NotAnAmount):
        amount_in(cell, "CNY")
