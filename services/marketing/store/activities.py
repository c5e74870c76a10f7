"""Activities inside one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.cases.sight import Sight
from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Rows, Wire
from kernel.errors import NotFound
from services.marketing.domain.activity import Activity
from services.marketing.domain.life import TAKES_PLACE
from services.marketing.domain.overlap import OverlappingActivity
from services.marketing.domain.terms import Terms
from services.marketing.store.activity_rows import activity_columns, activity_of, fixed_columns, line_columns
from services.marketing.store.activity_search import conditions, visible
from services.marketing.store.counters import next_number
from services.marketing.store.tables import ActivityRow, LineRow
from services.marketing.use_cases.ports import ActivityQuery

FIXED: Final = Columns(("number", "requester", "organisation", "created_at"))
CHANGES: Final = Columns(
    (
        *("title", "activity_class", "customers", "products", "start_date", "end_date", "last_day", "terms"),
        *("attachments", "currency", "total_minor", "state", "version", "revision", "case_open", "edited"),
        *("lines_given", "reason", "closure", "claimable_until", "overdue_on", "ended_early", "open_change"),
        *("closer", "history", "updated_at", "submitted_at", "started_at", "ended_at"),
        *("closure_submitted_at", "settled_at", "closed_at"),
    )
)
LINE: Final = Rows(
    "line",
    dict.fromkeys(("activity", "id", "expense_type", "month", "note"), "text")
    | dict.fromkeys(("amount_minor", "actual_minor", "claimable_minor"), "bigint")
    | {"position": "integer"},
)
# As `visible` says it for lists.
FIND: Final = """
SELECT * FROM activities WHERE number = %(number)s AND (
    %(everything)s OR (requester = %(person)s AND %(person)s <> '')
    OR (organisation = ANY(%(organisations)s) AND version > 0)
)
"""
# NO KEY: rows that refer to the activity may be added meanwhile.
LOCK: Final = f"{FIND} FOR NO KEY UPDATE"
LINES: Final = "SELECT * FROM activity_lines WHERE activity = %(number)s ORDER BY position"
ADD: Final = f"""
INSERT INTO activities ({FIXED.columns}, {CHANGES.columns}) VALUES ({FIXED.values}, {CHANGES.values})
"""  # noqa: S608 - names of columns
SAVE: Final = f"UPDATE activities SET {CHANGES.changes} WHERE number = %(number)s"  # noqa: S608 - names of columns
CLEAR: Final = "DELETE FROM activity_lines WHERE activity = %(number)s"
ADD_LINES: Final = f"INSERT INTO activity_lines ({LINE.columns}) SELECT {LINE.columns} FROM {LINE.source}"  # noqa: S608 - names of columns

# Two that are submitted at once for the same customer: the second waits, and then sees the first.
ONE_AT_A_TIME: Final = """
SELECT pg_advisory_xact_lock(hashtextextended(%(class)s || '@' || customer, 7403002))
FROM unnest(%(customers)s::text[]) AS customer
"""
OVERLAPPING: Final = """
SELECT number, customers FROM activities
WHERE number <> %(number)s AND activity_class = %(class)s AND customers && %(customers)s::text[]
    AND state = ANY(%(states)s) AND start_date <= %(end)s AND last_day >= %(start)s
