"""Work items as their people see them: inboxes, single items, and how much everyone has to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Statement, Wire
from kernel.errors import NotFound
from services.approval.domain.people.directory import PersonId
from services.approval.store.item_views import COLUMNS, JOINED, SEEN, item_view, seen_by
from services.approval.use_cases.ports.steps import Place
from services.approval.use_cases.queries import AskItems, Box
from services.approval.use_cases.views import Inbox, ItemView, Sight

# Nobody counts further by eye, and counting must not cost more than the page.
COUNTED: Final = 10_000

FIND: Final = f"SELECT {COLUMNS} FROM {JOINED} WHERE item.id = %(item)s AND {SEEN}"  # noqa: S608 - text of ours
STANDING: Final = f"""
SELECT {COLUMNS}, EXISTS (
    SELECT FROM inbox_entries AS listed
    WHERE listed.id = item.id AND listed.person = %(person)s AND listed.box = 'to_do'
) AS to_do
FROM {JOINED} WHERE item.id = ANY(%(items)s)
"""  # noqa: S608 - text of ours
# The page is cut from the index first; only its rows are looked up in the other tables.
PAGE: Final = f"""
WITH page AS (
    SELECT id, since FROM inbox_entries WHERE {{which}} ORDER BY since DESC, id DESC LIMIT %(limit)s
)
SELECT {COLUMNS}, page.since FROM page JOIN {JOINED} ON item.id = page.id
ORDER BY page.since DESC, page.id DESC
"""  # noqa: S608 - text of ours
COUNT: Final = """
SELECT count(*) AS total FROM (SELECT FROM inbox_entries WHERE {which} LIMIT %(counted)s) AS listed
"""
LOAD: Final = """
SELECT person, (
    SELECT count(*) FROM (
        SELECT FROM inbox_entries AS item WHERE item.person = asked.person AND box = 'to_do' LIMIT %(counted)s
    ) AS open_items
) AS items FROM unnest(%(people)s::text[]) AS asked (person)
"""
# The list is written into the statement: the planner must see that the index of lists serves it.
LISTED: Final = {
    Box.TO_DO: "person = %(person)s AND box = 'to_do'",
    Box.DONE: "person = %(person)s AND box = 'done'",
}
OF_PROCESS: Final = " AND process = %(process)s"
OF_DOCUMENT: Final = """ AND id IN (
    SELECT item.id FROM work_items AS item JOIN cases ON cases.id = item.case_id WHERE cases.document = %(document)s
)"""
BEHIND: Final = " AND (since, id) < (%(since)s, %(last)s::uuid)"


class Items:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def find(self, item: UUID, sight: Sight) -> ItemView:
        found = (await self._wire.fetch((FIND, {"item": item} | seen_by(sight))))[0]
        if not found:
            raise NotFound(name=f"workItems/{item}")
        return item_view(found[0])

    async def inbox(self, asked: AskItems, person: PersonId, page: PageRequest) -> Inbox:
        which, values = _which(asked, person)
        total = (COUNT.format(which=which), values | {"counted": COUNTED})
        rows, (counted,) = await self._wire.fetch(
            _page(which, values, page.place(datetime, UUID), page.size + 1), total
        )
        here = rows[: page.size]
        token = page.token((here[-1].since, here[-1].item_id)) if len(rows) > page.size else ""
        return Inbox(Page(tuple(map(item_view, here)), token), counted.total)

    async def next_to_do(
        self, person: PersonId, after: Place | None, size: int
    ) -> tuple[tuple[ItemView, ...], Place | None]:
        """The next items that the person has to do, newest first, and where they end; None at the end of all."""
        which, values = _which(AskItems(), person)
        rows = (await self._wire.fetch(_page(which, values, after, size)))[0]
        last = (rows[-1].since, rows[-1].item_id) if len(rows) == size else None
        return tuple(map(item_view, rows)), last

    async def standing(self, items: Sequence[UUID], person: PersonId) -> list[tuple[ItemView, bool]]:
        """How these items stand now, and whether the person has to do them."""
        rows = (await self._wire.fetch((STANDING, {"items": list(items), "person": person})))[0]
        return [(item_view(row), row.to_do) for row in rows]

    async def load(self, people: Sequence[PersonId]) -> Mapping[PersonId, int]:
        rows = (await self._wire.fetch((LOAD, {"people": list(people), "counted": COUNTED})))[0]
        return {row.person: row.items for row in rows if row.items}


def _which(asked: AskItems, person: PersonId) -> tuple[str, dict[str, Any]]:
    which, values = LISTED[asked.box], {"person": person}
    if asked.process:
        which, values["process"] = which + OF_PROCESS, asked.process
    if asked.document:
        which, values["document"] = which + OF_DOCUMENT, asked.document
    return which, values


def _page(which: str, values: dict[str, Any], after: Sequence[Any] | None, limit: int) -> Statement:
    if after is not None:
        which, values = which + BEHIND, values | {"since": after[0], "last": after[1]}
    return PAGE.format(which=which), values | {"limit": limit}
