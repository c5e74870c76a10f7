"""Sources of approvers: `- post: regional-director`, with `in:`, `weight:` and what else each kind may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from services.approval.domain.policies.sources import (
    AuthoritySource,
    CapabilitySource,
    ChosenSource,
    DecidersSource,
    FactSource,
    ManagerChain,
    ManagerSource,
    PersonSource,
    PostSource,
    Source,
    Where,
)
from services.approval.policy_text.words import Words
from services.approval.policy_text.yaml_tree import Fields, Node, Scalar

# Each kind, and what else may stand beside it.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "person": (),
    "post": ("in",),
    "manager": (),
    "managers_up_to": (),
    "authority": (),
    "capability": ("at_least", "is"),
    "field": (),
    "chosen_by": ("fact", "among", "most"),
    "deciders_of": (),
}
REQUESTER: Final = "requester"
MOST_SOURCES: Final = 20
MOST_LEVELS: Final = 20
MOST_WEIGHT: Final = 1000
MOST_CHOSEN: Final = 50
HIGHEST_LEVEL: Final = 100


def read_sources(words: Words, node: Node | None) -> tuple[Source, ...]:
    return tuple(_source(words, source) for source in words.items(node, MOST_SOURCES))


def _source(words: Words, node: Node) -> Source:
    kinds = [kind for kind in KINDS if isinstance(node, Fields) and kind in node.nodes]
    if not kinds:
        words.refuse(node.path, "NOT_A_SOURCE", ", ".join(KINDS))
        return PersonSource("")
    kind = kinds[0]
    fields = words.fields(node, needs=(kind,), may=(*KINDS[kind], "weight"))
    return replace(
        _of_kind(words, kind, fields[kind], fields),
        weight=words.whole(fields.get("weight"), 1, MOST_WEIGHT),
    )


def _of_kind(words: Words, kind: str, named: Node, fields: Mapping[str, Node]) -> Source:
    match kind:
        case "person":
            return PersonSource(words.id(named))
        case "manager":
            return ManagerSource(words.whole(named, 1, MOST_LEVELS))
        case "managers_up_to" if isinstance(named, Fields):
            authority = words.fields(named, needs=("authority",)).get("authority")
            return AuthoritySource(words.key(authority), chain=True)
        case "managers_up_to":
            return ManagerChain(words.whole(named, 1, MOST_LEVELS))
        case "authority":
            return AuthoritySource(words.key(named))
        case "capability":
            return _capability(words, named, fields)
        case "field":
            return FactSource(words.fact_key(named))
        case "chosen_by":
            return _chosen(words, named, fields)
        case "deciders_of":
            return DecidersSource(words.reference(named))
    return _placed(words, words.id(named), fields.get("in"))


def _capability(words: Words, named: Node, fields: Mapping[str, Node]) -> CapabilitySource:
    least = words.whole(fields["at_least"], 1, HIGHEST_LEVEL) if "at_least" in fields else None
    if "at_least" in fields and "is" in fields:
        words.refuse(fields["is"].path, "ONE_OF_TWO", "at_least, is")
    return CapabilitySource(words.id(named), least, words.text(fields.get("is")))


def _chosen(words: Words, named: Node, fields: Mapping[str, Node]) -> Source:
    among = read_sources(words, fields.get("among"))
    most = words.whole(fields.get("most"), 1, MOST_CHOSEN)
    by = words.key(named)
    if by == REQUESTER:
        if "fact" not in fields:
            words.refuse(f"{named.path.rpartition('.')[0]}.fact", "REQUIRED", "fact")
        return FactSource(words.fact_key(fields.get("fact")), among, most)
    if "fact" in fields:
        words.refuse(fields["fact"].path, "UNKNOWN_KEY", "fact")
    return ChosenSource(by, among, most)


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
