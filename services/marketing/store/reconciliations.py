"""Reconciliations inside one transaction."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Wire
from kernel.errors import NotFound
from services.marketing.domain.reconciliation import Counts, Part, Reconciliation, ReconciliationState
from services.marketing.store.reconciliation_tables import ReconciliationRow

COUNTS: Final = ("allotments", "budgets", "reported", "repaired", "gone")
FIXED: Final = Columns(("id", "begun_by", "started_at"))
CHANGES: Final = Columns(("state", "part", "after", *COUNTS, "version", "resumes_at", "finished_at"))
# Two who would begin one: the second waits, and then sees the first.
ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(7403003)"
OPEN: Final = "SELECT * FROM reconciliations WHERE state <> 'finished'"
LAST: Final = "SELECT max(started_at) AS began FROM reconciliations"
FIND: Final = "SELECT * FROM reconciliations WHERE id = %(id)s"
LOCK: Final = f"{FIND} FOR UPDATE"
ADD: Final = f"""
INSERT INTO reconciliations ({FIXED.columns}, {CHANGES.columns}) VALUES ({FIXED.values}, {CHANGES.values})
"""  # noqa: S608 - names of columns
SAVE: Final = f"UPDATE reconciliations SET {CHANGES.changes} WHERE id = %(id)s"  # noqa: S608 - names of columns


class Reconciliations:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def open(self) -> Reconciliation | None:
        _, rows = await self._wire.fetch((ONE_AT_A_TIME, {}), (OPEN, {}))
        return _run_of(rows[0]) if rows else None

    async def last_began(self) -> datetime | None:
        ((row,),) = await self._wire.fetch((LAST, {}))
        began: datetime | None = row.began
        return began

    async def add(self, run: Reconciliation) -> None:
        fixed = {"id": run.id, "begun_by": run.begun_by, "started_at": run.start_time}
        self._wire.write(ADD, fixed | _changes(run))

    async def get(self, id: UUID) -> Reconciliation:
        """Raises NotFound."""
        return await self._one(FIND, id)

    async def get_for_update(self, id: UUID) -> Reconciliation:
        """Locked until the transaction ends. Raises NotFound."""
        return await self._one(LOCK, id)

    async def save(self, run: Reconciliation) -> None:
        self._wire.write(SAVE, _changes(run) | {"id": run.id})

    async def page(self, page: PageRequest) -> Page[Reconciliation]:
        """Newest first."""
        rows = await fetch_page(
            self._session, select(ReconciliationRow), page, ReconciliationRow.id, newest_first=True
        )
        return rows.map(lambda row: _run_of(row.ReconciliationRow))

    async def _one(self, statement: str, id: UUID) -> Reconciliation:
        (rows,) = await self._wire.fetch((statement, {"id": id}))
        if not rows:
            raise NotFound(name=f"reconciliations/{id}")
        return _run_of(rows[0])


def _changes(run: Reconciliation) -> dict[str, Any]:
    return asdict(run.counts) | {
        "state": run.state.value,
        "part": run.part.value,
        "after": run.after,
        "version": run.version,
        "resumes_at": run.resume_time,
        "finished_at": run.finish_time,
    }


def _run_of(row: Any) -> Reconciliation:
    return Reconciliation(
        id=row.id,
        begun_by=row.begun_by,
        state=ReconciliationState(row.state),
        part=Part(row.part),
        after=row.after,
        counts=Counts(*(getattr(row, name) for name in COUNTS)),
        version=row.version,
        start_time=row.started_at,
        resume_time=row.resumes_at,
        finish_time=row.finished_at,
    )
