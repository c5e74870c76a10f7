"""Cases as they are shown, to those who may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, cast, exists, func, select, union
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Wire
from kernel.errors import NotFound
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName
from services.approval.domain.people.directory import PersonId
from services.approval.store.effects import TROUBLED, effect_of
from services.approval.store.item_views import COLUMNS, item_view
from services.approval.store.notices import copies_of
from services.approval.store.routes import ALL, route_view
from services.approval.store.rows import case_of
from services.approval.store.sight import is_responsible, seen
from services.approval.store.tables import (
    AS_STORED,
    CaseRow,
    CommentRow,
    EffectRow,
    ParticipantRow,
    RouteRow,
)
from services.approval.use_cases.discretion import discreet
from services.approval.use_cases.queries import AskCases
from services.approval.use_cases.views import CaseView, Comment, Effect, ItemView, RouteView, Sight

# However much is said and walked again, the case can be read: the rest stands on its timeline, page by page.
COMMENTS: Final = 200
MOST_ITEMS: Final = 500
# What is open goes before all that is over, however long it has been so.
ITEMS: Final = f"""
SELECT {COLUMNS}, shown.whole FROM (
    SELECT id, count(*) OVER () AS whole FROM work_items WHERE case_id = %(case)s
    ORDER BY state IN ('done', 'cancelled'), created_at DESC, id DESC LIMIT {MOST_ITEMS}
) AS shown JOIN work_items AS item ON item.id = shown.id
JOIN steps ON steps.id = item.step_id JOIN cases ON cases.id = item.case_id ORDER BY item.created_at, item.id
"""  # noqa: S608 - text of ours

# All that is open is looked through once: somebody leaves seldom, and what they are planned for stands nowhere else.
WITH_WORK_OF: Final = """
SELECT cases.id, cases.place FROM cases
WHERE cases.state <> 'closed' AND cases.place > %(behind)s AND (
    EXISTS (
        SELECT FROM work_items AS item WHERE item.case_id = cases.id AND item.state NOT IN ('done', 'cancelled')
        AND (item.assignee = %(person)s OR item.candidates ? %(person)s OR item.owners ? %(person)s)
    ) OR EXISTS (
        SELECT FROM routes WHERE routes.case_id = cases.id AND jsonb_path_exists(
            routes.route, '$.steps[*].approvers[*].candidates[*] ? (@ == $person)',
            jsonb_build_object('person', %(person)s::text)
        )
    ) OR EXISTS (
        SELECT FROM route_revisions AS became WHERE became.case_id = cases.id AND jsonb_path_exists(
            became.route, '$.steps[*].approvers[*].candidates[*] ? (@ == $person)',
            jsonb_build_object('person', %(person)s::text)
        )
    )
)
ORDER BY cases.place LIMIT %(most)s
"""


class ShownCases:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def find(self, name: CaseName, sight: Sight) -> CaseView:
        await self._wire.fetch()  # what was queued is to be seen
        wanted = select(CaseRow).where(CaseRow.id == str(name), seen(sight))
        row = await self._session.scalar(wanted, execution_options=AS_STORED)
        if row is None:
            raise NotFound(name=name.resource)
        items, earlier = await self._items(row.id)
        sees_copies = sight.everything or sight.person == row.requester
        shown = CaseView(
            case=case_of(row),
            effects=(await self._effects([row.id]))[row.id],
            routes=await self._routes(row.id),
            items=items,
            earlier_items=earlier,
            comments=await self._comments(row.id),
            copies=await copies_of(row.id, self._wire) if sees_copies else (),
            snapshot=row.snapshot,
        )
        return discreet(shown, sight)

    async def may_see(self, name: CaseName, sight: Sight) -> bool:
        """Whether there is such a case that may be seen."""
        wanted = exists().where(CaseRow.id == str(name), seen(sight))
        return bool(await self._session.scalar(select(wanted)))

    async def keeps_names(self, name: CaseName) -> bool:
        """Whether the policy keeps anything of the case from those who may see it."""
        # Of its routes, not of its steps: what is decided ahead of time tells who will be asked by steps to come.
        rules = func.jsonb_path_exists(RouteRow.route, cast("$.steps[*].rules.visibility", JSONPATH))
        return bool(await self._session.scalar(select(exists().where(RouteRow.case_id == str(name), rules))))

    async def must_be_seen(self, name: CaseName, sight: Sight) -> None:
        if not await self.may_see(name, sight):
            raise NotFound(name=name.resource)

    async def latest_name(self, document: str) -> CaseName:
        latest = select(CaseRow.id).where(CaseRow.document == document).order_by(CaseRow.n.desc()).limit(1)
        found = await self._session.scalar(latest)
        if found is None:
            raise NotFound(name=document)
        return CaseName.parse(found)

    async def may_see_document(self, document: str, sight: Sight) -> bool | None:
        of_document = CaseRow.document == document
        row = (
            await self._session.execute(
                select(exists().where(of_document), exists().where(of_document, seen(sight)))
            )
        ).one()
        return row[1] if row[0] else None

    async def with_work_of(
        self, person: PersonId, behind: int, most: int
    ) -> tuple[tuple[int, CaseName], ...]:
        asked = {"person": person, "behind": behind, "most": most}
        rows = (await self._wire.fetch((WITH_WORK_OF, asked)))[0]
        return tuple((row.place, CaseName.parse(row.id)) for row in rows)

    async def latest(self, process: str, count: int) -> tuple[Case, ...]:
        rows = select(CaseRow).options(defer(CaseRow.snapshot, raiseload=True))
        rows = rows.where(CaseRow.process == process).order_by(CaseRow.place.desc()).limit(count)
        return tuple(map(case_of, await self._session.scalars(rows)))

    async def policy_kept_by(self, document: str, process: str) -> int | None:
        running = (CaseRow.document == document, CaseRow.process == process, CaseRow.state != "closed")
        return await self._session.scalar(select(CaseRow.policy).where(*running))

    async def page(self, asked: AskCases, sight: Sight, page: PageRequest) -> Page[CaseView]:
        rows = select(CaseRow).options(defer(CaseRow.snapshot, raiseload=True))
        if sight.everything:
            rows = rows.where(*_narrowed(asked))
        else:
            rows = rows.where(CaseRow.place.in_(_places(asked, sight, page)))
        found = await fetch_page(self._session, rows, page, CaseRow.place, newest_first=True)
        effects = await self._effects([row.CaseRow.id for row in found.items])
        return found.map(lambda row: CaseView(case_of(row.CaseRow), effects[row.CaseRow.id]))

    async def _effects(self, cases: Sequence[str]) -> dict[str, tuple[Effect, ...]]:
        rows = select(EffectRow).where(EffectRow.case_id.in_(cases)).order_by(EffectRow.updated_at)
        found: defaultdict[str, tuple[Effect, ...]] = defaultdict(tuple)
        for row in await self._session.scalars(rows):
            found[row.case_id] += (effect_of(row),)
        return found

    async def _routes(self, case: str) -> tuple[RouteView, ...]:
        """The latest of every stage, in the order in which the stages were first planned."""
        latest: dict[str, RouteView] = {}
        for row in (await self._wire.fetch((ALL, {"case": case})))[0]:
            latest[row.stage] = route_view(row)
        return tuple(latest.values())

    async def _items(self, case: str) -> tuple[tuple[ItemView, ...], int]:
        """Those that are shown, and how many there are beside them."""
        rows = (await self._wire.fetch((ITEMS, {"case": case})))[0]
        return tuple(map(item_view, rows)), rows[0].whole - len(rows) if rows else 0

    async def _comments(self, case: str) -> tuple[Comment, ...]:
        rows = select(CommentRow).where(CommentRow.case_id == case)
        latest = await self._session.scalars(rows.order_by(CommentRow.id.desc()).limit(COMMENTS))
        return tuple(Comment(row.author, row.comment, row.at) for row in reversed(latest.all()))


def _narrowed(asked: AskCases) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.process:
        conditions.append(CaseRow.process == asked.process)
    if asked.document:
        conditions.append(CaseRow.document == asked.document)
    if asked.requester:
        conditions.append(CaseRow.requester == asked.requester)
    if asked.states:
        conditions.append(CaseRow.state.in_([state.value for state in asked.states]))
    if asked.only_waiting:
        conditions.append(exists().where(EffectRow.case_id == CaseRow.id, EffectRow.state.in_(TROUBLED)))
    return conditions


def _places(asked: AskCases, sight: Sight, page: PageRequest) -> Select[Any]:
    """One page of what somebody takes part in and one of what they are responsible for: two short index walks.

    A single condition with OR would read everybody's cases to find the few of one person.
    """
    mine = select(ParticipantRow.place.label("place")).join(CaseRow, CaseRow.id == ParticipantRow.case_id)
    mine = mine.where(ParticipantRow.person == sight.person, *_narrowed(asked))
    walks = [_cut(mine, ParticipantRow.place.expression, page)]
    if sight.organisations:
        theirs = select(CaseRow.place.label("place")).where(is_responsible(sight), *_narrowed(asked))
        walks.append(_cut(theirs, CaseRow.place.expression, page))
    return select(union(*(select(walk.subquery().c.place) for walk in walks)).subquery().c.place)


def _cut(walk: Select[Any], place: ColumnElement[int], page: PageRequest) -> Select[Any]:
    before = page.place(int)
    if before is not None:
        walk = walk.where(place < before[0])
    return walk.order_by(place.desc()).limit(page.size + 1)
