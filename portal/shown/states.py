"""The colour of a state: what waits, what ended well, what ended badly, and what asks nothing of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from google.protobuf.message import Message

from portal.shown.reader import Reader
from reading.labels import field_at, value_label

ENDINGS: Final = {
    "ok": ("PAID", "DONE", "SETTLED", "APPROVED", "FORMAL", "ACTIVE", "COMPLETED"),
    "wait": (
        "IN_APPROVAL", "IN_FINANCE_REVIEW", "PAYABLE", "RUNNING", "OPEN", "OFFERED", "WAITING", "RETURNED",
        "PENDING", "WITHDRAWING", "TERMINATING", "SUSPENDED", "ALLOCATED", "STARTED",
    ),
    "stop": ("REJECTED", "REFUSED", "TERMINATED", "CANCELLED", "DELETED", "WITHDRAWN"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class State:
    """A word and a colour: `wait`, `ok`, `stop` or `calm`."""

    text: str
    colour: str


def state(message: Message, path: str, reader: Reader) -> State:
    """The state in field `path` of a message."""
    enum = field_at(message.DESCRIPTOR, path).enum_type
    assert enum is not None, path
    number = getattr(message, path)
    value = enum.values_by_number.get(number)
    name = value.name if value is not None else ""
    colour = next(
        (of for of, endings in ENDINGS.items() if any(name.endswith(f"_{ending}") for ending in endings)),
        "calm",
    )
    return State(value_label(enum, number, reader.language), colour)
