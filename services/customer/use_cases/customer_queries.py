"""Looking at customers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from services.customer.domain.customer import Customer
from services.customer.domain.licence import Licence
from services.customer.permissions import may_on
from services.customer.use_cases.ports import Below, CustomerQuery, Directory, LevelChange, Named, Work
from services.customer.use_cases.sight import as_seen, sight_of

SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class ListCustomers:
    """`organisation` stands for itself and all below it; empty: any."""

    query: CustomerQuery
    page: PageRequest
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """A list that belongs to one customer."""

    number: str
    page: PageRequest


@dataclass(frozen=True, slots=True)
class View:
    """All that is known of a customer here. Lists are cut at `SHOWN`."""

    customer: Customer
    owned: bool
    licences: tuple[Licence, ...]
    upstream: tuple[Named, ...]
    downstream: tuple[Below, ...]
    downstream_count: int
    level_changes: tuple[LevelChange, ...]
    related: tuple[Named, ...]
    merged: tuple[Named, ...]


async def get_customer(
    number: str, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Customer:
    """Raises NotFound, also where the caller may not see it."""
    sight = await sight_of(actor, directory)
    async with uow:
        return as_seen(await uow.customers.get(number, sight), actor, sight)


async def list_customers(
    cmd: ListCustomers, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Page[Customer]:
    sight = await sight_of(actor, directory)
    query = cmd.query
    if cmd.organisation:
        query = replace(query, organisations=await directory.below(cmd.organisation))
    async with uow:
        if query.licences:
            notice = max((await uow.configurations.current()).watch_days, default=0)
            today = local_date(clock.now())
            query = replace(query, today=today, soon=today + timedelta(notice))
        page = await uow.customers.page(query, sight, cmd.page)
    return page.map(lambda customer: as_seen(customer, actor, sight))


async def list_downstream(
    cmd: Around, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Page[Below]:
    """Of whoever buys from a customer that may be seen; each says whether more of it may be."""
    sight = await sight_of(actor, directory)
    async with uow:
        await uow.customers.get(cmd.number, sight)
        return await uow.hierarchy.below(cmd.number, sight, cmd.page)


async def list_level_changes(
    cmd: Around, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Page[LevelChange]:
    sight = await sight_of(actor, directory)
    async with uow:
        await uow.customers.get(cmd.number, sight)
        return await uow.levels.page(cmd.number, cmd.page)


async def view_customer(number: str, *, uow: Work, actor: Actor, clock: Clock, directory: Directory) -> View:
    """Raises NotFound, also where the caller may not see it."""
    sight, few = await sight_of(actor, directory), PageRequest(SHOWN)
    async with uow:
        customer = await uow.customers.get(number, sight)
        above = await uow.hierarchy.from_here_up(customer.upstream)
        related = [relation.customer for relation in customer.file.relations]
        return View(
            customer=as_seen(customer, actor, sight),
            owned=may_on(actor, "SeePhone", customer, sight.responsible_for),
            licences=await uow.licences.of(number),
            upstream=await uow.customers.named(above),
            downstream=(await uow.hierarchy.below(number, sight, few)).items,
            downstream_count=await uow.hierarchy.count_below(number),
            level_changes=(await uow.levels.page(number, few)).items,
            related=await uow.customers.named(related[:SHOWN]),
            merged=await uow.customers.merged_into(number),
        )
