"""Whom something that was typed may mean: part of a name, of its pinyin or initials, or of a login."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

from chassis.reading import as_typed
from services.approval.domain.people.directory import Person, PersonId


@dataclass(frozen=True, slots=True)
class Readings:
    """Everybody's in one text, line after line: looking through it once is quicker than through thousands of small ones.

    `begins` are the places where each person's lines begin, and the end of the text.
    """

    people: tuple[PersonId, ...] = ()
    text: str = ""
    begins: tuple[int, ...] = (0,)

    @classmethod
    def of(cls, people: Mapping[PersonId, Iterable[Person]]) -> Self:
        lines = [
            "\n".join({as_typed(f"{one.name}\n{one.pinyin}\n{id}") for one in periods}) + "\n"
            for id, periods in people.items()
        ]
        return cls(tuple(people), "".join(lines), tuple(accumulate(map(len, lines), initial=0)))

    def people_like(self, word: str) -> tuple[PersonId, ...]:
        """Those of whom the word, in small letters and without line breaks, says a part."""
        found: list[PersonId] = []
        place = self.text.find(word)
        while place >= 0 and len(found) < len(self.people):
            after = bisect_right(self.begins, place)
            found.append(self.people[after - 1])
            place = self.text.find(word, self.begins[after])
        return tuple(found)
