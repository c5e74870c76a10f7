"""How many customers there are, inside one transaction."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.domain.life import CustomerState
from services.customer.store.customers import visible
from services.customer.store.tables import CustomerRow, StateChangeRow
from services.customer.use_cases.ports import Counted, ReportBy, Sight

COLUMNS: Final[dict[ReportBy, SQLColumnExpression[str]]] = {
    ReportBy.ORGANISATION: CustomerRow.organisation,
    ReportBy.KIND: CustomerRow.kind,
    ReportBy.STATE: CustomerRow.state,
    ReportBy.LEVEL: CustomerRow.level,
    ReportBy.PROVINCE: CustomerRow.province,
}
MONTHS: Final = 24


class Reports:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by(
        self, by: ReportBy, organisations: frozenset[str] | None, sight: Sight
    ) -> tuple[Counted, ...]:
        """A row for each group that there is, in the order of their keys; months newest first."""
        counted = [visible(sight), CustomerRow.merged_into.is_(None)]
        if organisations is not None:
            counted.append(CustomerRow.organisation.in_(sorted(organisations)))
        if by is ReportBy.MONTH:
            return await self._by_month(counted)
        column = COLUMNS[by]
        formal = func.count().filter(CustomerRow.state == CustomerState.FORMAL.value)
        found = select(column, func.count(), formal).where(*counted).group_by(column).order_by(column)
        rows = await self._session.execute(found)
        return tuple(Counted(key, customers, formal) for key, customers, formal in rows.all())

    async def _by_month(self, counted: list[ColumnElement[bool]]) -> tuple[Counted, ...]:
        change = StateChangeRow
        month: Any = func.to_char(func.timezone("Asia/Shanghai", change.at), "YYYY-MM")
        found = (
            select(
                month,
                func.count().filter(change.before == ""),
                func.count().filter(change.after == CustomerState.FORMAL.value),
                func.count().filter(change.after == CustomerState.LOST.value),
            )
            .join(CustomerRow, CustomerRow.number == change.customer)
            .where(*counted)
            .group_by(month)
            .order_by(month.desc())
            .limit(MONTHS)
        )
        rows = await self._session.execute(found)
        return tuple(Counted(key, new, formal, lost) for key, new, formal, lost in rows.all())
