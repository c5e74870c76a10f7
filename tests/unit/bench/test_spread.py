"""Many measurements as two numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.spread import Spread, quantile, ratio

SECONDS = st.lists(st.floats(0, 1000), min_size=1).map(sorted)


def test_the_usual_and_the_unlucky_are_told_in_milliseconds() -> None:
    spread = Spread.of([n / 1000 for n in range(101)])

    assert (spread.count, spread.p50, spread.p99) == (101, pytest.approx(50), pytest.approx(99))


def test_of_nothing_nothing_is_said() -> None:
    nothing = Spread.of([])

    assert nothing.count == 0
    assert math.isnan(nothing.p50)
    assert math.isnan(nothing.p99)


def test_between_two_neighbours_a_quantile_lies_in_proportion() -> None:
    assert quantile([10, 20], 0.25) == pytest.approx(12.5)


@given(SECONDS, st.floats(0, 1), st.floats(0, 1))
def test_a_quantile_lies_within_what_was_measured_and_grows_with_its_share(
    seconds: list[float], one: float, other: float
) -> None:
    low, high = (quantile(seconds, share) for share in sorted((one, other)))

    slack = 1e-9 * (1 + seconds[-1])
    assert seconds[0] - slack <= low <= high + slack
    assert high <= seconds[-1] + slack


@given(SECONDS)
def test_the_order_of_measuring_does_not_matter(seconds: list[float]) -> None:
    assert Spread.of(seconds) == Spread.of(seconds[::-1])


def test_rounds_are_compared_each_with_its_own() -> None:
    # In the second round the machine was busy with something else: both were slower, their ratio is the same.
    assert ratio([8, 2, 6], [10, 4, 10]) == pytest.approx(0.6)
    assert math.isnan(ratio([], []))
