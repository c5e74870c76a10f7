"""All acts on a case, its steps and its work items, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from chassis.cases.offered import Act, Missing, Offered
from chassis.postgres.paging import PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from services.approval.domain.cases.names import CASE, CaseName
from services.approval.use_cases.items import must_be_person, must_be_shown
from services.approval.use_cases.offered.on_case import acts_on_case, overrides_of
from services.approval.use_cases.offered.on_items import acts_on_items
from services.approval.use_cases.offered.on_route import acts_ahead, overrides_of_route
from services.approval.use_cases.offered.situation import Situation, situation_of
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.sight import sight_of
from services.approval.use_cases.views import ItemView


async def list_acts(
    query: tuple[str | UUID, PageRequest], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> tuple[Offered, str]:
    """Of a case or document by its name, or of a work item by its id; and the token of the next page.

    Raises NotFound, also where the caller may not see it, OnlyPeople, PageTokenMalformed.
    """
    must_be_person(actor)
    asked, page = query
    async with uow:
        sight = await sight_of(actor, uow, clock)
        item: ItemView | None = None
        if isinstance(asked, UUID):
            item = await uow.items.find(asked, sight)
            name = item.step.case
        else:
            name = await _case(asked, uow)
        shown = await uow.cases.find(name, sight)
        if item is not None and sight.person not in item.item.people:
            must_be_shown(item, shown)
        situation = await situation_of(shown, uow=uow, actor=actor, clock=clock)
        found = [one async for one in (acts_on_items(situation, item.item) if item else _all(situation))]
    return _page(
        [one for one in found if isinstance(one, Act)],
        [one for one in found if isinstance(one, Missing)],
        page,
    )


async def _case(name: str, uow: ApprovalUnitOfWork) -> CaseName:
    if CASE.fullmatch(name.removeprefix("cases/")):
        return CaseName.parse(name, "name")
    return await uow.cases.latest_name(name)


async def _all(situation: Situation) -> AsyncIterator[Act | Missing]:
    async for one in acts_on_items(situation):
        yield one
    async for act in acts_ahead(situation):
        yield act
    async for one in acts_on_case(situation):
        yield one
    async for act in overrides_of(situation):
        yield act
    async for act in overrides_of_route(situation):
        yield act


def _page(acts: list[Act], missing: list[Missing], page: PageRequest) -> tuple[Offered, str]:
    """By place: what can be done changes with every act, so that a page behind another is as of its own moment."""
    (begin,) = page.place(int) or (0,)
    assert isinstance(begin, int)
    begin = max(0, begin)
    end = begin + page.size
    token = page.token((end,)) if end < len(acts) else ""
    return Offered(tuple(acts[begin:end]), tuple(missing[: page.size]) if begin == 0 else ()), token
