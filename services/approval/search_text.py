"""What a case is found by: its title as it is written, its title in pinyin and by initials, its number.

Chinese has no spaces, and two characters are a whole word: so a case is found where what was typed stands anywhere in
this text. 郑州差旅费 is found by 郑州, by `zhengzhou`, by `zzclf`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from chassis.reading import as_typed, readings
from kernel.text import Text

# Of a longer title only the beginning is searched: the text stands in an index.
LONGEST_TITLE: Final = 120


@lru_cache(maxsize=4096)
def search_text(title: str, number: str) -> str:
    """Lines that are searched one by one: nothing that was typed goes beyond the end of one."""
    read = as_typed(title)[:LONGEST_TITLE]
    return "\n".join((read, *readings(read), as_typed(number)))


def searched_news(title: Text, about: str) -> str:
    """News of no case are found by their title in both languages and by the number of what they are about."""
    english = as_typed(title.en)[:LONGEST_TITLE]
    return "\n".join((search_text(title.zh, about.rpartition("/")[2]), english))
