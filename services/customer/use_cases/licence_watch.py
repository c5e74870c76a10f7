"""The watch over licences: says once what expires, and holds orders to the licences that a customer needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kernel.actor import Actor
from kernel.clock import Clock, local_date
from services.customer import messages, notices
from services.customer.domain.configuration import Configuration
from services.customer.domain.customer import Customer
from services.customer.domain.licence import Licence
from services.customer.domain.licence_events import LicenceExpiring, OrdersBlocked, OrdersUnblocked
from services.customer.domain.licence_watch import Block, due, lacking
from services.customer.permissions import require
from services.customer.use_cases.ports import EVERYTHING, Work

AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class WatchLicences:
    """`after`: the customers behind this number."""

    day: date
    after: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """How many licences were said to expire, customers blocked, customers no longer blocked. `last` empty: that was all."""

    expiring: int = 0
    blocked: int = 0
    unblocked: int = 0
    last: str = ""


async def watch_licences(cmd: WatchLicences, *, uow: Work, actor: Actor, clock: Clock) -> Watched:
    """Looks at some customers, each locked, all in one transaction. Raises NotPermitted."""
    require(actor, "WatchLicences")
    async with uow:
        configuration = await uow.configurations.current()
        numbers = await uow.licences.to_be_watched(cmd.day, configuration, cmd.after, AT_ONCE)
        watched = Watched(last=numbers[-1] if len(numbers) == AT_ONCE else "")
        for number in numbers:
            customer = await uow.customers.get_for_update(number, EVERYTHING)
            licences = await uow.licences.of(number)
            expiring = await _say(
                customer, licences, configuration, cmd.day, uow=uow, actor=actor, at=clock.now()
            )
            after = held(customer, licences, configuration, cmd.day, uow=uow, actor=actor, at=clock.now())
            if after != customer:
                await uow.customers.save(after)
            watched = _with(watched, expiring, customer, after)
        return await uow.commit(watched)


async def hold_to_licences(
    customer: Customer, licences: tuple[Licence, ...], *, uow: Work, actor: Actor, clock: Clock
) -> Customer:
    """The customer, whose licences have just changed, blocked for orders or no longer. Whoever asks saves it."""
    if not customer.erp_code:
        return customer
    configuration, now = await uow.configurations.current(), clock.now()
    return held(customer, licences, configuration, local_date(now), uow=uow, actor=actor, at=now)


async def hold_to_its_licences(customer: Customer, *, uow: Work, actor: Actor, clock: Clock) -> Customer:
    """The customer, of which something else has changed that decides on its orders: its state, its kind. Whoever asks saves it."""
    return await hold_to_licences(
        customer, await uow.licences.of(customer.number), uow=uow, actor=actor, clock=clock
    )


def held(
    customer: Customer,
    licences: tuple[Licence, ...],
    configuration: Configuration,
    day: date,
    *,
    uow: Work,
    actor: Actor,
    at: datetime,
) -> Customer:
    missing = lacking(configuration.needed_by(customer.file.kind), licences, day)
    if missing and not customer.blocked:
        after = customer.block(Block.LICENCE_EXPIRED.value, at=at)
        uow.record(OrdersBlocked.of(after, actor, lacking=missing), messages.orders_blocked(after))
        return after
    if not missing and customer.blocked == Block.LICENCE_EXPIRED.value:
        after = customer.block("", at=at)
        uow.record(OrdersUnblocked.of(after, actor), messages.orders_unblocked(after))
        return after
    return customer


async def _say(
    customer: Customer,
    licences: tuple[Licence, ...],
    configuration: Configuration,
    day: date,
    *,
    uow: Work,
    actor: Actor,
    at: datetime,
) -> int:
    said = 0
    blocked = bool(lacking(configuration.needed_by(customer.file.kind), licences, day))
    before = await uow.licences.notices(customer.number)
    for licence, notice in due(licences, day, configuration.watch_days, before):
        left = (notice.expiry - day).days
        await uow.licences.note(customer.number, notice, at)
        event = LicenceExpiring(
            document=customer.name,
            version=customer.version,
            by=actor,
            at=at,
            licence=licence,
            days_left=left,
        )
        label = configuration.licence_label(licence.type)
        told = notices.licence_expiring(customer, licence, label, notice, left, blocked=blocked)
        uow.record(event, messages.licence_expiring(customer, licence, left, at), told)
        said += 1
    return said


def _with(watched: Watched, expiring: int, before: Customer, after: Customer) -> Watched:
    return Watched(
        watched.expiring + expiring,
        watched.blocked + bool(after.blocked and not before.blocked),
        watched.unblocked + bool(before.blocked and not after.blocked),
        watched.last,
    )
