"""Allotments inside one transaction, and what claims draw on them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.cases.sight import Sight
from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Rows, Wire
from kernel.errors import NotFound
from kernel.money import Money
from services.expense.domain.allotment import Allotment
from services.expense.domain.claim import Claim
from services.expense.domain.drawing import Draws
from services.expense.domain.life import ClaimState
from services.expense.domain.lines import ActivityLine
from services.expense.store.allotment_rows import (
    allotment_columns,
    allotment_of,
    allotments_of,
    by_allotment,
    line_columns,
)
from services.expense.store.allotment_tables import AllotmentLineRow, AllotmentRow, DrawRow
from services.expense.store.tables import ClaimRow
from services.expense.use_cases.allotment_ports import AllotmentQuery, Draw

CHANGES: Final = Columns(
    ("organisation", "title", "terms_version", "state", "currency", "asked", "version", "updated_at")
)
LINE: Final = Rows(
    "line",
    dict.fromkeys(("allotment", "id", "expense_type", "month"), "text")
    | dict.fromkeys(("amount_minor", "claimable_minor", "drawn_minor", "spent_minor"), "bigint")
    | {"position": "integer"},
)
DRAW: Final = Rows("draw", {"allotment": "text", "line": "text", "amount_minor": "bigint"})

MAKE: Final = """
INSERT INTO allotments (number, organisation, title, terms_version, state, currency, version, created_at, updated_at)
VALUES (%(number)s, '', '', 0, 'released', 'CNY', 0, %(at)s, %(at)s) ON CONFLICT DO NOTHING
"""
# NO KEY: draws that refer to them may be added meanwhile. Everybody locks several in one order.
LOCK: Final = """
SELECT * FROM allotments WHERE number = ANY(%(numbers)s) ORDER BY number COLLATE "C" FOR NO KEY UPDATE
"""
LINES: Final = "SELECT * FROM allotment_lines WHERE allotment = ANY(%(numbers)s) ORDER BY allotment, position"
DRAWN: Final = "SELECT * FROM allotment_draws WHERE claim = %(claim)s"
SAVE: Final = f"UPDATE allotments SET {CHANGES.changes} WHERE number = %(number)s"  # noqa: S608 - names of columns
CLEAR: Final = "DELETE FROM allotment_lines WHERE allotment = %(number)s"
ADD: Final = f"INSERT INTO allotment_lines ({LINE.columns}) SELECT {LINE.columns} FROM {LINE.source}"  # noqa: S608 - names of columns
GIVE_BACK: Final = "DELETE FROM allotment_draws WHERE claim = %(claim)s"
TAKE: Final = f"""
INSERT INTO allotment_draws (claim, {DRAW.columns}) SELECT %(claim)s, {DRAW.columns} FROM {DRAW.source}
"""  # noqa: S608 - names of columns


class Allotments:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def get(self, number: str, sight: Sight) -> Allotment:
        """Raises NotFound, also where the caller may not see it."""
        found = select(AllotmentRow).where(AllotmentRow.number == number, _visible(sight))
        row = await self._session.scalar(found)
        if row is None:
            raise NotFound(name=f"allotments/{number}")
        return allotment_of(row, (await self._lines_of([number]))[number])

    async def get_for_update(self, number: str) -> Allotment | None:
        """The allotment, locked until the transaction ends, where anything was ever reserved."""
        return (await self._locked([number])).get(number)

    async def get_or_make(self, number: str, at: datetime) -> Allotment:
        """The same, made where there is none."""
        self._wire.write(MAKE, {"number": number, "at": at})
        return (await self._locked([number]))[number]

    async def lock_for(self, claim: Claim) -> tuple[dict[str, Allotment], Draws]:
        """The allotments that the claim's lines name, locked, and what it draws on them now."""
        numbers = {place.activity for place in (line.drawn_on for line in claim.lines) if place}
        asked, drawn = {"numbers": sorted(numbers)}, {"claim": claim.number}
        rows, lines, draws = await self._wire.fetch((LOCK, asked), (LINES, asked), (DRAWN, drawn))
        found = allotments_of(rows, lines)
        return found, {
            ActivityLine(row.allotment, row.line): Money.from_minor(
                row.amount_minor, found[row.allotment].currency
            )
            for row in draws
        }

    async def save(self, allotment: Allotment) -> None:
        """Write an allotment that was locked, with its lines."""
        self._wire.write(SAVE, allotment_columns(allotment))
        self._wire.write(CLEAR, {"number": allotment.number})
        if allotment.lines:
            self._wire.write(ADD, LINE.of(line_columns(allotment)))

    async def set_draws(self, claim: Claim, draws: Draws) -> None:
        """Make the claim, which is locked, draw exactly this."""
        self._wire.write(GIVE_BACK, {"claim": claim.number})
        rows = [
            {"allotment": place.activity, "line": place.line, "amount_minor": amount.minor}
            for place, amount in draws.items()
        ]
        if rows:
            self._wire.write(TAKE, DRAW.of(rows) | {"claim": claim.number})

    async def page(self, query: AllotmentQuery, sight: Sight, page: PageRequest) -> Page[Allotment]:
        """Newest first."""
        found = select(AllotmentRow).where(_visible(sight), *_conditions(query))
        rows = await fetch_page(self._session, found, page, AllotmentRow.place, newest_first=True)
        lines = await self._lines_of([row.AllotmentRow.number for row in rows.items])
        return rows.map(lambda row: allotment_of(row.AllotmentRow, lines[row.AllotmentRow.number]))

    async def draws(self, allotment: Allotment, page: PageRequest) -> Page[Draw]:
        """Of all claims, the newest first."""
        found = (
            select(DrawRow.claim, DrawRow.line, DrawRow.amount_minor, ClaimRow.state)
            .join(ClaimRow, ClaimRow.number == DrawRow.claim)
            .where(DrawRow.allotment == allotment.number)
        )
        key = (DrawRow.claim, DrawRow.line)
        rows = await fetch_page(self._session, found, page, *key, newest_first=True)
        return rows.map(
            lambda row: Draw(
                row.claim,
                row.line,
                Money.from_minor(row.amount_minor, allotment.currency),
                row.state == ClaimState.PAID.value,
            )
        )

    async def _locked(self, numbers: Collection[str]) -> dict[str, Allotment]:
        asked = {"numbers": list(numbers)}
        return allotments_of(*await self._wire.fetch((LOCK, asked), (LINES, asked)))

    async def _lines_of(self, numbers: Collection[str]) -> dict[str, list[Any]]:
        found = select(AllotmentLineRow).where(AllotmentLineRow.allotment.in_(numbers))
        rows = await self._session.scalars(found.order_by(AllotmentLineRow.position))
        return by_allotment(rows)


def _visible(sight: Sight) -> ColumnElement[bool]:
    return true() if sight.everything else AllotmentRow.organisation.in_(sorted(sight.organisations))


def _conditions(query: AllotmentQuery) -> list[ColumnElement[bool]]:
    conditions = []
    if query.state is not None:
        conditions.append(AllotmentRow.state == query.state.value)
    if query.organisation:
        conditions.append(AllotmentRow.organisation == query.organisation)
    if query.words:
        conditions.append(
            AllotmentRow.title.icontains(query.words, autoescape=True)
            | AllotmentRow.number.icontains(query.words, autoescape=True)
        )
    return conditions
