"""Choices that come with a decision: whom the approver of a step names for later ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.choices import (
    among_whom,
    awaited,
    must_be_asked,
    must_be_made,
    must_be_possible,
)
from services.approval.domain.planning.route import RouteStep
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.policy import Policy
from services.approval.domain.policies.references import place
from services.approval.domain.policies.sources import ChosenSource
from services.approval.domain.steps.steps import Step
from services.approval.use_cases.item_acts.acting import Acting
from services.approval.use_cases.planning import request_at


async def keep_choices(
    choices: Mapping[str, tuple[PersonId, ...]], outcome: Outcome, act: Acting, after: Step
) -> None:
    """With the decision that approves the step, everybody has to be named; with one before, some may be.

    Raises ChoiceNotAsked, ChoiceNeeded, TooManyChosen, PersonNotOffered, RequesterChosen.
    """
    name, case, uow = act.step.name, act.case, act.uow
    here = place(name.stage, name.key)
    steps = await to_choose_for(act, outcome)
    must_be_asked(choices, steps)
    if not steps:
        return
    request = await request_at(case, name.stage, act.at, uow)
    for key, people in choices.items():
        must_be_possible(key, people, here, request)
    if after.outcome is Outcome.APPROVED:
        before = await uow.history.chosen_by(name)
        must_be_made({**before, **choices}, steps)
    uow.history.choose(name, act.actor.person, choices, act.at)


def lets_choose(policy: Policy, stage: str, here: str) -> bool:
    """Whether any step of the stage is decided by people whom this one chooses."""
    return any(
        isinstance(source, ChosenSource) and f"{stage}/{source.step}" == here
        for step in policy.stage(stage).steps
        for source in step.approvers
    )


async def to_choose_for(act: Acting, outcome: Outcome) -> tuple[RouteStep, ...]:
    """The later steps whose approvers come with this decision."""
    name, case = act.step.name, act.case
    here = place(name.stage, name.key)
    policy = await act.uow.policies.version(case.name.process, case.policy)
    if outcome is not Outcome.APPROVED or not lets_choose(policy, name.stage, here):
        return ()
    view = await act.uow.routes.latest(case.name, name.stage)
    return awaited(view.route, here) if view else ()


@dataclass(frozen=True, slots=True)
class ToChoose:
    """`people` are those among whom to choose, None for anybody; `is_needed`: the decision is refused without."""

    step: RouteStep
    people: tuple[PersonId, ...] | None
    most: int
    is_needed: bool


async def choices_of(act: Acting, after: Step) -> tuple[ToChoose, ...]:
    """What comes with an approval that makes this of the step."""
    steps = await to_choose_for(act, Outcome.APPROVED)
    if not steps:
        return ()
    name = act.step.name
    request = await request_at(act.case, name.stage, act.at, act.uow)
    before = await act.uow.history.chosen_by(name) if after.outcome is Outcome.APPROVED else {}
    found = []
    for step in steps:
        people, most = among_whom(step.key, place(name.stage, name.key), request)
        needed = after.outcome is Outcome.APPROVED and not before.get(step.key)
        found.append(ToChoose(step, people, most, needed))
    return tuple(found)
