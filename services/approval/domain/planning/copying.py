"""Who is sent a copy of a step, by its policy and as things stand: found as approvers are, and asked nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.candidates import find
from services.approval.domain.planning.elsewhere import following
from services.approval.domain.planning.request import Request
from services.approval.domain.planning.route import Route
from services.approval.domain.policies.references import place
from services.approval.domain.policies.settings.copying import USUAL_COPYING, Copied
from services.approval.domain.policies.sources import Source
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
    return _found(step.copied, request, path, step.key)


def stage_copies(request: Request) -> Copies:
    """Of the stage itself, at its end."""
    stage = request.policy.stage(request.stage)
    return _found(stage.copied, request, f"stages.{stage.key}.cc", "")


def last_steps(route: Route) -> frozenset[str]:
    """The keys of the steps after which nobody decides any more: all of them have passed where the stage has."""
    deciding = {step.key for step in route.deciding}
    return frozenset(key for key in deciding if deciding.isdisjoint(following(route, key)))


def _found(sources: Iterable[Source], request: Request, path: str, key: str) -> Copies:
    found = find(sources, replace(request, opens=True), path, key)
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
