"""What travels beside a message's body: identity, cause, trace. Headers in the outbox, the same headers on the bus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from chassis.observability import telemetry
from kernel.actor import Actor
from kernel.timeline import Event

DOCUMENT: Final = "Zhupi-Document"
VERSION: Final = "Zhupi-Version"
PERSON: Final = "Zhupi-Person"
SERVICE: Final = "Zhupi-Service"
AT: Final = "Zhupi-At"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message's surroundings, as its receiver sees them.

    `id` is the message's for ever: a repeated delivery has the same. `document` and `version` say which document it is
    about and as of which change; `actor` who caused it (without roles: a message carries no authority), `at` when.
    `attempt` counts deliveries to this receiver, from 1.
    """

    id: str
    subject: str
    document: str = ""
    version: int = 0
    actor: Actor = field(default_factory=Actor)
    at: datetime | None = None
    attempt: int = 1
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, id_: str, subject: str, headers: Mapping[str, str], attempt: int) -> Envelope:
        return cls(
            id=id_,
            subject=subject,
            document=headers.get(DOCUMENT, ""),
            version=_number(headers.get(VERSION, "")),
            actor=Actor(person=headers.get(PERSON, ""), service=headers.get(SERVICE, "")),
            at=_moment(headers.get(AT, "")),
            attempt=attempt,
            headers=headers,
        )


# Anybody may publish anything: a header that makes no sense is no header.


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def headers_of(event: Event | None = None) -> dict[str, str]:
    """Headers for a message written now: the current trace, and the event that it tells of."""
    headers = telemetry.headers()
    if event is not None:
        headers |= {DOCUMENT: event.document, VERSION: str(event.version), AT: event.at.isoformat()}
        headers |= {PERSON: event.by.person} if event.by.person else {}
        headers |= {SERVICE: event.by.service} if event.by.service else {}
    return headers
