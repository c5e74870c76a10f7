"""Budgets inside one transaction: read, locked in one order, changed together with their movements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, TableValuedAlias, and_, delete, select, true, tuple_, update
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from kernel.errors import NotFound
from kernel.money import Money
from services.expense.domain.budget import Budget, BudgetKey, Change, Holdings, Stage, at_stage, set_holdings
from services.expense.domain.months import Month
from services.expense.store.budget_rows import (
    booked_of,
    budget_columns,
    budget_of,
    holding_columns,
    holding_of,
    key_columns,
    key_of,
    movement_columns,
    named_key,
)
from services.expense.store.budget_tables import BudgetRow, HoldingRow, MovementRow
from services.expense.store.relations import relation
from services.expense.store.tables import Table
from services.expense.use_cases.ports import Booked, BudgetQuery, Note, Sight

KEY = ("organisation", "month", "expense_type")
_KEY = (BudgetRow.organisation, BudgetRow.month, BudgetRow.expense_type)
_HELD = (HoldingRow.organisation, HoldingRow.month, HoldingRow.expense_type)
_MOVED = (MovementRow.organisation, MovementRow.month, MovementRow.expense_type)


class Budgets:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, key: BudgetKey, sight: Sight) -> Budget:
        """Raises NotFound, also where the caller may not see it."""
        found = select(BudgetRow).where(tuple_(*_KEY) == tuple_(*key_columns(key)))
        row = await self._session.scalar(found.where(_visible(sight)))
        if row is None:
            raise NotFound(name=str(key))
        return budget_of(row)

    async def lock(self, keys: Collection[BudgetKey]) -> dict[BudgetKey, Budget]:
        """Those of these budgets that exist, locked until the transaction ends, always in the same order."""
        if not keys:
            return {}
        wanted = relation("wanted", [named_key(key) for key in keys], _columns(BudgetRow, KEY))
        found = select(BudgetRow).join(wanted, _same_key(BudgetRow, wanted))
        found = found.order_by(*(column.collate("C") for column in _KEY))
        locking = found.with_for_update(key_share=True, of=BudgetRow)
        rows = await self._session.scalars(locking.execution_options(populate_existing=True))
        return {budget.key: budget for budget in map(budget_of, rows)}

    async def lock_or_make(self, wanted: Collection[tuple[BudgetKey, str]]) -> dict[BudgetKey, Budget]:
        """All these budgets, locked; those that did not exist are empty, in the currency beside them."""
        # In one order, for those who make the same ones at the same time.
        rows = [budget_columns(Budget.empty(key, currency)) for key, currency in sorted(wanted)]
        if rows:
            await self._session.execute(_inserting(BudgetRow, rows).on_conflict_do_nothing())
        return await self.lock([key for key, _ in wanted])

    async def set_holdings(
        self, document: str, stage: Stage, needs: Mapping[BudgetKey, Money], note: Note
    ) -> None:
        """Make `document` hold exactly `needs`, at this stage. Raises NoBudget, OverBudget, BudgetSpent.

        The caller has locked the document.
        """
        rows = (await self._session.scalars(select(HoldingRow).where(HoldingRow.document == document))).all()
        wanted = at_stage(stage, needs)
        budgets = await self.lock({key_of(row) for row in rows} | wanted.keys())
        held = {key_of(row): holding_of(row, budgets[key_of(row)].amount.currency) for row in rows}
        changes = set_holdings(document, budgets, held, wanted)
        await self._write_holdings(document, held, wanted)
        await self.write(changes, note)

    async def write(self, changes: Collection[Change], note: Note) -> None:
        """Write changed budgets, which are locked, and their movements."""
        if not changes:
            return
        after = relation("after", [budget_columns(c.after) for c in changes], _columns(BudgetRow))
        now = {c.name: c for c in after.c if c.name not in KEY}
        changing = update(BudgetRow).where(_same_key(BudgetRow, after)).values(now)
        await self._session.execute(changing.execution_options(synchronize_session=False))
        await self._session.execute(_inserting(MovementRow, [movement_columns(c, note) for c in changes]))

    async def page(self, query: BudgetQuery, sight: Sight, page: PageRequest) -> Page[Budget]:
        found = select(BudgetRow).where(_visible(sight))
        if query.organisation:
            found = found.where(BudgetRow.organisation == query.organisation)
        if query.month:
            found = found.where(BudgetRow.month == query.month)
        if query.expense_type:
            found = found.where(BudgetRow.expense_type == query.expense_type)
        return (await fetch_page(self._session, found, page, *_KEY)).map(lambda row: budget_of(row.BudgetRow))

    async def between(self, first: Month, last: Month) -> list[Budget]:
        """Every budget of these months, by month, organisation and type."""
        found = select(BudgetRow).where(BudgetRow.month.between(str(first), str(last)))
        order = (BudgetRow.month, BudgetRow.organisation, BudgetRow.expense_type)
        return [budget_of(row) for row in await self._session.scalars(found.order_by(*order))]

    async def movements(self, key: BudgetKey, page: PageRequest) -> Page[Booked]:
        """Newest first."""
        found = select(MovementRow).where(tuple_(*_MOVED) == tuple_(*key_columns(key)))
        rows = await fetch_page(self._session, found, page, MovementRow.position, newest_first=True)
        return rows.map(lambda row: booked_of(row.MovementRow))

    async def _write_holdings(self, document: str, held: Holdings, wanted: Holdings) -> None:
        gone = [key_columns(key) for key in held.keys() - wanted.keys()]
        if gone:
            own = HoldingRow.document == document
            await self._session.execute(delete(HoldingRow).where(own, tuple_(*_HELD).in_(gone)))
        rows = [holding_columns(document, key, now) for key, now in wanted.items() if held.get(key) != now]
        if rows:
            setting = upsert(HoldingRow).values(rows)
            now = {"stage": setting.excluded.stage, "amount_minor": setting.excluded.amount_minor}
            index = (HoldingRow.document, *_HELD)
            await self._session.execute(setting.on_conflict_do_update(index_elements=index, set_=now))


def _visible(sight: Sight) -> ColumnElement[bool]:
    return true() if sight.everything else BudgetRow.organisation.in_(sorted(sight.organisations))


def _columns(rows: type[Table], names: Collection[str] = ()) -> list[Column[Any]]:
    """The table's columns of these names; without names all that are not given by the database."""
    table = cast(SqlTable, rows.__table__)
    return [c for c in table.columns if (c.name in names if names else c.identity is None)]


def _same_key(rows: type[Table], other: TableValuedAlias) -> ColumnElement[bool]:
    return and_(*(column == other.c[column.name] for column in _columns(rows, KEY)))


def _inserting(rows: type[Table], values: Sequence[Mapping[str, Any]]) -> Insert:
    given = relation("given", values, _columns(rows))
    return upsert(rows).from_select(given.c.keys(), select(*given.c))
