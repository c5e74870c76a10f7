"""What the relay asks of a destination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the outbox, as its sender sees it.

    `id` is the message's identity for ever, however often it is sent; `headers` carry the trace and the event
    (envelope.py); `attempts` counts those that failed before.
    """

    position: int
    id: str
    destination: str
    lane: str
    subject: str
    body: bytes
    headers: Mapping[str, str]
    attempts: int
    read_at: datetime


class Unsendable(Exception):
    """The destination will never take this message, however often it is sent: the row is parked."""


class Unreachable(Exception):
    """The destination does not answer, or takes nothing at the moment. Nothing is counted against the message."""


class Sender(Protocol):
    """One destination, such as the bus or the engine. Called for several messages at once, one a lane."""

    async def send(self, message: Outgoing) -> None:
        """Return once the destination has it durably. Raises Unsendable, Unreachable, or anything: try again."""
        ...

    async def remembers_since(self) -> datetime | None:
        """The moment since which the destination has forgotten nothing: it lost, or never had, what was sent before.

        None where it never forgets. What was sent earlier, as far as the outbox still has it, is sent again. Raises
        Unreachable.
        """
        ...
