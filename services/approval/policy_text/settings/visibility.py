"""`visible: {unallocated: candidates, allocated: assignee}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.approval.domain.policies.settings.visibility import (
    USUAL_VISIBILITY,
    Allocated,
    Unallocated,
    Visibility,
)
from services.approval.policy_text.words import Words
from services.approval.policy_text.yaml_tree import Node

KEYS: Final = ("visible",)


def read(words: Words, fields: Mapping[str, Node]) -> Visibility:
    if "visible" not in fields:
        return USUAL_VISIBILITY
    said = words.fields(fields["visible"], needs=(), may=("unallocated", "allocated"))
    return Visibility(
        words.choice(said.get("unallocated"), Unallocated, USUAL_VISIBILITY.unallocated),
        words.choice(said.get("allocated"), Allocated, USUAL_VISIBILITY.allocated),
    )
