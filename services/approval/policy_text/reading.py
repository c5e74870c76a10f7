"""Policies as people write them: YAML read into a policy, or everything that is wrong with it.

An example is `policy_files/expense-claim.yaml`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

from services.approval.domain.people.directory import AsOf
from services.approval.domain.policies.ballot import Mode, Terms
from services.approval.domain.policies.facts import FactType
from services.approval.domain.policies.policy import (
    Choose,
    Deadline,
    Empty,
    FactDeclaration,
    Fallback,
    ManagerChain,
    ManagerSource,
    OnEmpty,
    OnRepeat,
    OnRequester,
    Per,
    PersonSource,
    Policy,
    PolicyStep,
    PostSource,
    Source,
    Stage,
    Where,
)
from services.approval.domain.policies.policy_rules import PolicyNotValid, PolicyProblem, find_problems
from services.approval.policy_text.words import FACT_KEY, Words
from services.approval.policy_text.yaml_tree import Fields, Node, NotYaml, Scalar, read_tree

SOURCES: Final = ("person", "post", "manager", "managers_up_to")
MOST_FACTS: Final = 100
MOST_STAGES: Final = 20
MOST_STEPS: Final = 50
MOST_SOURCES: Final = 20
MOST_LEVELS: Final = 20
MOST_WEIGHT: Final = 1000
MOST_REMINDERS: Final = 10
LONGEST_CONDITION: Final = 1000


def examine_policy(yaml: str, directory: AsOf) -> tuple[Policy | None, tuple[PolicyProblem, ...]]:
    """The policy as it would be published on that day, or None and everything that is wrong with it."""
    policy, problems = read_policy(yaml)
    if policy is not None:
        problems = find_problems(policy, directory)
    return (None if problems else policy), problems


def policy_to_publish(yaml: str, directory: AsOf) -> Policy:
    """The policy, checked. Raises PolicyNotValid with all problems."""
    policy, problems = examine_policy(yaml, directory)
    if policy is None:
        raise PolicyNotValid(problems)
    return policy


@lru_cache(maxsize=256)
def published_policy(yaml: str, version: int) -> Policy:
    """A policy that was published before, read again; kept, since every plan needs one. Raises PolicyNotValid."""
    policy, problems = read_policy(yaml)
    if policy is None:
        raise PolicyNotValid(problems)
    return policy.published(version)


def read_policy(yaml: str) -> tuple[Policy | None, tuple[PolicyProblem, ...]]:
    """The policy as written, its names and conditions not looked at, or None and what cannot be read."""
    words = Words()
    try:
        policy = _policy(words, read_tree(yaml))
    except NotYaml as error:
        return None, (error.problem,)
    return (None if words.problems else policy), tuple(words.problems)


def _policy(words: Words, node: Node) -> Policy:
    fields = words.fields(
        node, needs=("process", "title", "stages"), may=("facts", "fallbacks", "administrators")
    )
    return Policy(
        words.key(fields.get("process")),
        words.title(fields.get("title")),
        tuple(
            _fact(words, key, fact)
            for key, fact in words.named(fields.get("facts"), MOST_FACTS, FACT_KEY).items()
        ),
        tuple(
            _stage(words, key, stage) for key, stage in words.named(fields.get("stages"), MOST_STAGES).items()
        ),
        tuple(
            _fallback(words, key, fallback)
            for key, fallback in words.named(fields.get("fallbacks"), MOST_STEPS).items()
        ),
        _sources(words, fields.get("administrators")),
    )


def _fact(words: Words, key: str, node: Node) -> FactDeclaration:
    fields = words.fields(node, needs=("type", "title"), may=("default",))
    type = words.choice(fields.get("type"), FactType, FactType.TEXT)
    default = words.fact(fields["default"], type) if "default" in fields else None
    return FactDeclaration(key, type, words.title(fields.get("title")), default)


def _stage(words: Words, key: str, node: Node) -> Stage:
    fields = words.fields(node, needs=("title", "steps"), may=("repeated_approver", "may_be_empty"))
    steps: list[PolicyStep] = []
    for step in words.items(fields.get("steps"), MOST_STEPS):
        steps.append(_step(words, step, (steps[-1].key,) if steps else ()))
    return Stage(
        key,
        words.title(fields.get("title")),
        tuple(steps),
        words.choice(fields.get("repeated_approver"), OnRepeat, OnRepeat.KEEP_ALL),
        words.flag(fields.get("may_be_empty")),
    )


def _step(words: Words, node: Node, before: tuple[str, ...]) -> PolicyStep:
    fields = words.fields(
        node,
        needs=("key", "title", "approvers"),
        may=(
            *("mode", "pass", "reject", "wait", "per"),
            *("when", "after", "on_empty", "requester_is_approver", "choose", "deadline"),
        ),
    )
    after = fields.get("after")
    return PolicyStep(
        words.key(fields.get("key")),
        words.title(fields.get("title")),
        _sources(words, fields.get("approvers")),
        words.choice(fields.get("mode"), Mode, Mode.SINGLE),
        words.text(fields["when"], LONGEST_CONDITION, lines=True) if "when" in fields else "",
        before if after is None else tuple(words.key(key) for key in words.items(after, MOST_STEPS)),
        _empty(words, fields.get("on_empty")),
        words.choice(fields.get("requester_is_approver"), OnRequester, OnRequester.FORBID),
        words.choice(fields.get("choose"), Choose, Choose.POOL),
        Terms(
            words.quota(fields.get("pass")), words.quota(fields.get("reject")), words.flag(fields.get("wait"))
        ),
        words.choice(fields.get("per"), Per, Per.PERSON),
        _deadline(words, fields["deadline"]) if "deadline" in fields else None,
    )


def _fallback(words: Words, name: str, node: Node) -> Fallback:
    fields = words.fields(node, needs=("approvers",), may=("on_empty",))
    return Fallback(name, _sources(words, fields.get("approvers")), _empty(words, fields.get("on_empty")))


def _empty(words: Words, node: Node | None) -> Empty:
    if isinstance(node, Fields):
        fields = words.fields(node, needs=("fallback",))
        return Empty(OnEmpty.FALLBACK, words.key(fields.get("fallback")))
    action = words.choice(node, OnEmpty, OnEmpty.REFUSE)
    if node is not None and action is OnEmpty.FALLBACK:
        words.refuse(node.path, "FALLBACK_UNNAMED")
    return Empty(action)


def _deadline(words: Words, node: Node) -> Deadline:
    fields = words.fields(node, needs=("within",), may=("remind",))
    remind = words.items(fields.get("remind"), MOST_REMINDERS)
    return Deadline(words.duration(fields.get("within")), tuple(words.duration(one) for one in remind))


def _sources(words: Words, node: Node | None) -> tuple[Source, ...]:
    return tuple(_source(words, source) for source in words.items(node, MOST_SOURCES))


def _source(words: Words, node: Node) -> Source:
    kinds = [kind for kind in SOURCES if isinstance(node, Fields) and kind in node.nodes]
    if not kinds:
        words.refuse(node.path, "NOT_A_SOURCE", ", ".join(SOURCES))
        return PersonSource("")
    kind = kinds[0]
    fields = words.fields(node, needs=(kind,), may=("weight", "in") if kind == "post" else ("weight",))
    named, weight = fields.get(kind), words.whole(fields.get("weight"), 1, MOST_WEIGHT)
    match kind:
        case "person":
            return PersonSource(words.id(named), weight)
        case "manager":
            return ManagerSource(words.whole(named, 1, MOST_LEVELS), weight)
        case "managers_up_to":
            return ManagerChain(words.whole(named, 1, MOST_LEVELS), weight)
    return replace(_placed(words, words.id(named), fields.get("in")), weight=weight)


def _placed(words: Words, post: str, node: Node | None) -> PostSource:
    if isinstance(node, Fields) and "levels_up" in node.nodes:
        levels = words.whole(words.fields(node, needs=("levels_up",)).get("levels_up"), 1, MOST_LEVELS)
        return PostSource(post, Where.REQUESTERS, levels_up=levels)
    if isinstance(node, Fields):
        organisation = words.id(words.fields(node, needs=("organisation",)).get("organisation"))
        return PostSource(post, Where.NAMED, organisation)
    if isinstance(node, Scalar) and node.text == Where.NAMED:
        words.refuse(node.path, "ORGANISATION_UNNAMED")
    return PostSource(post, words.choice(node, Where, Where.ANYWHERE))
