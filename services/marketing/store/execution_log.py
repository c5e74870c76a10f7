"""Entries of execution logs inside one transaction."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Wire
from services.marketing.domain.execution_log import LogEntry
from services.marketing.store.tables import LogEntryRow

COLUMNS: Final = Columns(("id", "activity", "day", "text", "writer", "created_at"))
ADD: Final = f"INSERT INTO log_entries ({COLUMNS.columns}) VALUES ({COLUMNS.values})"  # noqa: S608 - names of columns


class ExecutionLog:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    def add(self, entry: LogEntry) -> None:
        self._wire.write(ADD, log_entry_columns(entry))

    async def page(self, activity: str, page: PageRequest) -> Page[LogEntry]:
        """By day."""
        rows = select(LogEntryRow).where(LogEntryRow.activity == activity)
        found = await fetch_page(self._session, rows, page, LogEntryRow.day, LogEntryRow.id)
        return found.map(lambda row: log_entry_of(row.LogEntryRow))


def log_entry_columns(entry: LogEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "activity": entry.activity,
        "day": entry.day,
        "text": entry.text,
        "writer": entry.writer,
        "created_at": entry.create_time,
    }


def log_entry_of(row: Any) -> LogEntry:
    return LogEntry(
        id=row.id,
        activity=row.activity,
        day=row.day,
        text=row.text,
        writer=row.writer,
        create_time=row.created_at,
    )
