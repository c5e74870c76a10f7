"""`returns: come_back`, `redo: true`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.approval.domain.policies.settings.returning import Returning, Returns
from services.approval.policy_text.words import Words
from services.approval.policy_text.yaml_tree import Node

KEYS: Final = ("returns", "redo")


def read(words: Words, fields: Mapping[str, Node]) -> Returning:
    return Returning(
        words.choice(fields.get("returns"), Returns, Returns.CHOICE), words.flag(fields.get("redo"))
    )
