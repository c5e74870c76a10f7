"""Visits of steps in few words: how far a stage has come."""

from __future__ import annotations

from dataclasses import dataclass

from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.steps.steps import StepState


@dataclass(frozen=True, slots=True)
class Walked:
    """How the latest visit of a step stands. `round` is that of its route."""

    key: str
    visit: int
    round: int
    state: StepState
    outcome: Outcome | None = None
    return_to: str = ""

    @property
    def ends_its_stage(self) -> bool:
        """Rejected, or returned to the requester."""
        given_back = self.outcome is Outcome.RETURNED and not self.return_to
        return given_back or self.outcome is Outcome.REJECTED
