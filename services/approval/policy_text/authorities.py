"""Authority matrices and separation of duties, as they are written down beside the stages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from kernel.errors import Refusal
from kernel.money import Money
from services.approval.domain.policies.authorities import Authority, AuthorityRow
from services.approval.domain.policies.separation import Party, Separation
from services.approval.policy_text.sources import HIGHEST_LEVEL
from services.approval.policy_text.words import Words
from services.approval.policy_text.yaml_tree import Node, Scalar

MOST_ROWS: Final = 200
MOST_GRADES: Final = 50
MOST_STEPS: Final = 50


def read_authority(words: Words, name: str, node: Node) -> Authority:
    fields = words.fields(node, needs=("title", "rows"), may=("amount", "type", "capability", "grades"))
    if ("capability" in fields) == ("grades" in fields):
        words.refuse(node.path, "ONE_OF_TWO", "capability, grades")
    return Authority(
        name,
        words.title(fields.get("title")),
        tuple(_row(words, row) for row in words.items(fields.get("rows"), MOST_ROWS)),
        words.fact_key(fields.get("amount")),
        words.fact_key(fields.get("type")),
        words.id(fields.get("capability")),
        tuple(words.text(grade) for grade in words.items(fields.get("grades"), MOST_GRADES)),
    )


def _row(words: Words, node: Node) -> AuthorityRow:
    fields: Mapping[str, Node] = words.fields(node, needs=("level",), may=("up_to", "type", "organisation"))
    return AuthorityRow(
        words.whole(fields.get("level"), 1, HIGHEST_LEVEL),
        _fen(words, fields["up_to"]) if "up_to" in fields else None,
        words.text(fields.get("type")),
        words.id(fields.get("organisation")),
    )


def _fen(words: Words, node: Node) -> int:
    """Yuan as people write them."""
    try:
        amount = Money(Decimal(node.text)) if isinstance(node, Scalar) else None
    except (InvalidOperation, Refusal, ValueError):
        amount = None
    if amount is None or amount.minor < 0:
        words.refuse(node.path, "NOT_OF_ITS_TYPE", "money")
        return 0
    return amount.minor


def read_separation(words: Words, key: str, node: Node) -> Separation:
    fields = words.fields(node, needs=("title",), may=("steps", "related", "parties", "requester"))
    return Separation(
        key,
        words.title(fields.get("title")),
        tuple(words.reference(step) for step in words.items(fields.get("steps"), MOST_STEPS)),
        words.fact_key(fields.get("related")),
        tuple(
            words.choice(party, Party, Party.REQUESTER)
            for party in words.items(fields.get("parties"), len(Party))
        ),
        words.flag(fields.get("requester")),
    )
