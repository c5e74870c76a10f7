"""The timeline table: appending inside a transaction, reading a page, verifying everything."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, text
from sqlalchemy import Row as SqlRow
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from chassis.observability.telemetry import trace_id
from chassis.postgres.database import Database
from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.tables import timeline, timeline_heads
from chassis.timeline.ledger import GENESIS, Break, Head, Row, content_hash, first_break, link
from kernel.text import Text
from kernel.timeline import Event

Chain = tuple[str, list[Row], Head | None]
ROWS_AT_ONCE = 1000

# One statement a row and no reading first: the upsert locks the document's head until commit, so that rows of a
# document are chained one after the other whoever writes them; the text hashed is ledger.link's, byte for byte.
APPEND = """
WITH head AS (
    INSERT INTO timeline_heads AS head (document, sequence, hash) VALUES (%(document)s, 1, %(first)s)
    ON CONFLICT (document) DO UPDATE SET sequence = head.sequence + 1, hash = sha256(convert_to(
        '{"content":"' || %(content)s::text || '","previous":"' || encode(head.hash, 'hex')
        || '","sequence":' || (head.sequence + 1)::text || '}', 'UTF8'))
    RETURNING new.sequence AS sequence, new.hash AS hash, old.hash AS previous
)
INSERT INTO timeline
    (document, sequence, kind, version, actor, on_behalf_of, device, trace_id, at, zh, en, details, previous, hash)
SELECT %(document)s, head.sequence, %(kind)s, %(version)s, %(actor)s, %(on_behalf_of)s, %(device)s, %(trace_id)s,
    %(at)s, %(zh)s, %(en)s, %(details)s::jsonb, coalesce(head.previous, %(genesis)s), head.hash
FROM head
"""


def appending(event: Event) -> dict[str, Any]:
    """What APPEND needs to add this event to its document's timeline."""
    actor = event.by
    said: dict[str, Any] = {
        "document": event.document,
        "kind": event.kind,
        "version": event.version,
        # For whom a service acted stands in a column of its own.
        "actor": replace(actor, person="").id if actor.service else actor.id,
        "on_behalf_of": f"people/{actor.person}" if actor.service and actor.person else "",
        "device": actor.device,
        "trace_id": trace_id(),
        "at": event.at,
        "details": event.details(),
    }
    sentence = event.sentence()
    content = content_hash(sentence=sentence, **said)
    details = json.dumps(said["details"], ensure_ascii=False)
    return said | {
        "zh": sentence.zh,
        "en": sentence.en,
        "details": details,
        "content": content,
        "genesis": GENESIS,
        "first": link(content, GENESIS, 1),
    }


def _row(record: SqlRow[Any]) -> Row:
    said = {name: getattr(record, name) for name in set(timeline.columns.keys()) - {"zh", "en"}}
    return Row(sentence=Text(record.zh, record.en), **said)


async def read_timeline(session: AsyncSession, document: str, page: PageRequest) -> Page[Row]:
    """One page of a document's timeline, oldest first."""
    rows = select(timeline).where(timeline.c.document == document)
    return (await fetch_page(session, rows, page, timeline.c.sequence)).map(_row)


@dataclass(slots=True)
class Verification:
    """What was looked at, and the first break of each chain that has one."""

    documents: int
    rows: int
    breaks: list[Break]


async def verify(database: Database, document: str = "") -> Verification:
    """Recompute every chain, or only that of `document`, as they stand at one moment.

    Memory: one document's rows, or ROWS_AT_ONCE, at a time. Hashing is done in a thread: the service goes on meanwhile.
    """
    result = Verification(0, 0, [])
    async with database.engine.connect() as plain:
        connection = await plain.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        chains: list[Chain] = []
        waiting = 0
        async for chain in _chains(connection, document):
            chains.append(chain)
            waiting += len(chain[1])
            if waiting >= ROWS_AT_ONCE:
                await asyncio.to_thread(_look_at, chains, result)
                chains, waiting = [], 0
        await asyncio.to_thread(_look_at, chains, result)
    return result


def _look_at(chains: list[Chain], result: Verification) -> None:
    for name, rows, head in chains:
        result.documents += 1
        result.rows += len(rows)
        if found := first_break(name, rows, head):
            result.breaks.append(found)


async def _chains(connection: AsyncConnection, document: str) -> AsyncIterator[Chain]:
    """Each document that has rows, a head, or both, with all its rows in order."""
    rows, heads = select(timeline), select(timeline_heads)
    if document:
        rows = rows.where(timeline.c.document == document)
        heads = heads.where(timeline_heads.c.document == document)
    row, head = rows.subquery("row"), heads.subquery("head")
    name = func.coalesce(row.c.document, head.c.document)
    everything = (
        select(*(_readable(c) for c in row.columns), name.label("name"), head.c.sequence.label("last"))
        .add_columns(head.c.hash.label("last_hash"))
        .select_from(row.join(head, row.c.document == head.c.document, full=True))
        .order_by(name, row.c.sequence)
    )
    chain: list[Row] = []
    current: SqlRow[Any] | None = None
    async with connection.stream(everything) as records:
        async for record in records:
            if current is not None and record.name != current.name:
                yield current.name, chain, _head(current)
                chain = []
            current = record
            if record.sequence is not None:
                chain.append(_row(record))
    if current is not None:
        yield current.name, chain, _head(current)


def _head(record: SqlRow[Any]) -> Head | None:
    return None if record.last is None else Head(record.last, record.last_hash)


def _readable(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A moment that Python cannot hold (only tampering writes one) is read as one that fits no hash."""
    if column.key != "at":
        return column
    held = column.between(text("'0002-01-01'"), text("'9998-12-31'"))
    return case((held, column), else_=text("'0001-01-01 00:00+00'::timestamptz")).label("at")
