"""Spans in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Interval,
    MetaData,
    Row,
    SmallInteger,
    Table,
    Text,
    delete,
    exists,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.observability.telemetry import CASE, DOCUMENT
from chassis.postgres.database import Database, refusal_for
from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from services.traces.domain import Kind, Span

metadata = MetaData()
spans = Table(
    "spans",
    metadata,
    Column("trace", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("parent", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("component", Text, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("began", DateTime(timezone=True), nullable=False),
    Column("took", Interval, nullable=False),
    Column("failed", Boolean, nullable=False),
    Column("attributes", JSONB, nullable=False),
)
LONGEST_TRACE: Final = 10_000  # spans shown
CHUNK: Final = 10_000  # rows deleted in one transaction
# A column is one parameter: hundreds of spans arrive at once, and a statement each would cost more than what they are about.
ADD: Final = text("""
INSERT INTO spans (trace, id, parent, title, component, kind, began, took, failed, attributes)
SELECT trace, id, parent, title, component, kind, began, took, failed, attributes::jsonb FROM unnest(
    CAST(:traces AS text[]), CAST(:ids AS text[]), CAST(:parents AS text[]), CAST(:titles AS text[]),
    CAST(:components AS text[]), CAST(:kinds AS smallint[]), CAST(:begins AS timestamptz[]),
    CAST(:durations AS interval[]), CAST(:failures AS boolean[]), CAST(:attributes AS text[])
) AS span (trace, id, parent, title, component, kind, began, took, failed, attributes)
ON CONFLICT DO NOTHING
""")


class Spans:
    """Raises Unavailable when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, found: Sequence[Span]) -> None:
        """Keep them; one that came before stays as it is."""
        if not found:
            return
        columns = {
            "traces": [span.trace for span in found],
            "ids": [span.id for span in found],
            "parents": [span.parent for span in found],
            "titles": [span.title for span in found],
            "components": [span.component for span in found],
            "kinds": [int(span.kind) for span in found],
            "begins": [span.began for span in found],
            "durations": [span.took for span in found],
            "failures": [span.failed for span in found],
            "attributes": [json.dumps(span.attributes, ensure_ascii=False) for span in found],
        }
        try:
            async with self._database.sessions.begin() as session:
                await session.execute(ADD, columns)
        except Exception as error:
            raise refusal_for(error) or error from error

    async def of_trace(self, trace: str) -> list[Span]:
        query = select(spans).where(spans.c.trace == trace).order_by(spans.c.began).limit(LONGEST_TRACE)
        async with self._database.sessions() as session:
            return [_span(row) for row in await session.execute(query)]

    async def first_spans(
        self, page: PageRequest, *, document: str = "", case: str = "", failed_only: bool = False
    ) -> Page[Span]:
        """The first span of each trace of which some span fits, the newest first."""
        query = select(spans).where(spans.c.parent == "")
        other = spans.alias()
        for wanted, condition in (
            (document, other.c.attributes[DOCUMENT].astext == document),
            (case, other.c.attributes[CASE].astext == case),
            (failed_only, other.c.failed),
        ):
            if wanted:
                query = query.where(exists().where(other.c.trace == spans.c.trace, condition))
        async with self._database.sessions() as session:
            found = await fetch_page(session, query, page, spans.c.began, spans.c.trace, newest_first=True)
        return found.map(_span)

    async def forget(self, before: datetime) -> int:
        """Delete what began before; returns how many spans. In chunks, so that nobody waits for it."""
        gone = 0
        while True:
            old = select(spans.c.trace, spans.c.id).where(spans.c.began < before).limit(CHUNK).subquery()
            these = delete(spans).where(spans.c.trace == old.c.trace, spans.c.id == old.c.id)
            async with self._database.sessions.begin() as session:
                count: int = (await session.execute(these)).rowcount  # type: ignore[attr-defined]  # of a DELETE
            gone += count
            if count < CHUNK:
                return gone


def _span(row: Row[Any]) -> Span:
    values = {column.name: getattr(row, column.name) for column in spans.columns}
    return Span(**{**values, "kind": Kind(row.kind)})
