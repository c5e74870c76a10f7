"""Ballots: how the decisions of those who are asked add up to the outcome of a step. One rule for every mode."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Mode(StrEnum):
    """How a step comes to its outcome."""

    SINGLE = "single"
    """One person or one pool decides."""
    ALL = "all"
    """会签: everyone must approve."""
    ANY = "any"
    """或签: everyone is asked, the first decision counts."""
    VOTE = "vote"
    """票签: so much approval passes, by count, by share or by weight."""
    SEQUENTIAL = "sequential"
    """顺签: everyone must approve, one after another."""


class Outcome(StrEnum):
    """What a decision says, and what a step comes to."""

    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    SKIPPED = "skipped"
    """Somebody has abstained: their weight is out of the ballot. Of a step: everybody has; it is passed."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How much is enough: a count, or a share `part/whole` of all weight, `more_than` it or at least it."""

    count: int = 0
    part: int = 0
    whole: int = 1
    more_than: bool = False

    def of(self, weight: int) -> int:
        """The weight that is enough where all together weigh so much; more than that where it can never be reached."""
        if self.count:
            return self.count
        full, rest = divmod(weight * self.part, self.whole)
        return max(1, full + (1 if rest or self.more_than else 0))

    def __str__(self) -> str:
        if self.count:
            return str(self.count)
        if self == MAJORITY:
            return "majority"
        return f"{self.part}%" if self.whole == 100 else f"{self.part}/{self.whole}"


MAJORITY = Quota(part=1, whole=2, more_than=True)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a mode leaves open. `passes` and `rejects` are for votes; without `rejects`, a vote is lost once it cannot be won.

    With `waits` everyone is heard before the outcome stands; otherwise it stands as soon as nobody could change it.
    """

    passes: Quota | None = None
    rejects: Quota | None = None
    waits: bool = False


NO_TERMS = Terms()

# The weight of somebody's decision and what it says, None while it is awaited.
Vote: TypeAlias = tuple[int, Outcome | None]


def outcome_of(mode: Mode, terms: Terms, votes: Iterable[Vote]) -> Outcome | None:
    """What the votes come to, None while that is open. Whoever returns the document ends the step: it is not a vote.

    Who abstains leaves the ballot; where that leaves less than was needed, all that is left is enough.
    """
    asked = tuple(votes)
    if any(said is Outcome.RETURNED for _, said in asked):
        return Outcome.RETURNED
    votes = tuple(vote for vote in asked if vote[1] is not Outcome.SKIPPED)
    if asked and not votes:
        return Outcome.SKIPPED
    weight = sum(weight for weight, _ in votes)
    approved = sum(weight for weight, said in votes if said is Outcome.APPROVED)
    rejected = sum(weight for weight, said in votes if said is Outcome.REJECTED)
    awaited = weight - approved - rejected
    if terms.waits and awaited:
        return None
    needed = min(weight, needed_to_pass(mode, terms, weight))
    if approved >= needed:
        return Outcome.APPROVED
    if approved + awaited < needed or rejected >= enough_to_reject(mode, terms, weight):
        return Outcome.REJECTED
    return None


def needed_to_pass(mode: Mode, terms: Terms, weight: int) -> int:
    """The weight of approvals that passes a step in which all together weigh so much."""
    if mode is Mode.VOTE:
        return (terms.passes or MAJORITY).of(weight)
    return weight if mode in (Mode.ALL, Mode.SEQUENTIAL) else 1


def enough_to_reject(mode: Mode, terms: Terms, weight: int) -> int:
    """The weight of rejections that ends it; more than there is where only lost hope does."""
    if mode is Mode.VOTE:
        return terms.rejects.of(weight) if terms.rejects else weight + 1
    return 1
