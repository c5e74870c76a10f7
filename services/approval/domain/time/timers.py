"""What is due of a step, and when. The map that the workflow keeps its timers by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

# Names of timers.
REMIND: Final = "remind"
ESCALATE: Final = "escalate"
OVERDUE: Final = "overdue"
# The window in which a decision can be taken back is over: the completion is delivered.
DELIVER: Final = "deliver"


@dataclass(frozen=True, slots=True)
class Timers:
    """`due` is when each timer fires next, by name. `revision` grows with every change, so that of two the newer is known."""

    due: Mapping[str, datetime] = field(default_factory=dict)
    revision: int = 0

    def is_due(self, name: str, now: datetime) -> bool:
        """A timer that was taken off, or has moved into the future, is not."""
        at = self.due.get(name)
        return at is not None and at <= now

    def set(self, name: str, at: datetime) -> Timers:
        return self.as_of({**self.due, name: at})

    def without(self, *names: str) -> Timers:
        return self.as_of({name: at for name, at in self.due.items() if name not in names})

    def as_of(self, due: Mapping[str, datetime]) -> Timers:
        """These timers and no others; the same where nothing has changed."""
        return (
            self if dict(due) == dict(self.due) else replace(self, due=dict(due), revision=self.revision + 1)
        )


NO_TIMERS: Final = Timers()
