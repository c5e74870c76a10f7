"""Chinese as people type it: in characters, in pinyin or by initials. 郑州 is typed 郑州, `zhengzhou` or `zz`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from unicodedata import normalize

from pypinyin import lazy_pinyin


def as_typed(text: str) -> str:
    """In small letters, and full-width letters and digits as narrow ones; on one line."""
    return " ".join(normalize("NFKC", text).casefold().split())


def words(query: str) -> tuple[str, ...]:
    """What was typed, word by word: something is found where each of them stands somewhere."""
    return tuple(dict.fromkeys(as_typed(query).split()))


@lru_cache(maxsize=65_536)
def syllables(text: str) -> tuple[str, ...]:
    """How each character is read; what is no Chinese, a character a syllable, stays as it is."""
    return tuple(lazy_pinyin(text, errors=_one_by_one))


def readings(text: str) -> tuple[str, ...]:
    """In pinyin and by initials, neither where there is nothing to read."""
    if text.isascii():
        return ()
    read = syllables(text)
    return "".join(read), "".join(syllable[:1] for syllable in read)


def _one_by_one(characters: str) -> Any:
    """Without it what is no Chinese would count as one syllable. (The library says text, and takes lists as well.)"""
    return list(characters)
