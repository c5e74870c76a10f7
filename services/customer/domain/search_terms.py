"""What a customer is found by while somebody types: any fragment of a name, as it is written, in pinyin or by initials, or of a code.

Two Chinese characters are a word, and three of them already a rare one. So what is searched is kept as all its single
characters, pairs and, of letters and digits, threes; an index over those finds what has all terms of a fragment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from chassis.reading import as_typed, readings

LONGEST: Final = 120  # characters of a name that are searched
_RUN: Final = re.compile(r"[0-9a-z]+|[^0-9a-z\s]+")


def search_text(names: Iterable[str], codes: Iterable[str]) -> str:
    """Lines that are searched one by one: nothing that was typed goes beyond the end of one."""
    lines: dict[str, None] = {}
    for name in names:
        written = as_typed(name)[:LONGEST].replace(" ", "")
        lines |= dict.fromkeys((written, *readings(written)))
    return "\n".join((*lines, *(as_typed(code) for code in codes if code)))


def terms(text: str) -> list[str]:
    """Everything that a fragment of the text may be looked up under."""
    return sorted({term for line in text.split("\n") for run in _RUN.findall(line) for term in _all(run)})


def looked_up(word: str) -> list[str]:
    """The terms that whatever contains the word must have: the longest ones, which are the rarest."""
    return sorted({term for run in _RUN.findall(word) for term in _longest(run)})


def _all(run: str) -> Iterator[str]:
    for length in range(1, _most(run) + 1):
        yield from _pieces(run, length)


def _longest(run: str) -> Iterator[str]:
    return _pieces(run, min(_most(run), len(run)))


def _pieces(run: str, length: int) -> Iterator[str]:
    return (run[start : start + length] for start in range(len(run) - length + 1))


def _most(run: str) -> int:
    return 3 if run.isascii() else 2
