"""What documents without code may name: customers, as they are now, by what the process wants of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.rpc.values import id_in
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import Refusal, Violation
from services.customer.domain.asked import CUSTOMER, PROCESSES, asked_of
from services.customer.domain.customer import Customer
from services.customer.domain.life import CustomerMerged
from services.customer.use_cases.ports import Directory, Work
from services.customer.use_cases.sight import sight_of


@dataclass(frozen=True, slots=True)
class CheckReferences:
    """`named` are names by where they stand in the values: `customers/C000123` by `customer`."""

    process: str
    values: Mapping[str, object]
    named: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """`called`: names of customers, and what they are called."""

    faults: tuple[Violation, ...]
    called: Mapping[str, str]


async def check_references(
    cmd: CheckReferences, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Checked:
    """What is wrong with them, all of it; whether the request makes sense is looked at once they are all there."""
    sight = await sight_of(actor, directory)
    found: dict[str, Customer] = {}
    faults: list[Violation] = []
    async with uow:
        for field, name in cmd.named:
            try:
                found[field] = await uow.customers.get(id_in(name, "customers"), sight)
                must_not_be_merged(found[field])
            except Refusal as refusal:
                faults.append(refusal.violation_at(field))
        called = {customer.name: customer.file.name for customer in found.values()}
        if cmd.process not in PROCESSES or faults:
            return Checked(tuple(faults), called)
        configuration = await uow.configurations.current()
    try:
        asked = asked_of(cmd.process, cmd.values)
        asked.must_make_sense(found[CUSTOMER], configuration, at=clock.now())
    except KeyError:  # a form that calls it otherwise, or no field of it
        return Checked((), called)
    except Refusal as refusal:
        return Checked((refusal.violation_at(refusal.field or CUSTOMER),), called)
    return Checked((), called)


def must_not_be_merged(customer: Customer) -> None:
    """Raises CustomerMerged."""
    if customer.merged_into:
        raise CustomerMerged(name=customer.name, into=f"customers/{customer.merged_into}")
