"""What finance sets, inside one transaction: months, expense types, limits."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import delete, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Wire
from kernel.money import Money
from kernel.text import Text
from services.expense.domain.limits import Catalogue, ExpenseType, Limit
from services.expense.domain.months import BookingMonth, Month, MonthState
from services.expense.store.budget_tables import ExpenseTypeRow, LimitRow, MonthRow

SHARE: Final = "SELECT * FROM months WHERE month = ANY(%(months)s) ORDER BY month FOR SHARE"
# NULL instead of a list: all of them.
TYPES: Final = """
SELECT * FROM expense_types WHERE %(types)s::text[] IS NULL OR code = ANY(%(types)s::text[]) ORDER BY place
"""
LIMITS: Final = """
SELECT * FROM limits WHERE %(types)s::text[] IS NULL OR expense_type = ANY(%(types)s::text[]) ORDER BY place
"""


class Months:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def share(self, months: Collection[Month]) -> dict[Month, BookingMonth]:
        """These months as they stand; none of them is closed or reopened until this transaction ends."""
        sharing = (SHARE, {"months": [str(month) for month in months]})
        (rows,) = await self._wire.fetch(sharing)
        if len(rows) < len(set(months)):
            await self._make(months)
            (rows,) = await self._wire.fetch(sharing)
        return {month.month: month for month in map(_month_of, rows)}

    async def must_be_open(self, months: Collection[Month]) -> None:
        """Raises MonthClosed. They stay open until this transaction ends."""
        if months:
            for month in (await self.share(months)).values():
                month.must_be_open()

    async def get_for_update(self, month: Month) -> BookingMonth:
        """The month, once nobody uses it: who wants to use it waits until this transaction ends."""
        await self._make([month])
        found = select(MonthRow).where(MonthRow.month == str(month)).with_for_update()
        row = await self._session.scalar(found.execution_options(populate_existing=True))
        assert row is not None
        return _month_of(row)

    async def get(self, months: Collection[Month]) -> dict[Month, BookingMonth]:
        """Those of these months that anybody has used."""
        found = select(MonthRow).where(MonthRow.month.in_([str(month) for month in months]))
        return {month.month: month for month in map(_month_of, await self._session.scalars(found))}

    async def save(self, month: BookingMonth) -> None:
        row = await self._session.get_one(MonthRow, str(month.month))
        row.state, row.version = month.state.value, month.version

    async def page(self, page: PageRequest) -> Page[BookingMonth]:
        """Those that were ever closed, the latest first."""
        found = select(MonthRow).where(MonthRow.version > 0)
        rows = await fetch_page(self._session, found, page, MonthRow.month, newest_first=True)
        return rows.map(lambda row: _month_of(row.MonthRow))

    async def _make(self, months: Collection[Month]) -> None:
        rows = [{"month": str(m), "state": MonthState.OPEN.value, "version": 0} for m in sorted(set(months))]
        await self._session.execute(upsert(MonthRow).on_conflict_do_nothing(), rows)


class Catalogues:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def get(self, expense_types: Collection[str] | None = None) -> Catalogue:
        """All of it, or what is said of these expense types."""
        asked = {"types": None if expense_types is None else sorted(expense_types)}
        types, limits = await self._wire.fetch((TYPES, asked), (LIMITS, asked))
        return Catalogue.of(map(_type_of, types), map(_limit_of, limits))

    async def replace(self, catalogue: Catalogue) -> None:
        """Others who replace wait; readers see the old one until this transaction ends."""
        await self._session.execute(text("LOCK TABLE expense_types IN SHARE ROW EXCLUSIVE MODE"))
        await self._session.execute(delete(LimitRow))
        await self._session.execute(delete(ExpenseTypeRow))
        types = [
            {
                "place": n,
                "code": t.code,
                "zh": t.title.zh,
                "en": t.title.en,
                "invoice_needed": t.invoice_needed,
            }
            for n, t in enumerate(catalogue.types.values())
        ]
        limits = [
            {
                "place": n,
                "expense_type": limit.expense_type,
                "grade": limit.grade,
                "city": limit.city,
                "currency": limit.per_line.currency,
                "per_line_minor": limit.per_line.minor,
            }
            for n, limit in enumerate(catalogue.limits.values())
        ]
        if types:
            await self._session.execute(insert(ExpenseTypeRow), types)
        if limits:
            await self._session.execute(insert(LimitRow), limits)


def _month_of(row: Any) -> BookingMonth:
    return BookingMonth(Month.parse(row.month), MonthState(row.state), row.version)


def _type_of(row: Any) -> ExpenseType:
    return ExpenseType(row.code, Text(row.zh, row.en), row.invoice_needed)


def _limit_of(row: Any) -> Limit:
    return Limit(row.expense_type, row.grade, row.city, Money.from_minor(row.per_line_minor, row.currency))
