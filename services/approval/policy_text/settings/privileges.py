"""`withhold: [transfer, add_signer]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.approval.domain.policies.settings.privileges import Privilege, Privileges
from services.approval.policy_text.words import Words
from services.approval.policy_text.yaml_tree import Node

KEYS: Final = ("withhold",)


def read(words: Words, fields: Mapping[str, Node]) -> Privileges:
    named = words.items(fields.get("withhold"), len(Privilege))
    return Privileges(tuple(words.choice(one, Privilege, Privilege.TRANSFER) for one in named))
