"""Steps that refer to others: to steps that are behind when it comes to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kernel.text import Text
from services.approval.domain.policies.policy import Choose, Policy, PolicyStep, Stage
from services.approval.domain.policies.problems import PolicyProblem, problem
from services.approval.domain.policies.references import ANY, means, whole
from services.approval.domain.policies.sources import ChosenSource, DecidersSource, is_late

SENTENCES: Final = {
    "UNKNOWN_STEP": Text("没有步骤 {name}", "There is no step {name}"),
    "NOT_BEFORE": Text("步骤 {name} 不在此步骤之前", "The step {name} does not come before this one"),
    "LATE_NEEDS_ADMINISTRATORS": Text(
        "步骤开始时才确定审批人：请指定管理员（administrators），以免无人可审",
        "Who decides is settled when the step opens: name administrators, for the case that it is nobody",
    ),
    "SEPARATED": Text(
        "职责分离规则 {name} 排除了这些人", "The separation of duties {name} keeps these people from it"
    ),
}


def reference_problems(step: PolicyStep, path: str, stage: Stage, policy: Policy) -> Iterator[PolicyProblem]:
    for place, source in enumerate(step.approvers):
        at = f"{path}.approvers[{place}]"
        match source:
            case ChosenSource(reference):
                yield from must_be_before(reference, f"{at}.chosen_by", step, stage, policy)
            case DecidersSource(reference):
                yield from must_be_before(reference, f"{at}.deciders_of", step, stage, policy)
                yield from _separated(reference, f"{at}.deciders_of", step, stage, policy)
    for place, source in enumerate(step.excepted):
        if isinstance(source, DecidersSource):
            at = f"{path}.except[{place}].deciders_of"
            yield from must_be_before(source.step, at, step, stage, policy)
    if step.choose is Choose.FAMILIAR and step.familiar:
        yield from must_be_before(step.familiar, f"{path}.choose.familiar", step, stage, policy)
        yield from _separated(step.familiar, f"{path}.choose.familiar", step, stage, policy)
    if is_settled_late(step, stage, policy) and not policy.administrators:
        yield problem(SENTENCES, f"{path}.approvers", "LATE_NEEDS_ADMINISTRATORS")


def is_settled_late(step: PolicyStep, stage: Stage, policy: Policy) -> bool:
    """Whether somebody else may have to decide when the step opens than was planned."""
    return any(map(is_late, (*step.approvers, *step.excepted))) or any(
        means(reference, f"{stage.key}/{step.key}") for rule in policy.separation for reference in rule.steps
    )


def known_steps(policy: Policy) -> frozenset[str]:
    """Every whole reference that means something, those to whole stages included."""
    steps = {f"{stage.key}/{step.key}" for stage in policy.stages for step in stage.steps}
    return frozenset(steps | {f"{stage.key}/{ANY}" for stage in policy.stages})


def must_be_known(reference: str, path: str, stage: Stage, policy: Policy) -> Iterator[PolicyProblem]:
    """A step of this stage or of another, as seen from the stage."""
    place = whole(reference, stage.key)
    if place not in known_steps(policy) or place.endswith(ANY):
        yield problem(SENTENCES, path, "UNKNOWN_STEP", reference)


def must_be_before(
    reference: str, path: str, step: PolicyStep, stage: Stage, policy: Policy
) -> Iterator[PolicyProblem]:
    place = whole(reference, stage.key)
    if place not in known_steps(policy) or place.endswith(ANY):
        yield problem(SENTENCES, path, "UNKNOWN_STEP", reference)
    elif place.startswith(f"{stage.key}/") and place.partition("/")[2] not in _before(step, stage):
        yield problem(SENTENCES, path, "NOT_BEFORE", reference)


def _before(step: PolicyStep, stage: Stage) -> set[str]:
    """The keys of all that is behind when it comes to the step."""
    after = {one.key: one.after for one in stage.steps}
    found: set[str] = set()
    left = list(step.after)
    while left:
        key = left.pop()
        if key not in found:
            found.add(key)
            left += after.get(key, ())
    return found


def _separated(
    reference: str, path: str, step: PolicyStep, stage: Stage, policy: Policy
) -> Iterator[PolicyProblem]:
    """Whoever decided the one may never decide the other: nobody would be left."""
    both = (whole(reference, stage.key), f"{stage.key}/{step.key}")
    for rule in policy.separation:
        if not rule.related and all(any(means(one, place) for one in rule.steps) for place in both):
            yield problem(SENTENCES, path, "SEPARATED", rule.key)
