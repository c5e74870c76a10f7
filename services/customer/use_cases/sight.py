"""What a caller may see of customers, and what of one."""

from __future__ import annotations

from contextlib import suppress

from kernel.actor import Actor
from kernel.errors import NotFound
from services.customer.domain.customer import Customer
from services.customer.permissions import may, may_on
from services.customer.use_cases.ports import EVERYTHING, Directory, Sight


async def sight_of(actor: Actor, directory: Directory) -> Sight:
    """Own customers, and those of organisations that the caller is responsible for; some roles and services see all."""
    everything = may(actor, "SeeEveryCustomer")
    if not actor.person:
        return EVERYTHING if everything else Sight()
    responsible_for: frozenset[str] = frozenset()
    # Whoever sees all by their role need not stand in the directory.
    with suppress(NotFound):
        responsible_for = (await directory.employee(actor.person)).responsible_for
    return Sight(actor.person, responsible_for, everything)


def as_seen(customer: Customer, actor: Actor, sight: Sight) -> Customer:
    """The customer as the caller may see it: phone numbers whole for owners only."""
    return customer if may_on(actor, "SeePhone", customer, sight.responsible_for) else customer.masked()