ORDER BY start_date, number LIMIT 1
"""
OVERDUE: Final = """
SELECT number FROM activities WHERE requester = %(requester)s AND state = 'to_close' AND overdue_on <= %(day)s
ORDER BY overdue_on, number LIMIT 50
"""


class Activities:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire
        self._read: dict[str, list[dict[str, Any]]] = {}

    async def next_number(self, year: int) -> str:
        """The next number of the year, without gaps: others who want one wait until this transaction ends."""
        return await next_number(self._wire, "AC", year)

    async def add(self, activity: Activity) -> None:
        self._wire.write(ADD, fixed_columns(activity) | activity_columns(activity))
        self._write_lines(line_columns(activity))

    async def get(self, number: str, sight: Sight) -> Activity:
        """Raises NotFound, also where the caller may not see it."""
        return await self._one(FIND, number, sight)

    async def get_for_update(self, number: str, sight: Sight) -> Activity:
        """The activity, locked until the transaction ends. Raises NotFound."""
        activity = await self._one(LOCK, number, sight)
        self._read[number] = line_columns(activity)
        return activity

    async def save(self, activity: Activity) -> None:
        """Write one that was locked. Its lines are written only where they have changed."""
        self._wire.write(SAVE, activity_columns(activity) | {"number": activity.number})
        lines = line_columns(activity)
        if lines != self._read[activity.number]:
            self._wire.write(CLEAR, {"number": activity.number})
            self._write_lines(lines)

    async def page(self, query: ActivityQuery, sight: Sight, page: PageRequest) -> Page[Activity]:
        """Newest first."""
        found = select(ActivityRow).where(visible(sight), *conditions(query))
        rows = await fetch_page(self._session, found, page, ActivityRow.place, newest_first=True)
        return await self._with_lines(rows)

    async def calendar(self, query: ActivityQuery, sight: Sight, page: PageRequest) -> Page[Activity]:
        """By their first day."""
        found = select(ActivityRow).where(visible(sight), *conditions(query))
        rows = await fetch_page(self._session, found, page, ActivityRow.start_date, ActivityRow.number)
        return await self._with_lines(rows)

    async def must_not_overlap(self, number: str, terms: Terms) -> None:
        """Nobody else submits one of the class at these customers until the transaction ends. Raises OverlappingActivity."""
        if not terms.customers or terms.start_date is None or terms.end_date is None:
            return
        asked = {
            "number": number,
            "class": terms.activity_class,
            # Always in one order, so that nobody waits for each other.
            "customers": sorted(terms.customers),
            "states": [state.value for state in TAKES_PLACE],
            "start": terms.start_date,
            "end": terms.end_date,
        }
        _, found = await self._wire.fetch((ONE_AT_A_TIME, asked), (OVERLAPPING, asked))
        if found:
            both = sorted(set(found[0].customers).intersection(terms.customers))
            raise OverlappingActivity(
                activity=f"activities/{found[0].number}", customer=f"customers/{both[0]}"
            )

    async def overdue(self, requester: str, day: date) -> tuple[str, ...]:
        """The numbers of those whose closure is overdue on that day, the longest first."""
        (rows,) = await self._wire.fetch((OVERDUE, {"requester": requester, "day": day}))
        return tuple(row.number for row in rows)

    async def _one(self, statement: str, number: str, sight: Sight) -> Activity:
        asked = {
            "number": number,
            "everything": sight.everything,
            "person": sight.person,
            "organisations": sorted(sight.organisations),
        }
        found, lines = await self._wire.fetch((statement, asked), (LINES, {"number": number}))
        if not found:
            raise NotFound(name=f"activities/{number}")
        return activity_of(found[0], lines)

    async def _with_lines(self, rows: Page[Any]) -> Page[Activity]:
        activities: list[ActivityRow] = [row.ActivityRow for row in rows.items]
        lines = await self._lines_of(activity.number for activity in activities)
        return Page(tuple(activity_of(a, lines[a.number]) for a in activities), rows.next_page_token)

    async def _lines_of(self, numbers: Iterable[str]) -> dict[str, list[LineRow]]:
        lines: dict[str, list[LineRow]] = defaultdict(list)
        of = LineRow.activity.in_(list(numbers))
        for line in await self._session.scalars(
            select(LineRow).where(of).order_by(LineRow.activity, LineRow.position)
        ):
            lines[line.activity].append(line)
        return lines

    def _write_lines(self, lines: list[dict[str, Any]]) -> None:
        if lines:
            self._wire.write(ADD_LINES, LINE.of(lines))
