"""A salesperson's customers go to another, so many at a time."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.security.authorisation import NotPermitted
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import InvalidArgument, NotFound
from services.customer import messages
from services.customer.domain.customer import Customer
from services.customer.domain.events import OwnershipChanged
from services.customer.permissions import may_on
from services.customer.use_cases.ports import Belonging, Directory, Sight, Work
from services.customer.use_cases.sight import sight_of


class UnknownSalesperson(InvalidArgument):
    zh = "找不到业务员 {person}"
    en = "There is no salesperson {person}"


class UnknownOrganisation(InvalidArgument):
    zh = "找不到部门 {organisation}"
    en = "There is no organisation {organisation}"


@dataclass(frozen=True, slots=True)
class ReassignCustomers:
    """`of` says which customers; `organisation` is where they belong afterwards, empty: where they did."""

    of: Belonging
    salesperson: str
    organisation: str
    reason: str
    limit: int


@dataclass(frozen=True, slots=True)
class Reassigned:
    customers: tuple[Customer, ...]
    remaining: int


async def reassign_customers(
    cmd: ReassignCustomers, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Reassigned:
    """One transaction, a row each. Raises UnknownSalesperson, UnknownOrganisation, NotPermitted."""
    await _must_be_there(cmd, directory)
    sight = await sight_of(actor, directory)
    async with uow:
        found = await uow.customers.belonging(cmd.of, sight, cmd.limit)
        changed = []
        for before in found:
            after = before.handed_to(cmd.salesperson, cmd.organisation, at=clock.now())
            _must_be_in_charge(actor, sight, before, after)
            await uow.customers.save(after)
            uow.record(
                _handed_over(before, after, actor, cmd.reason), messages.ownership_changed(before, after)
            )
            changed.append(after)
        remaining = await uow.customers.count_belonging(cmd.of, sight)
        return await uow.commit(Reassigned(tuple(changed), remaining))


async def _must_be_there(cmd: ReassignCustomers, directory: Directory) -> None:
    try:
        await directory.employee(cmd.salesperson)
    except NotFound as error:
        raise UnknownSalesperson(field="to_salesperson", person=f"people/{cmd.salesperson}") from error
    if cmd.organisation and not await directory.below(cmd.organisation):
        raise UnknownOrganisation(field="to_organisation", organisation=f"organisations/{cmd.organisation}")


def _must_be_in_charge(actor: Actor, sight: Sight, before: Customer, after: Customer) -> None:
    for customer in (before, after):
        if not may_on(actor, "ReassignCustomer", customer, sight.responsible_for):
            raise NotPermitted(action="ReassignCustomers", resource=customer.name)


def _handed_over(before: Customer, after: Customer, actor: Actor, reason: str) -> OwnershipChanged:
    return OwnershipChanged.of(
        after,
        actor,
        from_salesperson=before.salesperson,
        from_organisation=before.organisation,
        salesperson=after.salesperson,
        organisation=after.organisation,
        reason=reason,
    )
