"""Work items as their people see them: inboxes, single items, and how much everyone has to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.keyset import fetch_page
from chassis.paging import Page, PageRequest
from kernel.errors import NotFound
from services.approval.domain.directory import PersonId
from services.approval.store.item_views import item_view, select_item_views
from services.approval.store.sight import seen
from services.approval.store.tables import CandidateRow, CaseRow, WorkItemRow
from services.approval.use_cases.queries import AskItems
from services.approval.use_cases.views import ItemView, Sight

# Nobody counts further by eye, and counting must not cost more than the page.
COUNTED = 10_000


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
        order = [row.item_id for row in cut.items]
        rows = await self._session.execute(select_item_views().where(WorkItemRow.id.in_(order)))
        found = {row.WorkItemRow.id: item_view(row) for row in rows}
        return Page(tuple(found[item] for item in order), cut.next_page_token)

    async def count(self, asked: AskItems, person: PersonId) -> int:
        counted = _box(asked, person).limit(COUNTED).subquery()
        return await self._session.scalar(select(func.count()).select_from(counted)) or 0

    async def present(self, items: Sequence[UUID], person: PersonId) -> dict[UUID, ItemView]:
        """Those of these items that the person has to do."""
        rows = (
            select_item_views()
            .join(CandidateRow, CandidateRow.item_id == WorkItemRow.id)
            .where(WorkItemRow.id.in_(items), CandidateRow.person == person, CandidateRow.box == "to_do")
        )
        return {row.WorkItemRow.id: item_view(row) for row in await self._session.execute(rows)}

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
