"""What the doctor says: one finding a line, and below it how to mend it where it is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.terminal import language
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """`mend` says how to mend it, and is there only where something is wrong."""

    seen: Text
    mend: Text | None = None

    @property
    def is_well(self) -> bool:
        return self.mend is None

    def line(self) -> str:
        words = self.seen.in_language(language())
        if self.mend is None:
            return f"✓ {words}"
        return f"✗ {words}\n    → {self.mend.in_language(language())}"


def well(zh: str, en: str, **values: object) -> Finding:
    return Finding(Text(zh, en).format(**values))


def wrong(seen: Text, mend: Text, **values: object) -> Finding:
    return Finding(seen.format(**values), mend.format(**values))
