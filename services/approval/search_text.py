"""What a case is found by: its title as it is written, its title in pinyin and by initials, its number.

Chinese has no spaces, and two characters are a whole word: so a case is found where what was typed stands anywhere in
this text. 郑州差旅费 is found by 郑州, by `zhengzhou`, by `zzclf`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final
from unicodedata import normalize

from pypinyin import lazy_pinyin

# Of a longer title only the beginning is searched: the text stands in an index.
LONGEST_TITLE: Final = 120


@lru_cache(maxsize=4096)
def search_text(title: str, number: str) -> str:
    """Lines that are searched one by one: nothing that was typed goes beyond the end of one."""
    read = as_typed(title)[:LONGEST_TITLE]
    lines = [read] if read.isascii() else [read, *_readings(read)]
    return "\n".join((*lines, as_typed(number)))


def _readings(text: str) -> tuple[str, str]:
    """In pinyin and by initials; what is no Chinese stays as it is."""
    syllables = lazy_pinyin(text, errors=_one_by_one)
    return "".join(syllables), "".join(syllable[:1] for syllable in syllables)


def words(query: str) -> tuple[str, ...]:
    """What was typed, word by word: a case is found where each of them stands somewhere."""
    return tuple(dict.fromkeys(as_typed(query).split()))


def as_typed(text: str) -> str:
    """In small letters, and full-width letters and digits as narrow ones; on one line."""
    return " ".join(normalize("NFKC", text).casefold().split())


def _one_by_one(characters: str) -> Any:
    """Without it what is no Chinese would count as one syllable. (The library says text, and takes lists as well.)"""
    return list(characters)
