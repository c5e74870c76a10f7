"""Routes under way: what a jump passes over, and how what was not reached yet is changed. A step never leaves its route."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kernel.errors import AlreadyExists, FailedPrecondition, InvalidArgument
from kernel.text import Text
from services.approval.domain.people.directory import AsOf, PersonId
from services.approval.domain.planning.route import Approver, Route, RouteStep, Skipped, Why
from services.approval.domain.policies.ballot import Mode, needed_to_pass

MOST_STEPS: Final = 200


class NoSuchStep(InvalidArgument):
    """Unknown to the route, or skipped in it."""

    zh = "路线中没有要审批的步骤 {step}"
    en = "The route has no step {step} to be decided"


class StepReached(FailedPrecondition):
    zh = "步骤 {step} 已经开始，只能修改尚未到达的步骤"
    en = "The step {step} has begun; only what was not reached yet can be changed"


class StepKeyTaken(AlreadyExists):
    zh = "路线中已有步骤 {step}"
    en = "The route has a step {step} already"


class CannotDecide(FailedPrecondition):
    """The requester, or nobody of the directory."""

    zh = "{person} 是申请人或不在职，不能审批"
    en = "{person} is the requester or not active, and cannot decide"


class LastStep(FailedPrecondition):
    zh = "这是最后一个要审批的步骤，不能移除"
    en = "It is the last step to be decided and cannot be taken out"


class TooFewToPass(FailedPrecondition):
    zh = "步骤 {step} 的人数不足以通过表决"
    en = "With so few people the vote of {step} can never pass"


@dataclass(frozen=True, slots=True)
class StageJump:
    """The `n`th time that a walk went on elsewhere."""

    n: int
    to: str
    over: tuple[str, ...] = ()


def deciding_step(route: Route, key: str) -> RouteStep:
    """Raises NoSuchStep."""
    for step in route.deciding:
        if step.key == key:
            return step
    raise NoSuchStep(field="step", step=key)


def leading_to(route: Route, key: str) -> tuple[str, ...]:
    """The keys of all steps before this one, near and far, in the order of the route."""
    before = set(route.step(key).after)
    for step in reversed(route.steps):
        if step.key in before:
            before.update(step.after)
    return tuple(step.key for step in route.steps if step.key in before)


def following(route: Route, key: str) -> tuple[str, ...]:
    return tuple(step.key for step in route.steps if key in leading_to(route, step.key))


def asked_instead(
    route: Route, key: str, people: Sequence[PersonId], requester: PersonId, today: AsOf, said: Text
) -> Route:
    """The step asks these people: a pool where one decides, everyone else where several do.

    Raises NoSuchStep, CannotDecide, TooFewToPass.
    """
    step = deciding_step(route, key)
    must_be_able(people, requester, today)
    why = Why(route.policy, "override", route.directory_version, said)
    groups = [tuple(people)] if step.mode is Mode.SINGLE else [(person,) for person in people]
    approvers = tuple(Approver(group, why) for group in groups)
    if needed_to_pass(step.mode, step.terms, len(approvers)) > len(approvers):
        raise TooFewToPass(step=key)
    return _with(route, replace(step, approvers=approvers, deferred=(), override=said))


def put_in(route: Route, new: RouteStep, behind: str, reached: Collection[str]) -> Route:
    """The route with a step directly behind another: what waits for that and was not reached waits for the new one.

    Raises NoSuchStep, StepKeyTaken, StepReached where all that follows has begun already.
    """
    deciding_step(route, behind)
    if any(step.key == new.key for step in route.steps) or len(route.steps) >= MOST_STEPS:
        raise StepKeyTaken(field="key", step=new.key)
    waiting = [step for step in route.steps if behind in step.after]
    if any(step.key in reached for step in waiting):
        raise StepReached(field="behind", step=next(step.key for step in waiting if step.key in reached))
    place = next(n for n, step in enumerate(route.steps) if step.key == behind) + 1
    rest = (
        replace(step, after=tuple(new.key if key == behind else key for key in step.after))
        for step in route.steps[place:]
    )
    return replace(route, steps=(*route.steps[:place], replace(new, after=(behind,)), *rest))


def taken_out(route: Route, key: str, reached: Collection[str], said: Text) -> Route:
    """The route in which nobody decides that step. Raises NoSuchStep, StepReached, LastStep."""
    step = deciding_step(route, key)
    must_be_ahead(key, reached)
    if len(route.deciding) == 1:
        raise LastStep(field="step", step=key)
    return _with(route, replace(step, skipped=Skipped.REMOVED, why=said, override=said))


def passed_over(route: Route, keys: Collection[str], said: Text) -> Route:
    """The route that says which of its steps a jump has passed over."""
    steps = (
        replace(step, override=said) if step.key in keys and not step.skipped else step
        for step in route.steps
    )
    return replace(route, steps=tuple(steps))


def must_be_ahead(key: str, reached: Collection[str]) -> None:
    """Raises StepReached."""
    if key in reached:
        raise StepReached(field="step", step=key)


def must_be_able(people: Sequence[PersonId], requester: PersonId, today: AsOf) -> None:
    """Raises CannotDecide."""
    for person in people:
        if person == requester or today.person(person) is None:
            raise CannotDecide(field="people", person=person)


def _with(route: Route, changed: RouteStep) -> Route:
    return replace(route, steps=tuple(changed if step.key == changed.key else step for step in route.steps))
