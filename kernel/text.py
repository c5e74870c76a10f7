"""A sentence that a person reads: always in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Simplified Chinese and in English."""

    zh: str
    en: str

    def format(self, **values: object) -> Text:
        return Text(self.zh.format(**values), self.en.format(**values))

    def in_language(self, language: str) -> str:
        """The sentence for a BCP 47 language tag; Chinese is what the house speaks by default."""
        return self.en if language.lower().startswith("en") else self.zh


def counted(count: int, one: str, several: str = "") -> str:
    """English for so many of something: `1 step`, `2 steps`; `several` where that is not `one` with an s."""
    return f"{count} {one if count == 1 else several or one + 's'}"
