"""Claims inside one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, delete, false, insert, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from kernel.errors import NotFound
from services.expense.domain.claim import Claim
from services.expense.domain.life import ClaimState
from services.expense.store.claim_rows import claim_columns, claim_of, fixed_columns, line_columns
from services.expense.store.tables import ClaimCounterRow, ClaimRow, LineRow
from services.expense.use_cases.ports import ClaimQuery, Sight


class Claims:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._read: dict[str, Claim] = {}

    async def next_number(self, year: int) -> str:
        """The next number of the year, without gaps: others who want one wait until this transaction ends."""
        counter = upsert(ClaimCounterRow).values(year=year, last=1)
        counting = counter.on_conflict_do_update(
            index_elements=[ClaimCounterRow.year], set_={"last": ClaimCounterRow.last + 1}
        ).returning(ClaimCounterRow.last)
        last = (await self._session.execute(counting)).scalar_one()
        return f"EC-{year}-{last:06}"

    async def add(self, claim: Claim) -> None:
        await self._session.execute(insert(ClaimRow).values(**fixed_columns(claim), **claim_columns(claim)))
        await self._write_lines(claim)

    async def get(self, number: str, sight: Sight) -> Claim:
        """Raises NotFound, also where the caller may not see it."""
        return await self._one(select(ClaimRow).where(_visible(sight)), number)

    async def get_for_update(self, number: str, sight: Sight) -> Claim:
        """The claim, locked until the transaction ends. Raises NotFound."""
        found = select(ClaimRow).where(_visible(sight)).with_for_update(key_share=True)
        claim = await self._one(found, number)
        self._read[number] = claim
        return claim

    async def save(self, claim: Claim) -> None:
        """Write a claim that was locked. Its lines are written only where they have changed."""
        changed = update(ClaimRow).where(ClaimRow.number == claim.number)
        await self._session.execute(changed.values(**claim_columns(claim)))
        if claim.lines != self._read[claim.number].lines:
            await self._session.execute(delete(LineRow).where(LineRow.claim == claim.number))
            await self._write_lines(claim)

    async def page(self, query: ClaimQuery, sight: Sight, page: PageRequest) -> Page[Claim]:
        """Newest first."""
        found = select(ClaimRow).where(_visible(sight), *_conditions(query))
        rows = await fetch_page(self._session, found, page, ClaimRow.place, newest_first=True)
        claims: list[ClaimRow] = [row.ClaimRow for row in rows.items]
        lines = await self._lines_of(claim.number for claim in claims)
        return Page(tuple(claim_of(c, lines[c.number]) for c in claims), rows.next_page_token)

    async def _one(self, found: Select[ClaimRow], number: str) -> Claim:
        fresh = found.where(ClaimRow.number == number).execution_options(populate_existing=True)
        row = await self._session.scalar(fresh)
        if row is None:
            raise NotFound(name=f"claims/{number}")
        return claim_of(row, (await self._lines_of([number]))[number])

    async def _lines_of(self, numbers: Iterable[str]) -> dict[str, list[LineRow]]:
        lines: dict[str, list[LineRow]] = defaultdict(list)
        found = (
            select(LineRow).where(LineRow.claim.in_(list(numbers))).order_by(LineRow.claim, LineRow.position)
        )
        for line in await self._session.scalars(found.execution_options(populate_existing=True)):
            lines[line.claim].append(line)
        return lines

    async def _write_lines(self, claim: Claim) -> None:
        if claim.lines:
            await self._session.execute(insert(LineRow), line_columns(claim))


def _visible(sight: Sight) -> ColumnElement[bool]:
    """Lists are filtered here, in the database: a row that may not be seen never leaves it."""
    if sight.everything:
        return true()
    own = ClaimRow.claimant == sight.person if sight.person else false()
    if not sight.organisations:
        return own
    return or_(own, ClaimRow.organisation.in_(sorted(sight.organisations)) & (ClaimRow.version > 0))


def _conditions(query: ClaimQuery) -> list[ColumnElement[bool]]:
    conditions = []
    if query.state is not None:
        conditions.append(ClaimRow.state == query.state.value)
    else:
        conditions.append(ClaimRow.state != ClaimState.DELETED.value)
    if query.claimant:
        conditions.append(ClaimRow.claimant == query.claimant)
    if query.organisation:
        conditions.append(ClaimRow.organisation == query.organisation)
    if query.words:
        conditions.append(
            ClaimRow.title.icontains(query.words, autoescape=True)
            | ClaimRow.number.icontains(query.words, autoescape=True)
        )
    return conditions
