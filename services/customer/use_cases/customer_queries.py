"""Looking at customers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from services.customer.domain.customer import Customer
from services.customer.use_cases.ports import CustomerQuery, Directory, Work
from services.customer.use_cases.sight import as_seen, sight_of


@dataclass(frozen=True, slots=True)
class ListCustomers:
    """`organisation` stands for itself and all below it; empty: any."""

    query: CustomerQuery
    page: PageRequest
    organisation: str = ""


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
        page = await uow.customers.page(query, sight, cmd.page)
    return page.map(lambda customer: as_seen(customer, actor, sight))
