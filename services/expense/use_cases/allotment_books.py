"""All that activities hold, told to whoever compares it with what they believe."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.actor import Actor
from kernel.clock import Clock
from services.expense.domain.allotment import Allotment
from services.expense.domain.budget import BudgetKey
from services.expense.permissions import require
from services.expense.use_cases.allotment_ports import ActivityBudget
from services.expense.use_cases.ports import Work


@dataclass(frozen=True, slots=True)
class ReadAllotments:
    """`after` is a number; empty: from the first."""

    after: str
    limit: int


@dataclass(frozen=True, slots=True)
class ReadBudgets:
    after: BudgetKey | None
    limit: int


async def read_allotments(
    cmd: ReadAllotments, *, uow: Work, actor: Actor, clock: Clock
) -> tuple[tuple[Allotment, ...], bool]:
    """A page, and whether there is another one. Raises NotPermitted."""
    require(actor, "ReadAllotmentBooks")
    async with uow:
        found = await uow.allotment_books.allotments(cmd.after, cmd.limit + 1)
    return found[: cmd.limit], len(found) > cmd.limit


async def read_budgets(
    cmd: ReadBudgets, *, uow: Work, actor: Actor, clock: Clock
) -> tuple[tuple[ActivityBudget, ...], bool]:
    require(actor, "ReadAllotmentBooks")
    async with uow:
        found = await uow.allotment_books.budgets(cmd.after, cmd.limit + 1)
    return found[: cmd.limit], len(found) > cmd.limit
