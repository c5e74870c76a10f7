"""`deadline:` of a step.

deadline:
  within: 2wd                                       # working days; 8wh working hours; 2d, 8h, 30m plain time
  remind: {before: [1wd, 2wh], every: 4wh, most: 3} # or just [1wd, 2wh]
  escalate: {to: next_up, how: gives, before: 2wh}  # to: {fallback: desk}; after: 1wd
  on_overdue: {transfer: {fallback: desk}}          # or approve, reject, return, nothing
  clock: keep
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.approval.domain.policies.settings.deadline import (
    Deadline,
    Escalates,
    Escalation,
    OnOverdue,
    Reminders,
    Superior,
    Target,
    Visits,
)
from services.approval.domain.time.spans import Span
from services.approval.policy_text.words import Words
from services.approval.policy_text.yaml_tree import Fields, Items, Node

KEYS: Final = ("deadline",)
MOST_REMINDERS: Final = 10
MOST_REPEATED: Final = 50


def read(words: Words, fields: Mapping[str, Node]) -> Deadline | None:
    if "deadline" not in fields:
        return None
    said = words.fields(
        fields["deadline"], needs=("within",), may=("remind", "escalate", "on_overdue", "clock")
    )
    on_overdue, transfer_to = _overdue(words, said.get("on_overdue"))
    return Deadline(
        words.span(said.get("within")),
        _reminders(words, said["remind"]) if "remind" in said else Reminders(),
        _escalation(words, said["escalate"]) if "escalate" in said else None,
        on_overdue,
        transfer_to,
        words.choice(said.get("clock"), Visits, Visits.RESTART),
    )


def _reminders(words: Words, node: Node) -> Reminders:
    if isinstance(node, Items):
        return Reminders(_spans(words, node))
    said = words.fields(node, needs=(), may=("before", "every", "most"))
    usual = Reminders()
    return Reminders(
        _spans(words, said.get("before")),
        words.span(said["every"]) if "every" in said else usual.every,
        words.whole(said["most"], 1, MOST_REPEATED) if "most" in said else usual.most,
    )


def _spans(words: Words, node: Node | None) -> tuple[Span, ...]:
    return tuple(words.span(one) for one in words.items(node, MOST_REMINDERS))


def _escalation(words: Words, node: Node) -> Escalation:
    said = words.fields(node, needs=("to",), may=("how", "before", "after"))
    return Escalation(
        _target(words, said.get("to")),
        words.choice(said.get("how"), Escalates, Escalates.TELLS),
        words.span(said["before"]) if "before" in said else None,
        words.span(said["after"]) if "after" in said else None,
    )


def _overdue(words: Words, node: Node | None) -> tuple[OnOverdue, Target]:
    if isinstance(node, Fields):
        said = words.fields(node, needs=("transfer",))
        return OnOverdue.TRANSFER, _target(words, said.get("transfer"))
    action = words.choice(node, OnOverdue, OnOverdue.NOTHING)
    if node is not None and action is OnOverdue.TRANSFER:
        words.refuse(node.path, "TARGET_UNNAMED")
    return action, Target()


def _target(words: Words, node: Node | None) -> Target:
    if isinstance(node, Fields):
        said = words.fields(node, needs=("fallback",))
        return Target(Superior.FALLBACK, words.key(said.get("fallback")))
    superior = words.choice(node, Superior, Superior.NEXT_UP)
    if node is not None and superior is Superior.FALLBACK:
        words.refuse(node.path, "FALLBACK_UNNAMED")
    return Target(superior)
