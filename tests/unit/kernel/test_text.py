"""Words in two languages."""

from __future__ import annotations

import pytest

from kernel.text import counted


@pytest.mark.parametrize(
    ("count", "words", "said"),
    [
        (0, ("step",), "0 steps"),
        (1, ("step",), "1 step"),
        (2, ("step",), "2 steps"),
        (1, ("person", "people"), "1 person"),
        (3, ("person", "people"), "3 people"),
    ],
)
def test_english_counts_one_as_one(count: int, words: tuple[str, ...], said: str) -> None:
    assert counted(count, *words) == said
