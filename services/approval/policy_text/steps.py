"""Stages and their steps, and who is asked in place of those who are missing."""

from __future__ import annotations

from typing import Final

from services.approval.domain.policies.ballot import Mode, Terms
from services.approval.domain.policies.policy import (
    Choose,
    Empty,
    Fallback,
    OnEmpty,
    OnRepeat,
    OnRequester,
    Per,
    PolicyStep,
    Stage,
)
from services.approval.policy_text import step_rules
from services.approval.policy_text.settings import copying
from services.approval.policy_text.sources import read_sources
from services.approval.policy_text.words import Words
from services.approval.policy_text.yaml_tree import Fields, Node

MOST_STEPS: Final = 50
LONGEST_CONDITION: Final = 1000


def read_stage(words: Words, key: str, node: Node) -> Stage:
    fields = words.fields(
        node, needs=("title", "steps"), may=("repeated_approver", "may_be_empty", "one_hand", *copying.KEYS)
    )
    steps: list[PolicyStep] = []
    for step in words.items(fields.get("steps"), MOST_STEPS):
        steps.append(_step(words, step, (steps[-1].key,) if steps else ()))
    return Stage(
        key,
        words.title(fields.get("title")),
        tuple(steps),
        words.choice(fields.get("repeated_approver"), OnRepeat, OnRepeat.KEEP_ALL),
        words.flag(fields.get("may_be_empty")),
        words.flag(fields.get("one_hand")),
        copying.read(words, fields),
        copying.read_people(words, fields),
    )


def read_fallback(words: Words, name: str, node: Node) -> Fallback:
    fields = words.fields(node, needs=("approvers",), may=("on_empty",))
    return Fallback(name, read_sources(words, fields.get("approvers")), _empty(words, fields.get("on_empty")))


def _step(words: Words, node: Node, before: tuple[str, ...]) -> PolicyStep:
    # Where the system decides, nobody is named: the linter says so where somebody is.
    decided = isinstance(node, Fields) and "automatic" in node.nodes
    fields = words.fields(
        node,
        needs=("key", "title", *(() if decided else ("approvers",))),
        may=(
            *(("approvers",) if decided else ()),
            *("mode", "pass", "reject", "wait", "per"),
            *("when", "after", "on_empty", "requester_is_approver", "choose", "except"),
            *step_rules.KEYS,
        ),
    )
    after = fields.get("after")
    choose, familiar = _choose(words, fields.get("choose"))
    return PolicyStep(
        words.key(fields.get("key")),
        words.title(fields.get("title")),
        read_sources(words, fields.get("approvers")),
        words.choice(fields.get("mode"), Mode, Mode.SINGLE),
        words.text(fields["when"], LONGEST_CONDITION, lines=True) if "when" in fields else "",
        before if after is None else tuple(words.key(key) for key in words.items(after, MOST_STEPS)),
        _empty(words, fields.get("on_empty")),
        words.choice(fields.get("requester_is_approver"), OnRequester, OnRequester.FORBID),
        choose,
        Terms(
            words.quota(fields.get("pass")), words.quota(fields.get("reject")), words.flag(fields.get("wait"))
        ),
        words.choice(fields.get("per"), Per, Per.PERSON),
        read_sources(words, fields.get("except")),
        familiar,
        step_rules.read_rules(words, fields),
        copying.read_people(words, fields),
    )


def _choose(words: Words, node: Node | None) -> tuple[Choose, str]:
    """How one of several is chosen, and the step whose decider is kept."""
    if isinstance(node, Fields):
        fields = words.fields(node, needs=("familiar",))
        return Choose.FAMILIAR, words.reference(fields.get("familiar"))
    return words.choice(node, Choose, Choose.POOL), ""


def _empty(words: Words, node: Node | None) -> Empty:
    if isinstance(node, Fields):
        fields = words.fields(node, needs=("fallback",))
        return Empty(OnEmpty.FALLBACK, words.key(fields.get("fallback")))
    action = words.choice(node, OnEmpty, OnEmpty.REFUSE)
    if node is not None and action is OnEmpty.FALLBACK:
        words.refuse(node.path, "FALLBACK_UNNAMED")
    return Empty(action)
