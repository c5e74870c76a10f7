"""Urging: whoever waits for a step has those reminded who have it, now and then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.approval.domain.steps.refusals import UrgedAlready, WorkItemClosed
from services.approval.domain.steps.steps import Step, StepState


def urge(step: Step, at: datetime) -> Step:
    """Raises UrgedAlready within the policy's interval, WorkItemClosed where nobody is asked any more."""
    if step.state is not StepState.OPEN:
        raise WorkItemClosed(state=step.state.value)
    if step.urged_at is not None and at < (again := step.urged_at + step.rules.acting.urge):
        raise UrgedAlready(next_time=again)
    return replace(step, urged_at=at)
