"""Changes of activities inside one transaction. Whoever may see an activity may see its changes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.cases.sight import Sight
from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Wire
from kernel.errors import NotFound
from services.marketing.domain.change import Change
from services.marketing.domain.change_life import ChangeState
from services.marketing.store.activity_rows import change_columns, change_of
from services.marketing.store.activity_search import visible
from services.marketing.store.counters import next_number
from services.marketing.store.tables import ActivityRow, ChangeRow
from services.marketing.use_cases.ports import ChangeQuery

FIXED: Final = Columns(("number", "activity", "requester", "organisation", "created_at"))
CHANGES: Final = Columns(
    (
        *("terms", "before", "purpose", "attachments", "state", "version", "revision", "case_open", "edited"),
        *("reason", "updated_at", "submitted_at", "applied_at"),
    )
)
FIND: Final = "SELECT * FROM activity_changes WHERE number = %(number)s"
LOCK: Final = f"{FIND} FOR NO KEY UPDATE"
ADD: Final = f"""
INSERT INTO activity_changes ({FIXED.columns}, {CHANGES.columns}) VALUES ({FIXED.values}, {CHANGES.values})
"""  # noqa: S608 - names of columns
SAVE: Final = f"UPDATE activity_changes SET {CHANGES.changes} WHERE number = %(number)s"  # noqa: S608 - names of columns


class Changes:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def next_number(self, year: int) -> str:
        """The next number of the year, without gaps: others who want one wait until this transaction ends."""
        return await next_number(self._wire, "CH", year)

    async def add(self, change: Change) -> None:
        fixed = {
            "number": change.number,
            "activity": change.activity,
            "requester": change.requester,
            "organisation": change.organisation,
            "created_at": change.create_time,
        }
        self._wire.write(ADD, fixed | change_columns(change))

    async def activity_of(self, number: str) -> str:
        """The number of the activity, which is locked first. Raises NotFound."""
        return (await self.get(number)).activity

    async def get(self, number: str) -> Change:
        """Whoever calls has looked whether the activity may be seen. Raises NotFound."""
        return await self._one(FIND, number)

    async def get_for_update(self, number: str) -> Change:
        """The change, locked until the transaction ends. Raises NotFound."""
        return await self._one(LOCK, number)

    async def save(self, change: Change) -> None:
        """Write one that was locked."""
        self._wire.write(SAVE, change_columns(change) | {"number": change.number})

    async def page(self, query: ChangeQuery, sight: Sight, page: PageRequest) -> Page[Change]:
        """Newest first."""
        found = (
            select(ChangeRow)
            .join(ActivityRow, ActivityRow.number == ChangeRow.activity)
            .where(visible(sight))
        )
        if query.activity:
            found = found.where(ChangeRow.activity == query.activity)
        if query.state is not None:
            found = found.where(ChangeRow.state == query.state.value)
        else:
            found = found.where(ChangeRow.state != ChangeState.DELETED.value)
        rows = await fetch_page(self._session, found, page, ChangeRow.place, newest_first=True)
        return rows.map(lambda row: change_of(row.ChangeRow))

    async def _one(self, statement: str, number: str) -> Change:
        (found,) = await self._wire.fetch((statement, {"number": number}))
        if not found:
            raise NotFound(name=f"activityChanges/{number}")
        return change_of(found[0])
