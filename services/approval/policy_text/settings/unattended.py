"""`automatic: approve`, `announce: early`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.approval.domain.policies.settings.unattended import Announce, Automatic, Unattended
from services.approval.policy_text.words import Words
from services.approval.policy_text.yaml_tree import Node

KEYS: Final = ("automatic", "announce")


def read(words: Words, fields: Mapping[str, Node]) -> Unattended:
    automatic = fields.get("automatic")
    return Unattended(
        words.choice(automatic, Automatic, Automatic.NOTIFY) if automatic is not None else None,
        words.choice(fields.get("announce"), Announce, Announce.IN_TURN),
    )
