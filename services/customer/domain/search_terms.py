"""What a customer is found by while somebody types: any fragment of a name, as it is written, in pinyin or by initials, or of a code.

Two Chinese characters are a word, and three of them already a rare one. So what is searched is kept as all its single
characters, pairs and, of letters and digits, threes; an index over those finds what has all terms of a fragment. Threes of
digits are in every code, so that codes are kept in sixes as well; and what begins a line is kept as that, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from chassis.reading import as_typed, readings

LONGEST: Final = 120  # characters of a name that are searched
OF_CODES: Final = 6
BEGINS: Final = "^"
_RUN: Final = re.compile(r"[0-9a-z]+|[^0-9a-z\s]+")


def search_text(names: Iterable[str], codes: Iterable[str]) -> str:
    """Lines that are searched one by one: nothing that was typed goes beyond the end of one."""
    lines: dict[str, None] = {}
    for name in names:
        written = as_typed(name)[:LONGEST].replace(" ", "")
        lines |= dict.fromkeys((written, *readings(written)))
    return "\n".join((*lines, *(as_typed(code) for code in codes if code)))


def terms(text: str) -> list[str]:
    """Everything that a fragment of the text, or the beginning of a line, may be looked up under."""
    lines = text.split("\n")
    kept = {term for line in lines for run in _RUN.findall(line) for term in _all(run)}
    for line in lines:
        if run := _RUN.match(line):
            kept |= {BEGINS + run[0][:length] for length in range(1, _most(run[0]) + 1)}
    return sorted(kept)


def looked_up(word: str) -> list[str]:
    """The terms that whatever contains the word must have: the longest ones, which are the rarest, end to end."""
    return sorted({term for run in _RUN.findall(word) for term in _longest(run)})


def begun(word: str) -> list[str]:
    """The terms that a line which begins with the word must have."""
    first = _RUN.match(word)
    if not first:
        return []
    beginning = first[0][: _most(first[0])]
    return sorted({BEGINS + beginning, *looked_up(word)} - {beginning})


def _all(run: str) -> Iterator[str]:
    for length in (*range(1, _most(run) + 1), *([OF_CODES] if _is_code(run) else [])):
        yield from (run[start : start + length] for start in range(len(run) - length + 1))


def _longest(run: str) -> Iterator[str]:
    length = OF_CODES if _is_code(run) and len(run) >= OF_CODES else min(_most(run), len(run))
    last = len(run) - length
    return (run[start : start + length] for start in {*range(0, last, length), last})


def _most(run: str) -> int:
    return 3 if run.isascii() else 2


def _is_code(run: str) -> bool:
    return run.isascii() and not run.isalpha()
