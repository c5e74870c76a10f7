"""What reconciliations find, inside one transaction."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Wire, json
from services.marketing.domain.difference import Difference, DifferenceKind, DifferenceState
from services.marketing.domain.reconciliation import Part
from services.marketing.store.reconciliation_tables import DifferenceRow
from services.marketing.use_cases.reconciliation_ports import DifferenceQuery

COLLECTIONS: Final = {Part.ALLOTMENTS: "activities/", Part.BUDGETS: "budgets/"}
COLUMNS: Final = Columns(("id", "kind", "subject", "details", "state", "first_seen", "last_seen", "gone_at"))
OPEN: Final = """
SELECT * FROM differences WHERE state IN ('suspected', 'reported') AND subject LIKE %(collection)s
    AND subject COLLATE "C" > %(after)s AND (%(last)s = '' OR subject COLLATE "C" <= %(last)s)
"""
SUSPECTED: Final = "SELECT FROM differences WHERE state = 'suspected' LIMIT 1"
PUT: Final = f"""
INSERT INTO differences ({COLUMNS.columns}) VALUES ({COLUMNS.values})
ON CONFLICT (id) DO UPDATE SET details = excluded.details, state = excluded.state,
    first_seen = excluded.first_seen, last_seen = excluded.last_seen, gone_at = excluded.gone_at
"""  # noqa: S608 - names of columns
REMOVE: Final = "DELETE FROM differences WHERE id = %(id)s"


class Differences:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def open_between(self, part: Part, after: str, last: str) -> tuple[Difference, ...]:
        asked = {"collection": f"{COLLECTIONS[part]}%", "after": after, "last": last}
        (rows,) = await self._wire.fetch((OPEN, asked))
        return tuple(map(_difference_of, rows))

    async def any_suspected(self) -> bool:
        (rows,) = await self._wire.fetch((SUSPECTED, {}))
        return bool(rows)

    async def put(self, difference: Difference) -> None:
        row = {
            "id": difference.id,
            "kind": difference.kind.value,
            "subject": difference.subject,
            "details": json(dict(difference.details)),
            "state": difference.state.value,
            "first_seen": difference.first_seen,
            "last_seen": difference.last_seen,
            "gone_at": difference.gone_time,
        }
        self._wire.write(PUT, row)

    async def remove(self, difference: Difference) -> None:
        self._wire.write(REMOVE, {"id": difference.id})

    async def page(self, query: DifferenceQuery, page: PageRequest) -> Page[Difference]:
        """Newest first."""
        found = select(DifferenceRow).where(*_conditions(query))
        rows = await fetch_page(self._session, found, page, DifferenceRow.id, newest_first=True)
        return rows.map(lambda row: _difference_of(row.DifferenceRow))


def _conditions(query: DifferenceQuery) -> list[ColumnElement[bool]]:
    of_state = DifferenceRow.state != DifferenceState.SUSPECTED.value
    if query.state is not None:
        of_state = DifferenceRow.state == query.state.value
    conditions = [of_state]
    if query.kind is not None:
        conditions.append(DifferenceRow.kind == query.kind.value)
    if query.subject:
        conditions.append(DifferenceRow.subject == query.subject)
    return conditions


def _difference_of(row: Any) -> Difference:
    return Difference(
        id=row.id,
        kind=DifferenceKind(row.kind),
        subject=row.subject,
        details=row.details,
        state=DifferenceState(row.state),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        gone_time=row.gone_at,
    )
