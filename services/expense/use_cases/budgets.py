"""Budgets as finance changes them, and as people look at them."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.cases.ports import Directory
from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import EtagMismatch, NotFound
from kernel.money import Money
from services.expense.domain.budget import Budget, BudgetKey, MovementKind, SameBudget, changed, transfer
from services.expense.domain.events import BudgetAdjusted, BudgetTransferred
from services.expense.domain.months import Month
from services.expense.permissions import require
from services.expense.use_cases.ports import Booked, BudgetQuery, Note, Work
from services.expense.use_cases.sight import budget_sight_of


@dataclass(frozen=True, slots=True)
class BudgetView:
    budget: Budget
    month_closed: bool


@dataclass(frozen=True, slots=True)
class ListBudgets:
    query: BudgetQuery
    page: PageRequest


@dataclass(frozen=True, slots=True)
class ListMovements:
    key: BudgetKey
    page: PageRequest


@dataclass(frozen=True, slots=True)
class AdjustBudget:
    """An empty etag fits any budget."""

    key: BudgetKey
    etag: str
    change: Money
    reason: str


@dataclass(frozen=True, slots=True)
class TransferBudget:
    source: BudgetKey
    target: BudgetKey
    amount: Money
    reason: str


async def get_budget(
    key: BudgetKey, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> BudgetView:
    sight = await budget_sight_of(actor, directory)
    async with uow:
        budget = await uow.budgets.get(key, sight)
        return (await _viewed(uow, [budget]))[0]


async def list_budgets(
    cmd: ListBudgets, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Page[BudgetView]:
    sight = await budget_sight_of(actor, directory)
    async with uow:
        page = await uow.budgets.page(cmd.query, sight, cmd.page)
        return Page(tuple(await _viewed(uow, page.items)), page.next_page_token)


async def list_movements(
    cmd: ListMovements, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Page[Booked]:
    sight = await budget_sight_of(actor, directory)
    async with uow:
        await uow.budgets.get(cmd.key, sight)
        return await uow.budgets.movements(cmd.key, cmd.page)


async def adjust_budget(cmd: AdjustBudget, *, uow: Work, actor: Actor, clock: Clock) -> BudgetView:
    require(actor, "AdjustBudget")
    now = clock.now()
    async with uow:
        await uow.months.must_be_open([cmd.key.month])
        (before,) = await _locked(uow, cmd.key)
        if cmd.etag and cmd.etag != before.etag:
            raise EtagMismatch(name=before.name, current=before.etag)
        change = changed(before, before.adjusted(cmd.change), MovementKind.ADJUSTED)
        await uow.budgets.write([change], Note(now, actor.id, reason=cmd.reason))
        said = {"change": cmd.change, "amount": change.after.amount, "reason": cmd.reason}
        uow.record(BudgetAdjusted.of(change.after, actor, now, **said))
        return await uow.commit(BudgetView(change.after, month_closed=False))


async def transfer_budget(
    cmd: TransferBudget, *, uow: Work, actor: Actor, clock: Clock
) -> tuple[BudgetView, BudgetView]:
    """Source and target as they are afterwards."""
    require(actor, "TransferBudget")
    if cmd.source == cmd.target:
        raise SameBudget(field="target")
    now = clock.now()
    async with uow:
        await uow.months.must_be_open({cmd.source.month, cmd.target.month})
        source, target = await _locked(uow, cmd.source, cmd.target)
        changes = transfer(source, target, cmd.amount)
        await uow.budgets.write(changes, Note(now, actor.id, reason=cmd.reason))
        for change, other in zip(changes, (target, source), strict=True):
            said = {"change": change.movement.amount, "amount": change.after.amount, "other": other.name}
            uow.record(BudgetTransferred.of(change.after, actor, now, reason=cmd.reason, **said))
        left, right = (BudgetView(change.after, month_closed=False) for change in changes)
        return await uow.commit((left, right))


async def _locked(uow: Work, *keys: BudgetKey) -> list[Budget]:
    budgets = await uow.budgets.lock(keys)
    for key in keys:
        if key not in budgets:
            raise NotFound(name=str(key))
    return [budgets[key] for key in keys]


async def _viewed(uow: Work, budgets: list[Budget] | tuple[Budget, ...]) -> list[BudgetView]:
    months: set[Month] = {budget.key.month for budget in budgets}
    closed = {month for month, state in (await uow.months.get(months)).items() if state.is_closed}
    return [BudgetView(budget, budget.key.month in closed) for budget in budgets]
