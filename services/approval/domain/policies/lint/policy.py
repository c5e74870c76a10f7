"""A policy as a whole: every name known, every condition typed, every step reachable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import AsOf
from services.approval.domain.policies.conditions import can_be_named, conditions_over
from services.approval.domain.policies.lint.authorities import authority_problems, separation_problems
from services.approval.domain.policies.lint.empty import empty_problems, fallback_loops
from services.approval.domain.policies.lint.sources import Sources
from services.approval.domain.policies.lint.steps import stage_problems
from services.approval.domain.policies.policy import Policy
from services.approval.domain.policies.problems import PolicyProblem, problem

SENTENCES: Final = {
    "NAME_NOT_POSSIBLE": Text(
        "事实名 {name} 是条件语言的保留字", "{name} means something else in conditions already"
    ),
    "NO_STAGES": Text("策略没有任何阶段", "The policy has no stage"),
}


def find_problems(policy: Policy, directory: AsOf) -> tuple[PolicyProblem, ...]:
    """Everything that is wrong with the policy, in the order in which it is written."""
    return tuple(_problems(policy, directory))


def _problems(policy: Policy, directory: AsOf) -> Iterator[PolicyProblem]:
    nameable = {fact.key: fact.type for fact in policy.facts if can_be_named(fact.key)}
    for fact in policy.facts:
        if fact.key not in nameable:
            yield problem(SENTENCES, f"facts.{fact.key}", "NAME_NOT_POSSIBLE", fact.key)
    conditions = conditions_over(nameable)
    if not policy.stages:
        yield problem(SENTENCES, "stages", "NO_STAGES")
    for stage in policy.stages:
        yield from stage_problems(stage, policy, directory, conditions)
    sources = Sources(policy, directory)
    for fallback in policy.fallbacks:
        path = f"fallbacks.{fallback.name}"
        yield from sources.problems(fallback.approvers, f"{path}.approvers")
        yield from empty_problems(fallback.on_empty, f"{path}.on_empty", policy)
    yield from fallback_loops(policy)
    if policy.administrators:
        yield from sources.problems(policy.administrators, "administrators")
    for authority in policy.authorities:
        yield from authority_problems(authority, policy, directory)
    for rule in policy.separation:
        yield from separation_problems(rule, policy)
