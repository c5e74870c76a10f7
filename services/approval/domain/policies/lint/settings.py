"""Settings of a step that do not go together, with each other or with the step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kernel.text import Text
from services.approval.domain.policies.lint.deadlines import deadline_problems
from services.approval.domain.policies.policy import Policy, PolicyStep
from services.approval.domain.policies.problems import PolicyProblem, problem

SENTENCES: Final = {
    "UNDO_NEEDS_PEOPLE": Text(
        "automatic 步骤由系统决定，没有可撤回的决定",
        "An automatic step has no person's decision to take back",
    ),
}


def setting_problems(step: PolicyStep, path: str, policy: Policy) -> Iterator[PolicyProblem]:
    if step.rules.unattended.automatic and step.rules.acting.undo:
        yield problem(SENTENCES, f"{path}.undo", "UNDO_NEEDS_PEOPLE")
    if step.rules.deadline:
        yield from deadline_problems(step.rules.deadline, f"{path}.deadline", policy)
