"""A policy's YAML as plain dictionaries, lists and texts, without what is usual anyway."""

from __future__ import annotations

import json
from typing import TypeAlias

from services.approval.policy_text.differences.vocabulary import USUAL
from services.approval.policy_text.yaml_tree import Fields, Items, Node, Scalar, read_tree

Plain: TypeAlias = str | list["Plain"] | dict[str, "Plain"]


def plain_policy(yaml: str) -> dict[str, Plain]:
    """Raises NotYaml."""
    tree = _plain(read_tree(yaml))
    return tree if isinstance(tree, dict) else {}


def _plain(node: Node) -> Plain:
    match node:
        case Scalar():
            return " ".join(node.text.split())
        case Items():
            return [_plain(one) for one in node.nodes]
        case Fields():
            read = {key: _plain(one) for key, one in node.nodes.items()}
            return {key: value for key, value in read.items() if USUAL.get(key) != value}
    raise AssertionError(node)


def beyond(some: list[Plain], others: list[Plain]) -> list[Plain]:
    """What stands in the one list and not in the other; however long they are, each is gone through once."""
    known = {json.dumps(one, sort_keys=True) for one in others}
    return [one for one in some if json.dumps(one, sort_keys=True) not in known]


def by_key(values: Plain | None, key: str) -> dict[str, dict[str, Plain]]:
    """A list of fields by what each says under `key`."""
    fields = [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []
    return {str(one.get(key, "")): one for one in fields}


def named(values: Plain | None) -> dict[str, dict[str, Plain]]:
    """Fields under names that the author chose."""
    if not isinstance(values, dict):
        return {}
    return {name: one if isinstance(one, dict) else {} for name, one in values.items()}
