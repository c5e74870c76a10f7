from __future__ import annotations

from tests.patterns.catalogue import PATTERNS
from tests.patterns.page import PAGE, by_number, render


def test_there_are_forty_three_patterns() -> None:
    assert sorted(PATTERNS) == list(range(1, 44))


def test_every_pattern_is_played() -> None:
    assert sorted(by_number()) == sorted(PATTERNS)


def test_the_page_says_what_the_scenarios_say() -> None:
    assert PAGE.read_text("utf-8") == render(), "run: python -m tests.patterns.page"
