"""How customers were rated, inside one transaction."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Wire
from services.customer.store.tables import LevelChangeRow
from services.customer.use_cases.ports import LevelChange

ADD: Final = """
INSERT INTO level_changes (customer, at, before, after, actor, document, reason)
VALUES (%(customer)s, %(at)s, %(before)s, %(after)s, %(actor)s, %(document)s, %(reason)s)
"""
BY: Final = "SELECT FROM level_changes WHERE customer = %(customer)s AND document = %(document)s"


class Levels:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def add(self, number: str, change: LevelChange) -> None:
        """The customer is locked."""
        columns = {
            "customer": number,
            "at": change.at,
            "before": change.before,
            "after": change.after,
            "actor": change.actor,
            "document": change.document,
            "reason": change.reason,
        }
        self._wire.write(ADD, columns)

    async def was_changed_by(self, number: str, document: str) -> bool:
        (rows,) = await self._wire.fetch((BY, {"customer": number, "document": document}))
        return bool(rows)

    async def page(self, number: str, page: PageRequest) -> Page[LevelChange]:
        """Newest first."""
        found = select(LevelChangeRow).where(LevelChangeRow.customer == number)
        rows = await fetch_page(self._session, found, page, LevelChangeRow.place, newest_first=True)
        return rows.map(_of)


def _of(row: Any) -> LevelChange:
    change = row.LevelChangeRow
    return LevelChange(
        at=change.at,
        before=change.before,
        after=change.after,
        actor=change.actor,
        document=change.document,
        reason=change.reason,
    )
