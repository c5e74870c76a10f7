"""Ballots fit their mode and can be won."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kernel.text import Text
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.policy import Per, PolicyStep
from services.approval.domain.policies.problems import PolicyProblem, problem
from services.approval.domain.policies.sources import (
    AuthoritySource,
    ChosenSource,
    FactSource,
    ManagerChain,
    ManagerSource,
    PersonSource,
    Source,
)

ANY_NUMBER: Final = 10**9
SENTENCES: Final = {
    "QUOTA_NEEDS_VOTE": Text(
        "pass 和 reject 只能用于 mode 为 vote 的步骤", "pass and reject are for steps in mode vote"
    ),
    "WEIGHT_NEEDS_VOTE": Text("weight 只能用于 mode 为 vote 的步骤", "weight is for steps in mode vote"),
    "WAIT_NEEDS_SEVERAL": Text(
        "wait 只能用于 mode 为 all 或 vote 的步骤", "wait is for steps in mode all or vote"
    ),
    "WAIT_HEARS_EVERYONE": Text(
        "wait 会等所有人表态，不能同时设置 reject", "With wait everyone is heard, so there is no reject"
    ),
    "PER_NEEDS_SEVERAL": Text(
        "per: source 不能用于 mode 为 single 的步骤", "per: source is not for steps in mode single"
    ),
    "NEVER_PASSES": Text(
        "{name} 票永远达不到：全部审批人合计只有更少的票",
        "{name} can never be reached: all together weigh less",
    ),
}


def ballot_problems(step: PolicyStep, path: str) -> Iterator[PolicyProblem]:
    """What can be said of a ballot before it is known who votes; the planner refuses the rest."""
    terms = step.terms
    for key, quota in (("pass", terms.passes), ("reject", terms.rejects)):
        if quota and step.mode is not Mode.VOTE:
            yield problem(SENTENCES, f"{path}.{key}", "QUOTA_NEEDS_VOTE")
    for place, source in enumerate(step.approvers):
        if source.weight != 1 and step.mode is not Mode.VOTE:
            yield problem(SENTENCES, f"{path}.approvers[{place}].weight", "WEIGHT_NEEDS_VOTE")
    if terms.waits and step.mode not in (Mode.ALL, Mode.VOTE):
        yield problem(SENTENCES, f"{path}.wait", "WAIT_NEEDS_SEVERAL")
    if terms.waits and terms.rejects:
        yield problem(SENTENCES, f"{path}.reject", "WAIT_HEARS_EVERYONE")
    if step.per is Per.SOURCE and step.mode is Mode.SINGLE:
        yield problem(SENTENCES, f"{path}.per", "PER_NEEDS_SEVERAL")
    if terms.passes and step.mode is Mode.VOTE and _most(step) < terms.passes.of(_most(step)):
        yield problem(SENTENCES, f"{path}.pass", "NEVER_PASSES", terms.passes)


def _most(step: PolicyStep) -> int:
    """The most that all who are asked could weigh together, whoever holds which post."""
    return sum(
        source.weight * (_people(source) if step.per is Per.PERSON else 1) for source in step.approvers
    )


def _people(source: Source) -> int:
    """How many people it may name."""
    match source:
        case PersonSource() | ManagerSource():
            return 1
        case ManagerChain(levels):
            return levels
        case FactSource(_, _, most) | ChosenSource(_, _, most):
            return most
        case AuthoritySource(_, chain) if not chain:
            return 1
    return ANY_NUMBER
