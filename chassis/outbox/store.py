"""The outbox table as the relay works it: claiming lanes, reading them, writing down how sending went.

A lane is (destination, lane). Its rows are sent in the order of `position`, an identity column. That is safe because
whoever queues rows takes the lane's advisory lock before the INSERT and holds it until commit (unit_of_work.LOCK_LANES):
of two transactions on one lane the second draws its positions only when the rows of the first are visible. A relay that
sees a row therefore sees all rows before it in the lane; across lanes, positions say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from chassis.outbox.sender import Outgoing
from chassis.postgres.database import Database

Lane = tuple[str, str]  # destination, lane

# Of the longest waiting rows: lanes that nobody has in hand and whose next row is neither parked nor waiting for its
# next attempt. A session-level lock on each makes them ours. The CTE is materialized so that only those are locked.
CLAIM = """
WITH due AS MATERIALIZED (
    SELECT destination, lane, min(position) AS first FROM (
        SELECT destination, lane, position FROM outbox AS waiting
        WHERE sent_at IS NULL AND parked_at IS NULL AND destination = ANY(%(destinations)s)
        AND NOT EXISTS (
            SELECT FROM outbox AS held
            WHERE held.destination = waiting.destination AND held.lane = waiting.lane
            AND held.position <= waiting.position AND held.sent_at IS NULL
            AND (held.parked_at IS NOT NULL OR held.next_attempt_at IS NOT NULL)
            AND (held.parked_at IS NOT NULL OR held.next_attempt_at > clock_timestamp())
        )
        AND NOT EXISTS (
            SELECT FROM unnest(%(our_destinations)s::text[], %(our_lanes)s::text[]) AS ours (destination, lane)
            WHERE ours.destination = waiting.destination AND ours.lane = waiting.lane
        )
        ORDER BY position LIMIT %(scan)s
    ) AS front
    GROUP BY destination, lane ORDER BY first LIMIT %(room)s
)
SELECT destination, lane, key FROM (
    SELECT *, hashtextextended(destination || E'\\x1f' || lane, 1) AS key FROM due
) AS keyed
WHERE pg_try_advisory_lock(key)
"""

# A statement of its own: CLAIM looked at the table before it held the lock, and another relay may have sent since.
READ = """
SELECT next.*, clock_timestamp() AS read_at
FROM unnest(%(destinations)s::text[], %(lanes)s::text[]) AS claimed (destination, lane)
CROSS JOIN LATERAL (
    SELECT position, id::text, destination, lane, subject, body, headers, attempts,
        parked_at IS NOT NULL OR coalesce(next_attempt_at > clock_timestamp(), false) AS held
    FROM outbox
    WHERE destination = claimed.destination AND lane = claimed.lane AND sent_at IS NULL
    ORDER BY position LIMIT %(rows)s
) AS next
ORDER BY next.position
"""
SENT = """
UPDATE outbox SET sent_at = done.at, next_attempt_at = NULL, error = ''
FROM unnest(%(positions)s::bigint[], %(moments)s::timestamptz[]) AS done (position, at)
WHERE outbox.position = done.position
"""
FAILED = """
UPDATE outbox SET attempts = attempts + 1, error = %(error)s,
    next_attempt_at = clock_timestamp() + make_interval(secs => %(delay)s),
    parked_at = CASE WHEN %(park)s THEN clock_timestamp() END
WHERE position = %(position)s
"""
RELEASE = "SELECT pg_advisory_unlock(key) FROM unnest(%(keys)s::bigint[]) AS key"


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that was not sent, why, and when to try again: after `delay` seconds, or parked, only when a person says so."""

    message: Outgoing
    error: str
    delay: float
    park: bool


@dataclass(slots=True)
class Claimed:
    """A lane in our hands: its rows to send now, in order, then how sending went."""

    lane: Lane
    key: int
    messages: list[Outgoing] = field(default_factory=list)
    sent: list[Outgoing] = field(default_factory=list)
    failure: Failure | None = None


class OutboxStore:
    """The table, through one connection of its own whose session holds the locks: when the process dies, they go."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, database: Database) -> OutboxStore:
        # A lost "sent" only means sending again. And statistics taken while nothing waited must never talk the planner
        # out of the small partial indexes, into reading days of sent rows.
        connection = await database.connect(synchronous_commit="off", enable_seqscan="off")
        connection.cursor_factory = psycopg.AsyncCursor  # untraced: a poll is nobody's request
        return cls(connection)

    async def close(self) -> None:
        await self._connection.close()

    async def claim(
        self, destinations: Iterable[str], ours: Sequence[Lane], room: int, rows: int
    ) -> list[Claimed]:
        """Take up to `room` lanes that have something to send to `destinations`, with up to `rows` rows each."""
        asked = {
            "destinations": list(destinations),
            "our_destinations": [destination for destination, _ in ours],
            "our_lanes": [lane for _, lane in ours],
            "scan": room * 16,
            "room": room,
        }
        locked = await self._all(CLAIM, asked)
        lanes = {(row.destination, row.lane): Claimed((row.destination, row.lane), row.key) for row in locked}
        if lanes:
            await self._fill(lanes, rows)
        empty = [claimed.key for claimed in lanes.values() if not claimed.messages]
        if empty:
            await self._all(RELEASE, {"keys": empty})
        return [claimed for claimed in lanes.values() if claimed.messages]

    async def _fill(self, lanes: dict[Lane, Claimed], rows: int) -> None:
        destinations, names = zip(*lanes, strict=True)
        found = await self._all(
            READ, {"destinations": list(destinations), "lanes": list(names), "rows": rows}
        )
        stopped: set[Lane] = set()
        for row in found:
            lane = (row.destination, row.lane)
            if row.held:
                stopped.add(lane)
            if lane not in stopped:
                said = row._asdict()
                del said["held"]
                lanes[lane].messages.append(Outgoing(**said))

    async def settle(self, done: Sequence[Claimed]) -> None:
        """Write down how sending went, then let the lanes go. In this order: each statement is a transaction."""
        sent = [message for claimed in done for message in claimed.sent]
        if sent:
            # As of before sending: a bus that was emptied since then has lost it (see resend_lost).
            moments = [message.read_at for message in sent]
            await self._execute(
                SENT, {"positions": [message.position for message in sent], "moments": moments}
            )
        for failure in (claimed.failure for claimed in done if claimed.failure):
            await self._execute(
                FAILED,
                {
                    "position": failure.message.position,
                    "error": failure.error.replace("\0", "")[:1000],
                    "delay": failure.delay,
                    "park": failure.park,
                },
            )
        if done:
            await self._all(RELEASE, {"keys": [claimed.key for claimed in done]})

    async def _execute(self, statement: str, parameters: dict[str, Any]) -> None:
        await self._connection.execute(statement.encode(), parameters)

    async def _all(self, statement: str, parameters: dict[str, Any]) -> list[Any]:
        cursor = self._connection.cursor(row_factory=namedtuple_row)
        await cursor.execute(statement.encode(), parameters)
        return await cursor.fetchall()
