"""What has to be known before a stage can be planned or one of its steps opened: finding out is not for free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.approval.domain.planning.exclusions import rules_about
from services.approval.domain.policies.policy import Choose, Policy, PolicyStep
from services.approval.domain.policies.references import place
from services.approval.domain.policies.sources import ChosenSource, DecidersSource, Source


@dataclass(frozen=True, slots=True)
class Needs:
    """`turns` and `experience` are places, `stage/key`; `related` are facts that name documents."""

    load: bool = False
    turns: frozenset[str] = frozenset()
    experience: frozenset[str] = frozenset()
    choices: bool = False
    decided: bool = False
    related: frozenset[str] = frozenset()
    hand: bool = False


def needs_of(policy: Policy, stage: str, key: str = "") -> Needs:
    """Of a whole stage, or of one step of its route."""
    rules = policy.stage(stage)
    wanted = place(stage, key).partition("/")[2]
    steps = [step for step in rules.steps if not key or step.key == wanted]
    rules_there = [rule for step in steps for rule in rules_about(policy.separation, f"{stage}/{step.key}")]
    about_requesters = [rule for rule in policy.separation if rule.requester and not key]
    return Needs(
        load=any(step.choose is Choose.LEAST_LOADED for step in steps),
        turns=_places(stage, steps, Choose.ROUND_ROBIN),
        experience=_places(stage, steps, Choose.MOST_EXPERIENCED),
        choices=any(isinstance(source, ChosenSource) for step in steps for source in step.approvers),
        decided=any(not rule.related for rule in rules_there)
        or any(map(_looks_back, steps))
        or (not key and _deciders_in(rules.copied)),
        related=frozenset(rule.related for rule in [*rules_there, *about_requesters] if rule.related),
        hand=rules.one_hand,
    )


def _places(stage: str, steps: list[PolicyStep], choose: Choose) -> frozenset[str]:
    return frozenset(f"{stage}/{step.key}" for step in steps if step.choose is choose)


def _looks_back(step: PolicyStep) -> bool:
    sources = (*step.approvers, *step.excepted, *step.copied)
    return step.choose is Choose.FAMILIAR or _deciders_in(sources)


def _deciders_in(sources: Iterable[Source]) -> bool:
    return any(isinstance(source, DecidersSource) for source in sources)
