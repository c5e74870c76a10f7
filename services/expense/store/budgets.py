"""Budgets inside one transaction: read, locked in one order, changed together with their movements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.cases.sight import Sight
from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Rows, Wire
from kernel.errors import NotFound
from services.expense.domain.budget import Budget, BudgetKey, Change, Holdings, set_holdings
from services.expense.domain.months import Month
from services.expense.store.budget_rows import (
    booked_of,
    budget_columns,
    budget_of,
    holding_rows,
    holdings_of,
    key_columns,
    movement_columns,
    named_key,
)
from services.expense.store.budget_tables import BudgetRow, MovementRow
from services.expense.use_cases.ports import Booked, BudgetQuery, Note

_KEY = (BudgetRow.organisation, BudgetRow.month, BudgetRow.expense_type)
_MOVED = (MovementRow.organisation, MovementRow.month, MovementRow.expense_type)

KEY: Final = {"organisation": "text", "month": "text", "expense_type": "text"}
AMOUNTS: Final = {
    "currency": "text",
    **dict.fromkeys(("amount_minor", "reserved_minor", "committed_minor", "spent_minor"), "bigint"),
}
KEYS: Final = Rows("wanted", KEY)
BUDGET: Final = Rows("after", KEY | AMOUNTS | {"version": "bigint"})
HOLDING: Final = Rows("holding", {"document": "text"} | KEY | {"stage": "text", "amount_minor": "bigint"})
MOVEMENT: Final = Rows(
    "movement",
    KEY
    | {"at": "timestamptz", "kind": "text"}
    | AMOUNTS
    | {"document": "text", "actor": "text", "reason": "text"},
)
SAME: Final = " AND ".join(f"budgets.{name} = after.{name}" for name in KEY)
NOW: Final = ", ".join(f"{name} = after.{name}" for name in BUDGET.types if name not in KEY)

HELD: Final = "SELECT * FROM budget_holdings WHERE document = ANY(%(documents)s)"
# What is wanted, and what the documents hold already. NO KEY: rows that refer to a budget may be added meanwhile.
LOCK: Final = f"""
SELECT * FROM budgets WHERE ({KEYS.columns}) IN (
    SELECT {KEYS.columns} FROM {KEYS.source}
    UNION SELECT {KEYS.columns} FROM budget_holdings WHERE document = ANY(%(documents)s)
)
ORDER BY organisation COLLATE "C", month COLLATE "C", expense_type COLLATE "C" FOR NO KEY UPDATE OF budgets
"""  # noqa: S608 - names of columns
MAKE: Final = f"""
INSERT INTO budgets ({BUDGET.columns}) SELECT {BUDGET.columns} FROM {BUDGET.source} ON CONFLICT DO NOTHING
"""  # noqa: S608 - names of columns
CHANGE: Final = f"UPDATE budgets SET {NOW} FROM {BUDGET.source} WHERE {SAME}"  # noqa: S608 - names of columns
MOVE: Final = f"""
INSERT INTO budget_movements ({MOVEMENT.columns}) SELECT {MOVEMENT.columns} FROM {MOVEMENT.source}
"""  # noqa: S608 - names of columns
HOLD: Final = f"""
INSERT INTO budget_holdings ({HOLDING.columns}) SELECT {HOLDING.columns} FROM {HOLDING.source}
ON CONFLICT (document, {KEYS.columns}, stage) DO UPDATE SET amount_minor = excluded.amount_minor
"""  # noqa: S608 - names of columns
LET_GO: Final = f"""
DELETE FROM budget_holdings
WHERE (document, {KEYS.columns}, stage) IN (SELECT document, {KEYS.columns}, stage FROM {HOLDING.source})
"""  # noqa: S608 - names of columns


class Budgets:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

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
        (rows,) = await self._wire.fetch((LOCK, _wanted(keys)))
        return {budget.key: budget for budget in map(budget_of, rows)}

    async def lock_or_make(self, wanted: Collection[tuple[BudgetKey, str]]) -> dict[BudgetKey, Budget]:
        """All these budgets, locked; those that did not exist are empty, in the currency beside them."""
        # In one order, for those who make the same ones at the same time.
        rows = [budget_columns(Budget.empty(key, currency)) for key, currency in sorted(wanted)]
        if rows:
            self._wire.write(MAKE, BUDGET.of(rows))
        return await self.lock([key for key, _ in wanted])

    async def set_holdings(self, wanted: Mapping[str, Holdings], note: Note) -> None:
        """Make each of these documents hold exactly this, one after the other. Raises NoBudget, OverBudget, BudgetSpent.

        The caller has locked the documents. Others who draw on these budgets wait from here to the commit, and there is
        no other round trip on the way.
        """
        keys = {key for holdings in wanted.values() for key in holdings}
        held_rows, rows = await self._wire.fetch(
            (HELD, {"documents": list(wanted)}), (LOCK, _wanted(keys, *wanted))
        )
        budgets = {budget.key: budget for budget in map(budget_of, rows)}
        held = holdings_of(held_rows, budgets)
        booked = []
        for document, after in wanted.items():
            before = held.get(document, {})
            changes = set_holdings(document, budgets, before, after)
            budgets |= {change.after.key: change.after for change in changes}
            booked += [(change, replace(note, document=document)) for change in changes]
            self._write_holdings(document, before, after)
        self._book(booked)

    async def write(self, changes: Collection[Change], note: Note) -> None:
        """Write changed budgets, which are locked, and their movements."""
        self._book([(change, note) for change in changes])

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

    def _book(self, booked: Sequence[tuple[Change, Note]]) -> None:
        """Every movement, and each budget as the last of its movements leaves it."""
        if booked:
            after = {change.after.key: change.after for change, _ in booked}
            self._wire.write(CHANGE, BUDGET.of([budget_columns(budget) for budget in after.values()]))
            self._wire.write(MOVE, MOVEMENT.of([movement_columns(*one) for one in booked]))

    def _write_holdings(self, document: str, held: Holdings, wanted: Holdings) -> None:
        before, after = holding_rows(document, held), holding_rows(document, wanted)
        if gone := [row for place, row in before.items() if place not in after]:
            self._wire.write(LET_GO, HOLDING.of(gone))
        if new := [row for place, row in after.items() if before.get(place) != row]:
            self._wire.write(HOLD, HOLDING.of(new))


def _visible(sight: Sight) -> ColumnElement[bool]:
    return true() if sight.everything else BudgetRow.organisation.in_(sorted(sight.organisations))


def _wanted(keys: Collection[BudgetKey], *documents: str) -> dict[str, Any]:
    return KEYS.of([named_key(key) for key in keys]) | {"documents": list(documents)}
