"""Which cases of a log are taken: the first ones, or of as many variants as there can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay.sampling import first, spread
from replay.script import Scripted
from tests.builders.logs import APPROVED, ASKED, BACK, PAID, SAVED, SUBMITTED, THROUGH, scripted

VARIANTS = (THROUGH, (SUBMITTED, APPROVED, ASKED, PAID), (SAVED,), (SUBMITTED, BACK))


def a_log(*counts: int) -> list[Scripted]:
    """So many cases of each variant, the variants one after the other."""
    variants = [VARIANTS[n] for n, count in enumerate(counts) for _ in range(count)]
    return [scripted(*variant, case=f"case {n}") for n, variant in enumerate(variants)]


def test_the_first_cases_are_taken_without_reading_further() -> None:
    def endless() -> Iterator[Scripted]:
        while True:
            yield scripted(SAVED)

    assert len(first(endless(), 3)) == 3
    assert first(a_log(2, 1), 0) == a_log(2, 1)


def test_a_few_cases_are_spread_over_common_and_rare_variants() -> None:
    taken = spread(a_log(50, 20, 5, 1), 2)
    assert [case.variant for case in taken] == [VARIANTS[0], VARIANTS[3]]


@pytest.mark.parametrize("n", [4, 7, 30])
def test_with_room_for_all_variants_each_has_its_share(n: int) -> None:
    taken = Counter(case.variant for case in spread(a_log(50, 20, 5, 1), n))
    assert set(taken) == set(VARIANTS)
    assert taken[VARIANTS[0]] <= taken[VARIANTS[1]] + 1


@given(st.lists(st.integers(0, 6), min_size=1, max_size=4), st.integers(0, 30))
def test_nobody_is_taken_twice_and_as_many_as_asked_for(counts: list[int], n: int) -> None:
    log = a_log(*counts)
    taken = spread(log, n)
    assert len({case.case for case in taken}) == len(taken) == (min(n, len(log)) if n else len(log))
    variants = {case.variant for case in log}
    assert len({case.variant for case in taken}) == (min(n, len(variants)) if n else len(variants))
