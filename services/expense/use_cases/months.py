"""Closing months and opening them again."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from services.expense.domain.events import MonthClosed, MonthReopened
from services.expense.domain.months import BookingMonth, Month
from services.expense.permissions import require
from services.expense.use_cases.ports import Work


@dataclass(frozen=True, slots=True)
class CloseMonth:
    month: Month


@dataclass(frozen=True, slots=True)
class ReopenMonth:
    month: Month
    reason: str


async def close_month(cmd: CloseMonth, *, uow: Work, actor: Actor, clock: Clock) -> BookingMonth:
    """Waits for whoever uses the month at this moment; who comes later is refused."""
    require(actor, "CloseMonth")
    async with uow:
        month = (await uow.months.get_for_update(cmd.month)).close()
        await uow.months.save(month)
        uow.record(MonthClosed.of(month, actor, clock.now()))
        return await uow.commit(month)


async def reopen_month(cmd: ReopenMonth, *, uow: Work, actor: Actor, clock: Clock) -> BookingMonth:
    require(actor, "ReopenMonth")
    async with uow:
        month = (await uow.months.get_for_update(cmd.month)).reopen()
        await uow.months.save(month)
        uow.record(MonthReopened.of(month, actor, clock.now(), reason=cmd.reason))
        return await uow.commit(month)


async def list_months(page: PageRequest, *, uow: Work, actor: Actor, clock: Clock) -> Page[BookingMonth]:
    async with uow:
        return await uow.months.page(page)
