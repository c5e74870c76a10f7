"""How long a step may take, and what happens on the way to its end and at it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.approval.domain.time.spans import Span


class Superior(StrEnum):
    """Who is turned to when people do not decide in time."""

    NEXT_UP = "next_up"
    """The line manager of whoever has it."""
    ADMINISTRATOR = "administrator"
    FALLBACK = "fallback"
    """Whom a fallback of the policy names."""


@dataclass(frozen=True, slots=True)
class Target:
    """`fallback` is the name of one, with FALLBACK."""

    superior: Superior = Superior.NEXT_UP
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Reminders:
    """`before` the end; then `every` so often after it, at most so many times."""

    before: tuple[Span, ...] = ()
    every: Span | None = None
    most: int = 3


class Escalates(StrEnum):
    TELLS = "tells"
    """They are told; whoever has it keeps it."""
    GIVES = "gives"
    """It is theirs now."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """Once: `before` the end, or `after` it; at the end where neither is said."""

    to: Target = Target()
    how: Escalates = Escalates.TELLS
    before: Span | None = None
    after: Span | None = None


class OnOverdue(StrEnum):
    """What the system does when the end is there and the step is open."""

    NOTHING = "nothing"
    """It is written down, and shown as overdue."""
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    """To the requester."""
    TRANSFER = "transfer"


class Visits(StrEnum):
    """What a step that is walked again has of time."""

    RESTART = "restart"
    """All of it."""
    KEEP = "keep"
    """What its last visit has left."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """`transfer_to` is whose it becomes with TRANSFER."""

    within: Span
    remind: Reminders = Reminders()
    escalate: Escalation | None = None
    on_overdue: OnOverdue = OnOverdue.NOTHING
    transfer_to: Target = Target()
    clock: Visits = Visits.RESTART

    @property
    def ends_the_step(self) -> bool:
        return self.on_overdue in ENDS

    @property
    def targets(self) -> tuple[Target, ...]:
        """Everybody it may turn to."""
        escalated = (self.escalate.to,) if self.escalate else ()
        return (*escalated, self.transfer_to) if self.on_overdue is OnOverdue.TRANSFER else escalated


ENDS: Final = (OnOverdue.APPROVE, OnOverdue.REJECT, OnOverdue.RETURN)
