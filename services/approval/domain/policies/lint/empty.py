"""Where nobody could decide, there is somebody else to turn to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kernel.text import Text
from services.approval.domain.policies.lint.cycles import find_cycle
from services.approval.domain.policies.policy import Empty, OnEmpty, Policy
from services.approval.domain.policies.problems import PolicyProblem, problem

SENTENCES: Final = {
    "NO_ADMINISTRATORS": Text(
        "策略没有指定管理员（administrators）", "The policy names no administrators to turn to"
    ),
    "UNKNOWN_FALLBACK": Text("没有名为 {name} 的备用审批人", "There is no fallback {name}"),
    "FALLBACK_LOOP": Text("备用审批人互相指向：{name}", "The fallbacks lead back to each other: {name}"),
}


def empty_problems(empty: Empty, path: str, policy: Policy) -> Iterator[PolicyProblem]:
    if empty.action is OnEmpty.ADMINISTRATOR and not policy.administrators:
        yield problem(SENTENCES, path, "NO_ADMINISTRATORS")
    if empty.fallback and empty.fallback not in {fallback.name for fallback in policy.fallbacks}:
        yield problem(SENTENCES, f"{path}.fallback", "UNKNOWN_FALLBACK", empty.fallback)


def fallback_loops(policy: Policy) -> Iterator[PolicyProblem]:
    cycle = find_cycle({one.name: tuple(filter(None, (one.on_empty.fallback,))) for one in policy.fallbacks})
    if cycle:
        yield problem(
            SENTENCES, f"fallbacks.{cycle[0]}.on_empty.fallback", "FALLBACK_LOOP", " → ".join(cycle)
        )
