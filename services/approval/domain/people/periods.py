"""Effective dates: from one day to another, both included, open where nothing is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included, in the calendar of the business (Asia/Shanghai)."""

    first: date | None = None
    last: date | None = None

    @property
    def begins(self) -> date:
        return self.first or date.min

    @property
    def ends(self) -> date:
        return self.last or date.max

    def covers(self, day: date) -> bool:
        return self.begins <= day <= self.ends

    def overlaps(self, other: Period) -> bool:
        return self.begins <= other.ends and other.begins <= self.ends

    def is_covered_by(self, others: Iterable[Period]) -> bool:
        """Whether `others` together leave no day of this period out."""
        missing = self.begins
        for other in sorted(others, key=lambda period: period.begins):
            if other.begins > missing:
                return False
            if other.ends >= self.ends:
                return True
            missing = max(missing, other.ends + timedelta(days=1))
        return False


ALWAYS: Final = Period()
