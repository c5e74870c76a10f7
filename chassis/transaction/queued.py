"""What a unit of work has queued for its commit, and the statements that write it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from google.protobuf.message import Message

from chassis.timeline.store import APPEND, appending
from chassis.transaction.envelope import headers_of
from chassis.transaction.requests import Request
from kernel.timeline import Event

BUS: Final = "bus"
Statement = tuple[str, dict[str, Any]]

RECEIVE: Final = """
WITH recovered AS (
    DELETE FROM dead_letters WHERE consumer = %(consumer)s AND message_id = %(message_id)s
)
INSERT INTO inbox (consumer, message_id) VALUES (%(consumer)s, %(message_id)s)
"""
ANSWER: Final = """
INSERT INTO requests (caller, request_id, method, body_hash, answer)
VALUES (%(caller)s, %(request_id)s, %(method)s, %(body_hash)s, %(answer)s)
"""
# Held until commit, so rows of a lane become visible in the order of their positions: outbox_store.py relies on it.
# Lanes share a bounded number of locks: a commit of thousands of lanes must not fill the server's table of locks, and
# two commits that meet on one by chance wait for one round trip.
LOCK_LANES: Final = "SELECT pg_advisory_xact_lock(%(space)s, shared) FROM unnest(%(locks)s::int[]) AS shared"
LANE_LOCKS: Final = {"space": 72_150, "count": 1024}
QUEUE: Final = """
INSERT INTO outbox (destination, lane, subject, body, headers)
VALUES (%(destination)s, %(lane)s, %(subject)s, %(body)s, %(headers)s::jsonb)
"""


@dataclass(slots=True)
class Queued:
    """Timeline rows, messages and plain statements of one transaction."""

    events: list[Event] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    writes: list[Statement] = field(default_factory=list)

    def record(self, event: Event, messages: tuple[Message, ...], lane: str) -> None:
        self.events.append(event)
        headers = headers_of(event)
        for message in messages:
            self._message(BUS, lane, message, "", headers)

    def send(self, destination: str, lane: str, body: Message | bytes, subject: str) -> None:
        self._message(destination, lane, body, subject, headers_of())

    def _message(
        self, destination: str, lane: str, body: Message | bytes, subject: str, headers: dict[str, str]
    ) -> None:
        self.messages.append(
            {
                "destination": destination,
                "lane": lane,
                "subject": subject or (body.DESCRIPTOR.full_name if isinstance(body, Message) else ""),
                "body": body.SerializeToString(deterministic=True) if isinstance(body, Message) else body,
                "headers": json.dumps(headers),
            }
        )

    def statements(self, received: dict[str, str] | None, answered: dict[str, Any] | None) -> list[Statement]:
        """Everything, in an order in which two commits cannot wait for each other.

        Twins meet first, on the inbox or the request, before they hold anything that others need; then documents, then
        lanes, each sorted.
        """
        statements: list[Statement] = []
        if received:
            statements.append((RECEIVE, received))
        if answered:
            statements.append((ANSWER, answered))
        statements += self.writes
        statements += [(APPEND, appending(e)) for e in sorted(self.events, key=lambda e: e.document)]
        if self.messages:
            locks = {
                lane_key("queue", m["destination"], m["lane"]) % LANE_LOCKS["count"] for m in self.messages
            }
            statements.append((LOCK_LANES, {"space": LANE_LOCKS["space"], "locks": sorted(locks)}))
        return statements + [(QUEUE, message) for message in self.messages]


def kept(request: Request, answer: bytes) -> dict[str, Any]:
    """The row of an answered request."""
    return {
        "caller": request.caller.id,
        "request_id": request.request_id,
        "method": request.method,
        "body_hash": request.body_hash,
        "answer": answer,
    }


def lane_key(purpose: str, destination: str, lane: str) -> int:
    """The advisory lock of a lane, one for each purpose: those who queue must not wait for the one who sends."""
    named = "\0".join((purpose, destination, lane)).encode()
    return int.from_bytes(blake2b(named, digest_size=8).digest(), signed=True)
