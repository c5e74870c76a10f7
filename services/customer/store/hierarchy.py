"""Who buys from whom, inside one transaction."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Wire
from services.customer.domain.kinds import Kind
from services.customer.domain.life import CustomerState
from services.customer.store.customers import visible
from services.customer.store.tables import CustomerRow
from services.customer.use_cases.ports import Below, Sight

# One lock for the whole ladder: two moves that are right alone may make a circle together.
LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('customer/hierarchy', 0))"
ABOVE: Final = """
WITH RECURSIVE above (number, height) AS (
    SELECT %(number)s, 0
    UNION ALL
    SELECT upstream, height + 1 FROM customers JOIN above USING (number) WHERE upstream IS NOT NULL
) CYCLE number SET circular USING path
SELECT number FROM above WHERE number <> '' AND NOT circular ORDER BY height
"""
BELOW: Final = "SELECT number FROM customers WHERE upstream = %(number)s ORDER BY number"
COUNT_BELOW: Final = "SELECT count(*) AS found FROM customers WHERE upstream = %(number)s"
RELATED: Final = """
SELECT number FROM customers
WHERE (file -> 'relations') @> jsonb_build_array(jsonb_build_object('customer', %(number)s::text))
    AND merged_into IS NULL ORDER BY number
"""


class Hierarchy:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def lock(self) -> None:
        """Nobody else changes who buys from whom until this transaction ends. Taken before any customer."""
        await self._wire.fetch((LOCK, {}))

    async def from_here_up(self, number: str) -> tuple[str, ...]:
        """The customer and whom it buys from in turn; nothing for nobody."""
        (rows,) = await self._wire.fetch((ABOVE, {"number": number}))
        return tuple(row.number for row in rows)

    async def touching(self, number: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Who buys from a customer directly, and whose relations name it."""
        below, related = await self._wire.fetch((BELOW, {"number": number}), (RELATED, {"number": number}))
        return tuple(row.number for row in below), tuple(row.number for row in related)

    async def below(self, number: str, sight: Sight, page: PageRequest) -> Page[Below]:
        """Who buys from a customer directly, by number; of those that may not be seen, too."""
        next_below = CustomerRow.__table__.alias()
        count = select(func.count()).where(next_below.c.upstream == CustomerRow.number).scalar_subquery()
        found = select(CustomerRow, count.label("downstream"), visible(sight).label("visible")).where(
            CustomerRow.upstream == number
        )
        rows = await fetch_page(self._session, found, page, CustomerRow.number)
        return rows.map(_below_of)

    async def count_below(self, number: str) -> int:
        (((found,),),) = await self._wire.fetch((COUNT_BELOW, {"number": number}))
        return int(found)


def _below_of(row: Any) -> Below:
    customer = row.CustomerRow
    return Below(
        number=customer.number,
        name=customer.display_name,
        kind=Kind(customer.kind),
        state=CustomerState(customer.state),
        downstream=row.downstream,
        visible=row.visible,
    )
