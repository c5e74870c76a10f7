"""What a text may be made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.writing import cleaned, forbidden_in, is_blank, trimmed

NOTHING = [
    "",
    " ",
    "\u3000",
    "\t\n\r",
    "\u200b",
    "\u200d\ufeff",
    "\u00a0\u3000\u2003",
    "\u3164",
    "\u2800",
    "\ufe0f",
    "\u00ad\u2060",
]


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_what_nobody_sees_is_blank(text: str) -> None:
    assert is_blank(text)
    assert is_blank(trimmed(text))


@pytest.mark.parametrize("text", ["a", "。", "0", "拜访客户", "👨\u200d👩\u200d👧", "❤\ufe0f", "  x  ", "é"])
def test_what_somebody_sees_is_not(text: str) -> None:
    assert not is_blank(text)


def test_ends_are_taken_off_and_nothing_else_is() -> None:
    assert trimmed("\u3000\u200b 拜访 客户\u00a0\ufeff\n") == "拜访 客户"
    assert trimmed("❤\ufe0f") == "❤\ufe0f"
    assert trimmed("👨\u200d👩") == "👨\u200d👩"


@pytest.mark.parametrize(
    "character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9b", "\r", "\u202e", "\u2066"], ids=ascii
)
def test_what_shows_something_else_than_what_is_there_is_named(character: str) -> None:
    assert forbidden_in(f"a{character}b") == f"U+{ord(character):04X}"
    assert forbidden_in(f"a{character}b", lines=True) == f"U+{ord(character):04X}"


@pytest.mark.parametrize("character", ["\n", "\t"], ids=ascii)
def test_lines_and_tabs_stand_only_where_there_may_be_several_lines(character: str) -> None:
    assert forbidden_in(f"a{character}b") == f"U+{ord(character):04X}"
    assert not forbidden_in(f"a{character}b", lines=True)


HARD = st.text() | st.text(st.sampled_from("\u3164\u2800\ufe0f\u200b\x00\u202e a"))


@given(HARD, st.integers(1, 20))
def test_what_was_cleaned_may_be_kept(text: str, longest: int) -> None:
    kept = cleaned(text, longest)
    assert len(kept) <= longest
    assert not forbidden_in(kept, lines=True)
    assert trimmed(kept) == kept
    assert not kept or not is_blank(kept)
