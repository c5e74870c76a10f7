"""Deadlines turn to somebody there is, and say nothing that can never happen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kernel.text import Text
from services.approval.domain.policies.lint.empty import empty_problems
from services.approval.domain.policies.policy import Empty, OnEmpty, Policy
from services.approval.domain.policies.problems import PolicyProblem, problem
from services.approval.domain.policies.settings.deadline import (
    Deadline,
    Escalation,
    OnOverdue,
    Superior,
    Target,
    Visits,
)

SENTENCES: Final = {
    "NEVER_REACHED": Text(
        "到期时步骤已由系统结束，到期之后不会再有动作",
        "The system ends the step at its deadline, so nothing comes after that",
    ),
    "LONGER_THAN_WITHIN": Text(
        "早于步骤开始，永远不会发生", "That would be before the step begins, so it never comes"
    ),
    "BEFORE_AND_AFTER": Text("before 与 after 只能写一个", "Either before or after, not both"),
    "KEPT_AND_RETURNED": Text(
        "clock 为 keep 时不能到期自动退回：再次到达时已无时间，会不断退回",
        "With clock: keep a step that returns when it is overdue has no time when it is walked again, and returns for ever",
    ),
}
ENDINGS: Final = {Superior.FALLBACK: OnEmpty.FALLBACK, Superior.ADMINISTRATOR: OnEmpty.ADMINISTRATOR}


def deadline_problems(deadline: Deadline, path: str, policy: Policy) -> Iterator[PolicyProblem]:
    for place, span in enumerate(deadline.remind.before):
        if span.exceeds(deadline.within):
            yield problem(SENTENCES, f"{path}.remind[{place}]", "LONGER_THAN_WITHIN")
    if deadline.ends_the_step and deadline.remind.every:
        yield problem(SENTENCES, f"{path}.remind.every", "NEVER_REACHED")
    if deadline.clock is Visits.KEEP and deadline.on_overdue is OnOverdue.RETURN:
        yield problem(SENTENCES, f"{path}.clock", "KEPT_AND_RETURNED")
    if deadline.escalate:
        yield from _escalation_problems(deadline, deadline.escalate, f"{path}.escalate", policy)
    if deadline.on_overdue is OnOverdue.TRANSFER:
        yield from _target_problems(deadline.transfer_to, f"{path}.on_overdue.transfer", policy)


def _escalation_problems(
    deadline: Deadline, escalation: Escalation, path: str, policy: Policy
) -> Iterator[PolicyProblem]:
    yield from _target_problems(escalation.to, f"{path}.to", policy)
    if escalation.before and escalation.after:
        yield problem(SENTENCES, path, "BEFORE_AND_AFTER")
    elif escalation.before and escalation.before.exceeds(deadline.within):
        yield problem(SENTENCES, f"{path}.before", "LONGER_THAN_WITHIN")
    elif deadline.ends_the_step and not escalation.before:
        yield problem(SENTENCES, path, "NEVER_REACHED")


def _target_problems(target: Target, path: str, policy: Policy) -> Iterator[PolicyProblem]:
    if target.superior in ENDINGS:
        yield from empty_problems(Empty(ENDINGS[target.superior], target.fallback), path, policy)
