"""The settings of a step together: every subject reads its own keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.approval.domain.policies.step_rules import StepRules
from services.approval.policy_text.settings import (
    acting,
    copying,
    deadline,
    privileges,
    returning,
    unattended,
    visibility,
)
from services.approval.policy_text.words import Words
from services.approval.policy_text.yaml_tree import Node

KEYS: Final = (
    *acting.KEYS,
    *returning.KEYS,
    *unattended.KEYS,
    *deadline.KEYS,
    *visibility.KEYS,
    *privileges.KEYS,
    *copying.KEYS,
)


def read_rules(words: Words, fields: Mapping[str, Node]) -> StepRules:
    return StepRules(
        acting=acting.read(words, fields),
        returning=returning.read(words, fields),
        unattended=unattended.read(words, fields),
        deadline=deadline.read(words, fields),
        visibility=visibility.read(words, fields),
        privileges=privileges.read(words, fields),
        copying=copying.read(words, fields),
    )
