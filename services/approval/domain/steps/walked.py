"""Visits of steps in few words: how far a stage has come, and what of it counts no longer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.steps.steps import StepState


@dataclass(frozen=True, slots=True)
class Walked:
    """How the latest visit of a step stands. `round` is that of its route. `is_held`: its completion may be taken back."""

    key: str
    visit: int
    round: int
    state: StepState
    outcome: Outcome | None = None
    return_to: str = ""
    is_held: bool = False

    @property
    def is_under_way(self) -> bool:
        """As the workflow sees it: of a completion that may be taken back it does not know."""
        return self.state is StepState.OPEN or self.is_held

    @property
    def has_passed(self) -> bool:
        """What follows may be opened, as far as this one goes."""
        return self.state is StepState.COMPLETED and self.outcome in (Outcome.APPROVED, Outcome.SKIPPED)

    @property
    def ends_its_stage(self) -> bool:
        """Rejected, or returned to the requester."""
        given_back = self.outcome is Outcome.RETURNED and not self.return_to
        return given_back or self.outcome is Outcome.REJECTED


@dataclass(frozen=True, slots=True)
class Past:
    """What a walk that has turned, back or elsewhere, counts no longer or without a decision, as its workflow says.

    As it was at the last of its `turns`: `void` are visits whose decision counts no more, by key; `passed` the steps that a
    jump has passed over, with how often each had been opened by then. `jumped` is the number of the last jump that was made.
    """

    turns: int = 0
    void: Mapping[str, int] = field(default_factory=dict)
    passed: Mapping[str, int] = field(default_factory=dict)
    jumped: int = 0


NO_PAST: Final = Past()


def passed(walked: Mapping[str, Walked], round: int, past: Past) -> set[str]:
    """The keys of the steps behind which a walk goes on: what was decided and still counts, and what a jump has passed over.

    `walked` is the latest visit of each step, whatever its round.
    """
    decided = {
        key
        for key, one in walked.items()
        if one.round == round and one.has_passed and past.void.get(key) != one.visit
    }
    visits = {key: one.visit for key, one in walked.items()}
    return decided | {key for key, visit in past.passed.items() if visits.get(key, 0) == visit}
