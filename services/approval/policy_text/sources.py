"""Sources of approvers: `- post: regional-director`, with `in:`, `weight:` and what else each kind may say."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from services.approval.domain.policies.sources import (
    ManagerChain,
    ManagerSource,
    PersonSource,
    PostSource,
    Source,
    Where,
)
from services.approval.policy_text.words import Words
from services.approval.policy_text.yaml_tree import Fields, Node, Scalar

SOURCES: Final = ("person", "post", "manager", "managers_up_to")
MOST_SOURCES: Final = 20
MOST_LEVELS: Final = 20
MOST_WEIGHT: Final = 1000


def read_sources(words: Words, node: Node | None) -> tuple[Source, ...]:
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
