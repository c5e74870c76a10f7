"""Claims inside one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.cases.sight import Sight
from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Rows, Wire
from kernel.errors import NotFound
from services.expense.domain.claim import Claim
from services.expense.domain.life import ClaimState
from services.expense.store.claim_rows import claim_columns, claim_of, fixed_columns, line_columns
from services.expense.store.tables import ClaimRow, LineRow
from services.expense.use_cases.ports import ClaimQuery

# Others who want a number wait until this transaction ends.
COUNT: Final = """
INSERT INTO claim_counters (year, last) VALUES (%(year)s, 1)
ON CONFLICT (year) DO UPDATE SET last = claim_counters.last + 1 RETURNING last
"""
CHANGES: Final = Columns(
    (
        *(
            "title",
            "attachments",
            "cost_centre",
            "state",
            "version",
            "revision",
            "case_open",
            "edited",
            "lines_given",
            "reason",
        ),
        *("payment", "currency", "total_minor", "payable_minor", "updated_at", "submitted_at", "paid_at"),
    )
)
FIXED: Final = Columns(("number", "claimant", "organisation", "created_at"))
TEXTS: Final = (
    *("claim", "id", "expense_type", "description", "city", "customer", "activity", "activity_line"),
    *("invoice_seller", "invoice_code", "invoice_number", "cut_reason", "cut_by"),
)
AMOUNTS: Final = ("amount_minor", "tax_minor", "invoice_minor", "cut_minor")
LINE: Final = Rows(
    "line",
    dict.fromkeys(TEXTS, "text")
    | dict.fromkeys(AMOUNTS, "bigint")
    | {"position": "integer", "date": "date", "invoice_date": "date"},
)
# As `_visible` says it for lists.
FIND: Final = """
SELECT * FROM claims WHERE number = %(number)s AND (
    %(everything)s OR (claimant = %(person)s AND %(person)s <> '')
    OR (organisation = ANY(%(organisations)s) AND version > 0)
)
"""
# NO KEY: rows that refer to the claim may be added meanwhile.
LOCK: Final = f"{FIND} FOR NO KEY UPDATE"
LINES: Final = "SELECT * FROM claim_lines WHERE claim = %(number)s ORDER BY position"
ADD: Final = f"""
INSERT INTO claims ({FIXED.columns}, {CHANGES.columns}) VALUES ({FIXED.values}, {CHANGES.values})
"""  # noqa: S608 - names of columns
SAVE: Final = f"UPDATE claims SET {CHANGES.changes} WHERE number = %(number)s"  # noqa: S608 - names of columns
CLEAR: Final = "DELETE FROM claim_lines WHERE claim = %(number)s"
ADD_LINES: Final = f"INSERT INTO claim_lines ({LINE.columns}) SELECT {LINE.columns} FROM {LINE.source}"  # noqa: S608 - names of columns


class Claims:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire
        self._read: dict[str, Claim] = {}

    async def next_number(self, year: int) -> str:
        """The next number of the year, without gaps: others who want one wait until this transaction ends."""
        ((counted,),) = await self._wire.fetch((COUNT, {"year": year}))
        return f"EC-{year}-{counted.last:06}"

    async def add(self, claim: Claim) -> None:
        self._wire.write(ADD, fixed_columns(claim) | claim_columns(claim))
        self._write_lines(claim)

    async def get(self, number: str, sight: Sight) -> Claim:
        """Raises NotFound, also where the caller may not see it."""
        return await self._one(FIND, number, sight)

    async def get_for_update(self, number: str, sight: Sight) -> Claim:
        """The claim, locked until the transaction ends. Raises NotFound."""
        self._read[number] = claim = await self._one(LOCK, number, sight)
        return claim

    async def save(self, claim: Claim) -> None:
        """Write a claim that was locked. Its lines are written only where they have changed."""
        self._wire.write(SAVE, claim_columns(claim) | {"number": claim.number})
        if claim.lines != self._read[claim.number].lines:
            self._wire.write(CLEAR, {"number": claim.number})
            self._write_lines(claim)

    async def page(self, query: ClaimQuery, sight: Sight, page: PageRequest) -> Page[Claim]:
        """Newest first."""
        found = select(ClaimRow).where(_visible(sight), *_conditions(query))
        rows = await fetch_page(self._session, found, page, ClaimRow.place, newest_first=True)
        claims: list[ClaimRow] = [row.ClaimRow for row in rows.items]
        lines = await self._lines_of(claim.number for claim in claims)
        return Page(tuple(claim_of(c, lines[c.number]) for c in claims), rows.next_page_token)

    async def _one(self, statement: str, number: str, sight: Sight) -> Claim:
        asked = {
            "number": number,
            "everything": sight.everything,
            "person": sight.person,
            "organisations": sorted(sight.organisations),
        }
        found, lines = await self._wire.fetch((statement, asked), (LINES, {"number": number}))
        if not found:
            raise NotFound(name=f"claims/{number}")
        return claim_of(found[0], lines)

    async def _lines_of(self, numbers: Iterable[str]) -> dict[str, list[LineRow]]:
        lines: dict[str, list[LineRow]] = defaultdict(list)
        found = (
            select(LineRow).where(LineRow.claim.in_(list(numbers))).order_by(LineRow.claim, LineRow.position)
        )
        for line in await self._session.scalars(found):
            lines[line.claim].append(line)
        return lines

    def _write_lines(self, claim: Claim) -> None:
        if claim.lines:
            self._wire.write(ADD_LINES, LINE.of(line_columns(claim)))


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
    if query.activity:
        lines = select(LineRow.claim).where(_of_activity(query.activity))
        conditions.append(ClaimRow.number.in_(lines))
    return conditions


def _of_activity(name: str) -> ColumnElement[bool]:
    """Lines that are paid from it, and those that only say what they were spent on."""
    spent_on = (LineRow.activity == name) & (LineRow.activity != "")
    paid_from = LineRow.activity_line.startswith(f"{name}/", autoescape=True) & (LineRow.activity_line != "")
    return spent_on | paid_from
