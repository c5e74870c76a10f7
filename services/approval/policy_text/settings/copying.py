"""`cc: [{post: archivist}]`, `cc: {when: opened, people: [{manager: 2}]}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.approval.domain.policies.settings.copying import USUAL_COPYING, Copied, Copying
from services.approval.domain.policies.sources import Source
from services.approval.policy_text.sources import read_sources
from services.approval.policy_text.words import Words
from services.approval.policy_text.yaml_tree import Fields, Items, Node

KEYS: Final = ("cc",)


def read(words: Words, fields: Mapping[str, Node]) -> Copying:
    said = fields.get("cc")
    if said is None:
        return USUAL_COPYING
    if isinstance(said, Items):
        return Copying(Copied.APPROVED)
    inner = words.fields(said, needs=("people",), may=("when",))
    return Copying(words.choice(inner.get("when"), Copied, Copied.APPROVED))


def read_people(words: Words, fields: Mapping[str, Node]) -> tuple[Source, ...]:
    """Whom it names. What else is wrong with the setting is said by `read`."""
    said = fields.get("cc")
    if isinstance(said, Fields):
        said = said.nodes.get("people")
    elif not isinstance(said, Items):
        said = None
    return read_sources(words, said)
