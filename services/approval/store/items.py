"""Work items as their people see them: inboxes, single items, and how much everyone has to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Select, exists, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.keyset import fetch_page
from chassis.paging import Page, PageRequest
from kernel.errors import NotFound
from services.approval.domain.directory import PersonId
from services.approval.store.item_views import item_view, select_item_views
from services.approval.store.sight import seen
from services.approval.store.tables import CandidateRow, CaseRow, WorkItemRow
from services.approval.use_cases.queries import AskItems, Box
from services.approval.use_cases.views import ItemView, Sight

# Nobody counts further by eye, and counting must not cost more than the page.
COUNTED = 10_000
Place: TypeAlias = tuple[datetime, UUID]


class Items:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, item: UUID, sight: Sight) -> ItemView:
        wanted = select_item_views().where(WorkItemRow.id == item, seen(sight))
        row = (await self._session.execute(wanted)).one_or_none()
        if row is None:
            raise NotFound(name=f"workItems/{item}")
        return item_view(row)

    async def page(self, asked: AskItems, person: PersonId, page: PageRequest) -> Page[ItemView]:
        # The page is cut from the index first; only its rows are looked up in the other tables.
        place = (CandidateRow.since, CandidateRow.item_id)
        cut = await fetch_page(self._session, _box(asked, person), page, *place, newest_first=True)
        return Page(await self._views([row.item_id for row in cut.items]), cut.next_page_token)

    async def next_to_do(
        self, person: PersonId, after: Place | None, size: int
    ) -> tuple[tuple[ItemView, ...], Place | None]:
        """The next items that the person has to do, newest first, and where they end; None at the end of all."""
        place = tuple_(CandidateRow.since, CandidateRow.item_id)
        rows = _box(AskItems(), person).add_columns(CandidateRow.since)
        if after is not None:
            rows = rows.where(place < after)
        order = (CandidateRow.since.desc(), CandidateRow.item_id.desc())
        cut = (await self._session.execute(rows.order_by(*order).limit(size))).all()
        last = (cut[-1].since, cut[-1].item_id) if len(cut) == size else None
        return await self._views([row.item_id for row in cut]), last

    async def standing(self, items: Sequence[UUID], person: PersonId) -> list[tuple[ItemView, bool]]:
        """How these items stand now, and whether the person has to do them."""
        to_do = exists().where(
            CandidateRow.item_id == WorkItemRow.id,
            CandidateRow.person == person,
            CandidateRow.box == Box.TO_DO.value,
        )
        rows = select_item_views().add_columns(to_do.label("to_do")).where(WorkItemRow.id.in_(items))
        return [(item_view(row), row.to_do) for row in await self._session.execute(rows)]

    async def _views(self, items: Sequence[UUID]) -> tuple[ItemView, ...]:
        if not items:
            return ()
        rows = await self._session.execute(select_item_views().where(WorkItemRow.id.in_(items)))
        found = {row.item_id: item_view(row) for row in rows}
        return tuple(found[item] for item in items)

    async def count(self, asked: AskItems, person: PersonId) -> int:
        counted = _box(asked, person).limit(COUNTED).subquery()
        return await self._session.scalar(select(func.count()).select_from(counted)) or 0

    async def load(self, people: Sequence[PersonId]) -> Mapping[PersonId, int]:
        rows = await self._session.execute(LOAD, {"people": list(people), "counted": COUNTED})
        return {person: count for person, count in rows if count}


def _box(asked: AskItems, person: PersonId) -> Select[Any]:
    box = select(CandidateRow.item_id).where(
        CandidateRow.person == person, CandidateRow.box == asked.box.value
    )
    if asked.process:
        box = box.where(CandidateRow.process == asked.process)
    if asked.document:
        of_document = select(WorkItemRow.id).join(CaseRow, CaseRow.id == WorkItemRow.case_id)
        box = box.where(CandidateRow.item_id.in_(of_document.where(CaseRow.document == asked.document)))
    return box


LOAD = text(
    """
    SELECT person, (
        SELECT count(*) FROM (
            SELECT FROM item_candidates AS item WHERE item.person = asked.person AND box = 'to_do' LIMIT :counted
        ) AS open_items
    ) FROM unnest(CAST(:people AS text[])) AS asked (person)
    """
)
