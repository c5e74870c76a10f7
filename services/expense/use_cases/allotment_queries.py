"""Looking at allotments: like budgets, those of the caller's organisation and of those that they are responsible for."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.cases.ports import Directory
from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from services.expense.domain.allotment import Allotment
from services.expense.use_cases.allotment_ports import AllotmentQuery, Draw
from services.expense.use_cases.ports import Work
from services.expense.use_cases.sight import budget_sight_of


@dataclass(frozen=True, slots=True)
class ListAllotments:
    query: AllotmentQuery
    page: PageRequest


@dataclass(frozen=True, slots=True)
class ListDraws:
    number: str
    page: PageRequest


async def get_allotment(
    number: str, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Allotment:
    """Raises NotFound, also where the caller may not see it."""
    sight = await budget_sight_of(actor, directory)
    async with uow:
        return await uow.allotments.get(number, sight)


async def list_allotments(
    cmd: ListAllotments, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Page[Allotment]:
    sight = await budget_sight_of(actor, directory)
    async with uow:
        return await uow.allotments.page(cmd.query, sight, cmd.page)


async def list_draws(
    cmd: ListDraws, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Page[Draw]:
    sight = await budget_sight_of(actor, directory)
    async with uow:
        allotment = await uow.allotments.get(cmd.number, sight)
        return await uow.allotments.draws(allotment, cmd.page)
