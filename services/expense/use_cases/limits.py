"""Expense types and limits."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.actor import Actor
from kernel.clock import Clock
from services.expense.domain.events import LimitsReplaced
from services.expense.domain.limits import Catalogue, ExpenseType, Limit
from services.expense.permissions import require
from services.expense.use_cases.ports import Work

DOCUMENT = "limits"


@dataclass(frozen=True, slots=True)
class ReplaceLimits:
    types: tuple[ExpenseType, ...]
    limits: tuple[Limit, ...]


async def replace_limits(cmd: ReplaceLimits, *, uow: Work, actor: Actor, clock: Clock) -> Catalogue:
    """All of them at once. Claims that are already submitted keep what they were judged by."""
    require(actor, "ReplaceLimits")
    catalogue = Catalogue.of(cmd.types, cmd.limits)
    async with uow:
        await uow.catalogue.replace(catalogue)
        said = {"types": cmd.types, "limits": cmd.limits}
        uow.record(LimitsReplaced(document=DOCUMENT, version=0, by=actor, at=clock.now(), **said))
        return await uow.commit(catalogue)


async def get_catalogue(query: None, *, uow: Work, actor: Actor, clock: Clock) -> Catalogue:
    async with uow:
        return await uow.catalogue.get()
