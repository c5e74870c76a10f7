"""Who is sent a copy of a step, by its policy and as things stand: found as approvers are, and asked nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.candidates import find
from services.approval.domain.planning.request import Request
from services.approval.domain.policies.references import place
from services.approval.domain.policies.settings.copying import USUAL_COPYING, Copied
from services.approval.domain.policies.step_rules import StepRules


@dataclass(frozen=True, slots=True)
class Copies:
    """`rule` is the path of what the policy says."""

    people: tuple[PersonId, ...]
    rule: str


def copies(key: str, request: Request) -> Copies:
    """Of a step of a route. The requester knows of it anyway. Late sources name those who are known by now.

    Raises TooManyChosen, PersonNotOffered where there is no case yet.
    """
    stage = request.policy.stage(request.stage)
    step = stage.step(place(stage.key, key).partition("/")[2])
    path = f"stages.{stage.key}.steps[{stage.steps.index(step)}].cc"
    found = find(step.copied, replace(request, opens=True), path, step.key)
    told = dict.fromkeys(person for one in found for person in one.people)
    return Copies(tuple(person for person in told if person != request.requester.id), path)


def is_copied(rules: StepRules, n: int, of: int) -> bool:
    """Whether the `n`th of the steps into which a chain is spread sends the copies: once for all, as it begins or is approved.

    With `ended` each does: any of them may be the last.
    """
    when = rules.copying.when
    return (when is Copied.OPENED and n == 1) or (when is Copied.APPROVED and n == of) or when is Copied.ENDED


def without_copies(rules: StepRules) -> StepRules:
    return replace(rules, copying=USUAL_COPYING)
