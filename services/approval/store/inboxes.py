"""People's lists, page by page: items, cases and notices, what there is of each, what was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Wire
from kernel.errors import NotFound
from services.approval.domain.cases.names import CaseName
from services.approval.domain.people.directory import PersonId
from services.approval.store.inbox_lines import CASE_LINE, NOTICE, case_line, due_at, notice_view
from services.approval.store.inbox_queries import ENTRY, Listing, key_of, page
from services.approval.store.item_views import COLUMNS, JOINED, item_view
from services.approval.use_cases.ports.inbox import Place, Whose
from services.approval.use_cases.queries import ALL, Folder, Narrowed, Order
from services.approval.use_cases.views import CaseLine, Counts, Inbox, ItemView, Listed, NoticeView

Line = ItemView | CaseLine | NoticeView
ITEMS: Final = f"SELECT {ENTRY}, {COLUMNS} FROM page JOIN {JOINED} ON item.id = page.id"  # noqa: S608 - text of ours
CASES: Final = f"SELECT {ENTRY}, {CASE_LINE} FROM page JOIN cases ON cases.id = page.case_id"  # noqa: S608 - likewise
NOTICES: Final = f"""
SELECT {ENTRY}, {NOTICE}, {CASE_LINE}
FROM page JOIN notices ON notices.id = page.id LEFT JOIN cases ON cases.id = page.case_id
"""  # noqa: S608 - likewise
SHOWN: Final = {
    Folder.REQUESTED: CASES,
    Folder.COPIES: NOTICES,
    Folder.TO_READ: NOTICES,
}
STANDING: Final = """
SELECT {columns}, listed.* FROM {joined} LEFT JOIN LATERAL (
    SELECT person AS entry_person, since AS entry_since, due_at AS entry_due_at, read_at AS entry_read_at
    FROM inbox_entries AS entry WHERE entry.id = item.id AND ({arms}) LIMIT 1
) AS listed ON true
WHERE item.id = ANY(%(items)s)
"""
TOLD: Final = f"""
WITH page AS (SELECT * FROM inbox_entries WHERE id = ANY(%(notices)s) AND person = %(person)s) {NOTICES}
"""  # noqa: S608 - text of ours
IN_LISTS: Final = """
SELECT id FROM inbox_entries WHERE id = ANY(%(ids)s) AND person = ANY(%(people)s) AND box <> ''
"""
MARK: Final = """
UPDATE inbox_entries SET read_at = %(at)s
WHERE id = ANY(%(ids)s) AND person = %(person)s AND box <> '' AND read_at IS NULL RETURNING id
"""
ASKED: Final = """
SELECT EXISTS (
    SELECT FROM inbox_entries JOIN work_items AS item ON item.id = inbox_entries.id
    WHERE inbox_entries.case_id = %(case)s AND inbox_entries.person = %(person)s
) AS asked
"""


class Inboxes:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def page(
        self,
        folder: Folder,
        whose: Whose,
        narrowed: Narrowed,
        order: Order,
        page: PageRequest,
        at: datetime,
    ) -> Inbox:
        listing = Listing.of(folder, whose, narrowed, at)
        after = page.place(*KINDS[order])
        rows, total = await self._page(listing, order, after, page.size + 1)
        here = rows[: page.size]
        token = page.token(key_of(here[-1], order)) if len(rows) > page.size else ""
        read = READ.get(folder, _item(whose.person))
        return Inbox(Page(tuple(map(read, here)), token), total)

    async def counts(self, whose: Whose, at: datetime) -> Counts:
        listings = {folder: Listing.of(folder, whose, ALL, at) for folder in Folder}
        to_do = listings[Folder.TO_DO]
        counted = {str(folder): listing.counted() for folder, listing in listings.items()}
        counted["overdue"] = to_do.counted("entry.due_at < %(now)s")
        columns = ", ".join(f"({total}) AS {name}" for name, total in counted.items())
        # What is to be done is the only folder that asks for more than they all do: for whom somebody stands in.
        ((row,),) = await self._wire.fetch((f"SELECT {columns}", to_do.values.named))
        return Counts(**row._asdict())

    async def next_to_do(
        self, whose: Whose, after: Place | None, size: int, at: datetime
    ) -> tuple[tuple[ItemView, ...], Place | None]:
        rows, place = await self._next(Listing.of(Folder.TO_DO, whose, ALL, at), after, size)
        return tuple(map(_item(whose.person), rows)), place

    async def next_unread(
        self, whose: Whose, after: Place | None, size: int, at: datetime
    ) -> tuple[tuple[NoticeView, ...], Place | None]:
        rows, place = await self._next(Listing.of(Folder.TO_READ, whose, ALL, at), after, size)
        return tuple(map(notice_view, rows)), place

    async def _next(self, listing: Listing, after: Place | None, size: int) -> tuple[list[Any], Place | None]:
        rows, _ = await self._page(listing, Order.NEWEST, after, size)
        return rows, (rows[-1].entry_since, rows[-1].entry_id) if len(rows) == size else None

    async def _page(
        self, listing: Listing, order: Order, after: Sequence[Any] | None, limit: int
    ) -> tuple[list[Any], int]:
        """The rows of a page, and how many entries there are in all."""
        asked = page(listing, order, after, limit, SHOWN.get(listing.folder, ITEMS))
        rows = (await self._wire.fetch((asked, listing.values.named)))[0]
        return [row for row in rows if row.entry_id is not None], rows[0].total

    async def standing(
        self, items: Sequence[UUID], whose: Whose, at: datetime
    ) -> list[tuple[ItemView, bool]]:
        listing = Listing.of(Folder.TO_DO, whose, ALL, at)
        arms = " OR ".join(f"({arm})" for arm in listing.arms)
        asked = STANDING.format(columns=COLUMNS, joined=JOINED, arms=arms)
        rows = (await self._wire.fetch((asked, listing.values.named | {"items": list(items)})))[0]
        read = _item(whose.person)
        return [(read(row), True) if row.entry_since is not None else (item_view(row), False) for row in rows]

    async def notices(self, notices: Sequence[UUID], person: PersonId) -> list[NoticeView]:
        rows = (await self._wire.fetch((TOLD, {"notices": list(notices), "person": person})))[0]
        return list(map(notice_view, rows))

    async def mark_read(self, ids: Sequence[UUID], whose: Whose, at: datetime) -> int:
        people = [whose.person, *(standing.person for standing in whose.standings)]
        asked = {"ids": list(ids), "people": people, "person": whose.person, "at": at}
        found, marked = await self._wire.fetch((IN_LISTS, asked), (MARK, asked))
        there = {row.id for row in found}
        for id in ids:
            if id not in there:
                raise NotFound(field="names", name=str(id))
        return len(marked)

    async def was_asked(self, case: CaseName, person: PersonId) -> bool:
        asked = {"case": str(case), "person": person}
        return bool((await self._wire.fetch((ASKED, asked)))[0][0].asked)


KINDS: Final = {
    Order.NEWEST: (datetime, UUID),
    Order.OLDEST: (datetime, UUID),
    Order.DUE: (datetime, UUID),
    Order.LARGEST: (str, int, UUID),
}


def _item(person: PersonId) -> Callable[[Any], ItemView]:
    """Reads rows of somebody's page."""

    def read(row: Any) -> ItemView:
        in_place_of = "" if row.entry_person == person else row.entry_person
        listed = Listed(row.entry_since, row.entry_read_at, due_at(row.entry_due_at), in_place_of)
        return item_view(row, listed)

    return read


READ: Final[dict[Folder, Callable[[Any], Line]]] = {
    Folder.REQUESTED: case_line,
    Folder.COPIES: notice_view,
    Folder.TO_READ: notice_view,
}
