"""`skippable: true`, `undo: 10m`, `begins: on_allocation`, `urge: 4h`, `offer: true`, `ahead: true`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.approval.domain.policies.settings.acting import USUAL_ACTING, Acting, Begins
from services.approval.policy_text.words import Words
from services.approval.policy_text.yaml_tree import Node

KEYS: Final = ("skippable", "undo", "begins", "urge", "offer", "ahead")


def read(words: Words, fields: Mapping[str, Node]) -> Acting:
    return Acting(
        words.flag(fields.get("skippable")),
        words.duration(fields.get("undo")),
        words.choice(fields.get("begins"), Begins, USUAL_ACTING.begins),
        words.duration(fields["urge"]) if "urge" in fields else USUAL_ACTING.urge,
        words.flag(fields.get("offer")),
        words.flag(fields.get("ahead")),
    )
