"""`deadline: {within: 2d, remind: [4h]}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.approval.domain.policies.settings.deadline import Deadline
from services.approval.policy_text.words import Words
from services.approval.policy_text.yaml_tree import Node

KEYS: Final = ("deadline",)
MOST_REMINDERS: Final = 10


def read(words: Words, fields: Mapping[str, Node]) -> Deadline | None:
    if "deadline" not in fields:
        return None
    said = words.fields(fields["deadline"], needs=("within",), may=("remind",))
    remind = words.items(said.get("remind"), MOST_REMINDERS)
    return Deadline(words.duration(said.get("within")), tuple(words.duration(one) for one in remind))
