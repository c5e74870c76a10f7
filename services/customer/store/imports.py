"""Imports and their rows inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Rows, Wire, json
from kernel.errors import NotFound, Violation
from kernel.text import Text
from services.customer.domain.import_rows import Outcome
from services.customer.domain.imports import Column, Import, ImportState
from services.customer.store.import_tables import ImportedRow, ImportTableRow
from services.customer.use_cases.import_ports import FileRow, Looked, RowQuery

NUMBER: Final = "SELECT nextval('customer_import_numbers') AS given"
COLUMNS: Final = Columns(
    (
        *("number", "owner", "file_name", "sheet", "columns", "rows", "state", "cursor", "counts", "roles"),
        *("version", "created_at", "updated_at"),
    )
)
ADD: Final = f"INSERT INTO customer_imports ({COLUMNS.columns}) VALUES ({COLUMNS.values})"  # noqa: S608 - names of columns
SAVE: Final = f"UPDATE customer_imports SET {COLUMNS.changes} WHERE number = %(number)s"  # noqa: S608 - names of columns
# Master data keep an eye on each other's; nobody else has any.
FIND: Final = "SELECT * FROM customer_imports WHERE number = %(number)s"
LOCK: Final = f"{FIND} FOR NO KEY UPDATE"
AT_WORK: Final = "SELECT number FROM customer_imports WHERE state IN ('checking', 'running') ORDER BY number"
ROWS: Final = Rows("given", {"place": "integer", "line": "integer", "cells": "jsonb"})
ADD_ROWS: Final = f"""
INSERT INTO customer_import_rows (import_number, {ROWS.columns}, outcome, customer, faults)
SELECT %(number)s, {ROWS.columns}, '', '', '[]' FROM {ROWS.source}
"""  # noqa: S608 - names of columns
SAME: Final = Rows("given", {"place": "integer", "same_as": "integer"})
BEGIN: Final = f"""
UPDATE customer_import_rows AS one SET outcome = '', customer = '', faults = '[]', same_as = given.same_as
FROM {SAME.source} WHERE import_number = %(number)s AND one.place = given.place
"""  # noqa: S608 - names of columns
BATCH: Final = """
SELECT place, line, cells, same_as FROM customer_import_rows
WHERE import_number = %(number)s AND place >= %(first)s ORDER BY place LIMIT %(limit)s
"""
LOOKED: Final = Rows("given", {"place": "integer", "outcome": "text", "customer": "text", "faults": "jsonb"})
NOTE: Final = f"""
UPDATE customer_import_rows AS one SET outcome = given.outcome, customer = given.customer, faults = given.faults
FROM {LOOKED.source} WHERE import_number = %(number)s AND one.place = given.place
"""  # noqa: S608 - names of columns


class Imports:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def next_number(self) -> str:
        ((row,),) = await self._wire.fetch((NUMBER, {}))
        return f"IM{row.given:06}"

    async def add(self, one: Import, rows: Sequence[tuple[int, list[str]]]) -> None:
        self._wire.write(ADD, _columns(one))
        given = [
            {"place": place, "line": line, "cells": json(cells)} for place, (line, cells) in enumerate(rows)
        ]
        self._wire.write(ADD_ROWS, ROWS.of(given) | {"number": one.number})

    async def get(self, number: str) -> Import:
        """Raises NotFound."""
        return await self._one(FIND, number)

    async def get_for_update(self, number: str) -> Import:
        """Locked until the transaction ends. Raises NotFound."""
        return await self._one(LOCK, number)

    async def save(self, one: Import) -> None:
        self._wire.write(SAVE, _columns(one))

    async def begin(self, one: Import, same_as: Sequence[int | None]) -> None:
        """Forget what became of its rows; `same_as` has for each the line above that is about the same customer."""
        given = [{"place": place, "same_as": line} for place, line in enumerate(same_as)]
        self._wire.write(BEGIN, SAME.of(given) | {"number": one.number})
        await self.save(one)

    async def at_work(self) -> list[str]:
        (rows,) = await self._wire.fetch((AT_WORK, {}))
        return [row.number for row in rows]

    async def batch(self, one: Import, limit: int) -> list[FileRow]:
        """The rows that come next."""
        asked = {"number": one.number, "first": one.cursor, "limit": limit}
        (rows,) = await self._wire.fetch((BATCH, asked))
        return [FileRow(row.place, row.line, tuple(row.cells), row.same_as) for row in rows]

    async def note(self, one: Import, looked: Sequence[Looked]) -> None:
        """What became of rows, and how far the import is."""
        given = [
            {
                "place": row.place,
                "outcome": row.outcome.value,
                "customer": row.customer,
                "faults": json([_fault(fault) for fault in row.faults]),
            }
            for row in looked
        ]
        self._wire.write(NOTE, LOOKED.of(given) | {"number": one.number})
        await self.save(one)

    async def page(self, owner: str, page: PageRequest) -> Page[Import]:
        found = select(ImportTableRow).where(ImportTableRow.owner == owner)
        rows = await fetch_page(self._session, found, page, ImportTableRow.number, newest_first=True)
        return rows.map(lambda row: _import_of(row.ImportTableRow))

    async def page_of_rows(self, query: RowQuery, page: PageRequest) -> Page[tuple[FileRow, Looked | None]]:
        found = select(ImportedRow).where(ImportedRow.import_number == query.number)
        if query.outcome:
            found = found.where(ImportedRow.outcome == query.outcome.value)
        rows = await fetch_page(self._session, found, page, ImportedRow.place)
        return rows.map(lambda row: _looked_of(row.ImportedRow))

    async def _one(self, statement: str, number: str) -> Import:
        (found,) = await self._wire.fetch((statement, {"number": number}))
        if not found:
            raise NotFound(name=f"customerImports/{number}")
        return _import_of(found[0])


def _columns(one: Import) -> dict[str, Any]:
    return {
        "number": one.number,
        "owner": one.owner,
        "file_name": one.file_name,
        "sheet": one.sheet,
        "columns": json([{"title": c.title, "samples": list(c.samples), "key": c.key} for c in one.columns]),
        "rows": one.rows,
        "state": one.state.value,
        "cursor": one.cursor,
        "counts": json({outcome.value: count for outcome, count in one.counts.items()}),
        "roles": sorted(one.roles),
        "version": one.version,
        "created_at": one.create_time,
        "updated_at": one.update_time,
    }


def _import_of(row: Any) -> Import:
    return Import(
        number=row.number,
        owner=row.owner,
        file_name=row.file_name,
        sheet=row.sheet,
        columns=tuple(Column(one["title"], tuple(one["samples"]), one["key"]) for one in row.columns),
        rows=row.rows,
        state=ImportState(row.state),
        cursor=row.cursor,
        counts={Outcome(outcome): count for outcome, count in row.counts.items()},
        roles=frozenset(row.roles),
        version=row.version,
        create_time=row.created_at,
        update_time=row.updated_at,
    )


def _fault(fault: Violation) -> dict[str, str]:
    return {"column": fault.field, "rule": fault.rule, "zh": fault.text.zh, "en": fault.text.en}


def _looked_of(row: ImportedRow) -> tuple[FileRow, Looked | None]:
    file_row = FileRow(row.place, row.line, tuple(row.cells), row.same_as)
    if not row.outcome:
        return file_row, None
    faults = tuple(Violation(one["column"], one["rule"], Text(one["zh"], one["en"])) for one in row.faults)
    return file_row, Looked(row.place, Outcome(row.outcome), row.customer, faults)
