"""What people write about customers: create, update."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kernel.actor import Actor
from kernel.clock import Clock
from services.customer import messages
from services.customer.domain.customer import Customer
from services.customer.domain.duplicates import Sought, must_be_named
from services.customer.domain.events import CustomerCreated, file_changed
from services.customer.domain.file import File, changed_fields
from services.customer.domain.names import province_of
from services.customer.permissions import require, require_own
from services.customer.use_cases.licence_watch import hold_to_its_licences
from services.customer.use_cases.ports import Directory, Sight, Work
from services.customer.use_cases.sight import as_seen, sight_of

# What a customer is recognised by.
IDENTITY = frozenset({"name", "credit_code"})


@dataclass(frozen=True, slots=True)
class CreateCustomer:
    """Ids; empty organisation and salesperson: the caller's, the caller."""

    file: File
    organisation: str = ""
    salesperson: str = ""
    upstream: str = ""
    despite: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class UpdateCustomer:
    number: str
    etag: str
    file: File
    despite: frozenset[str] = frozenset()


async def create_customer(
    cmd: CreateCustomer, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Customer:
    require(actor, "CreateCustomer")
    salesperson = cmd.salesperson or actor.person
    organisation = cmd.organisation or (await directory.employee(salesperson)).organisation
    customer = Customer.new("", cmd.file, organisation, salesperson, upstream=cmd.upstream, at=clock.now())
    sight = await sight_of(actor, directory)
    if salesperson != actor.person or cmd.organisation:
        require_own(actor, "CreateCustomerForOthers", customer, sight.responsible_for)
    async with uow:
        if cmd.upstream:
            await uow.hierarchy.lock()  # what is merged at this moment takes nobody in any more
        await uow.customers.must_exist(_named_by(customer))
        must_be_named(await uow.lookalikes.of(sought_by(customer)), cmd.despite)
        progress = (await uow.configurations.current()).first_progress
        customer = replace(customer, number=await uow.customers.next_number(), progress=progress)
        await uow.customers.add(customer)
        uow.record(_created(customer, actor, cmd.despite), messages.created(customer))
        return await uow.commit(as_seen(customer, actor, sight))


async def update_customer(
    cmd: UpdateCustomer, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Customer:
    sight = await sight_of(actor, directory)
    async with uow:
        before = await own_for_update(cmd.number, "UpdateCustomer", uow=uow, actor=actor, sight=sight)
        customer = before.expecting(cmd.etag).edit(cmd.file, at=clock.now())
        fields = changed_fields(before.file, customer.file)
        await uow.customers.must_exist(_named_by(customer) - _named_by(before))
        if IDENTITY.intersection(fields):
            found = await uow.lookalikes.of(sought_by(customer))
            must_be_named(found, cmd.despite)
        event = file_changed(before, customer, actor, tuple(sorted(cmd.despite)))
        uow.record(event, messages.changed(customer, [f"file.{field}" for field in fields]))
        if "kind" in fields:  # each needs its own licences
            customer = await hold_to_its_licences(customer, uow=uow, actor=actor, clock=clock)
        await uow.customers.save(customer)
        return await uow.commit(as_seen(customer, actor, sight))


async def own_for_update(number: str, action: str, *, uow: Work, actor: Actor, sight: Sight) -> Customer:
    """The customer, locked. Raises NotFound where the caller does not see it, NotYours where they may not do this."""
    customer = await uow.customers.get_for_update(number, sight)
    require_own(actor, action, customer, sight.responsible_for)
    return customer


def sought_by(customer: Customer) -> Sought:
    """What others would have to be like to be this customer."""
    return sought_of(customer.file, customer.aliases, customer.number)


def sought_of(file: File, aliases: tuple[str, ...], number: str = "") -> Sought:
    where = file.address
    province = province_of(where.province, where.city)
    place = where.city or where.province
    return Sought(file.name, aliases, file.credit_code, phones_in(file), number, place, province)


def phones_in(file: File) -> tuple[str, ...]:
    return file.phone, file.responsible_phone, *(person.phone for person in file.people)


def _named_by(customer: Customer) -> frozenset[str]:
    """The other customers that this one names."""
    related = {relation.customer for relation in customer.file.relations}
    return frozenset(related | ({customer.upstream} if customer.upstream else set()))


def _created(customer: Customer, actor: Actor, despite: frozenset[str]) -> CustomerCreated:
    return CustomerCreated.of(
        customer,
        actor,
        file=customer.file.masked(),
        organisation=customer.organisation,
        salesperson=customer.salesperson,
        despite=tuple(sorted(despite)),
    )
