"""What is due of a step, and when. The map that the workflow keeps its timers by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

# Names of timers.
REMIND: Final = "remind"
ESCALATE: Final = "escalate"
OVERDUE: Final = "overdue"
# The window in which a decision can be taken back is over: the completion is delivered.
DELIVER: Final = "deliver"


@dataclass(frozen=True, slots=True)
class Rest:
    """A time in which a case was suspended; `until` is None as long as it is."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Timers:
    """`due` is when each timer fires next, by name. `revision` grows with every change, so that of two the newer is known.

    `stopped` are timers that stand still while the case rests, and when they would have fired. `rests` are those of the case
    that time is to be made up for.
    """

    due: Mapping[str, datetime] = field(default_factory=dict)
    revision: int = 0
    stopped: Mapping[str, datetime] = field(default_factory=dict)
    rests: tuple[Rest, ...] = ()

    def runs(self, name: str) -> bool:
        """Whether it is yet to fire, be it that it stands still."""
        return name in self.due or name in self.stopped

    def is_due(self, name: str, now: datetime) -> bool:
        """A timer that was taken off, or has moved into the future, is not."""
        at = self.due.get(name)
        return at is not None and at <= now

    def set(self, name: str, at: datetime) -> Timers:
        return self.as_of({**self.due, name: at})

    def without(self, *names: str) -> Timers:
        stopped = {name: at for name, at in self.stopped.items() if name not in names}
        left = self.as_of({name: at for name, at in self.due.items() if name not in names})
        return left if stopped == dict(self.stopped) else replace(left, stopped=stopped)

    def rest(self, since: datetime, *names: str) -> Timers:
        """The case is suspended: these stand still."""
        stopped = {name: at for name, at in self.due.items() if name in names}
        return replace(self.without(*names), stopped=stopped, rests=(*self.rests, Rest(since)))

    def go_on(self, now: datetime) -> Timers:
        """The case goes on: what stood still has the time that was left."""
        if not self.rests or self.rests[-1].until:
            return self
        *before, last = self.rests
        later = {name: at + (now - last.since) for name, at in self.stopped.items()}
        return replace(
            self.as_of({**self.due, **later}), stopped={}, rests=(*before, replace(last, until=now))
        )

    def over_at(self, since: datetime, lasting: timedelta) -> datetime:
        """When something is over that began then and lasts so long while the case does not rest."""
        over = since + lasting
        for rest in self.rests:
            if rest.until and since <= rest.since < over:
                over += rest.until - rest.since
        return over

    def as_of(self, due: Mapping[str, datetime]) -> Timers:
        """These timers and no others; the same where nothing has changed."""
        return (
            self if dict(due) == dict(self.due) else replace(self, due=dict(due), revision=self.revision + 1)
        )


NO_TIMERS: Final = Timers()
