"""Choices that come with a decision: whom the approver of a step names for later ones."""

from __future__ import annotations

from collections.abc import Mapping

from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.choices import (
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
    policy = await uow.policies.version(case.name.process, case.policy)
    if outcome is not Outcome.APPROVED or not lets_choose(policy, name.stage, here):
        must_be_asked(choices, ())
        return
    steps = await _awaited(act, here)
    must_be_asked(choices, steps)
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


async def _awaited(act: Acting, here: str) -> tuple[RouteStep, ...]:
    view = await act.uow.routes.latest(act.case.name, act.step.name.stage)
    return awaited(view.route, here) if view else ()
