"""Licences of customers: recorded, changed, removed, listed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chassis.cases.attachments import must_belong
from chassis.cases.ports import Attachments
from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import NotFound
from services.customer import messages
from services.customer.domain.customer import Customer
from services.customer.domain.events import CustomerEvent
from services.customer.domain.licence import Licence, LicencesKeptByQuality, next_id
from services.customer.domain.licence_events import LicenceAdded, LicenceChanged, LicenceRemoved
from services.customer.domain.renewal import refuse_while_open
from services.customer.permissions import may_on, require_own
from services.customer.use_cases.licence_watch import hold_to_licences
from services.customer.use_cases.ports import Directory, LicenceLine, LicenceQuery, Sight, Work
from services.customer.use_cases.sight import sight_of


@dataclass(frozen=True, slots=True)
class KeepLicence:
    """A licence as it is to be. Without an id it is a new one."""

    licence: Licence
    etag: str


@dataclass(frozen=True, slots=True)
class RemoveLicence:
    number: str
    id: str
    etag: str


@dataclass(frozen=True, slots=True)
class ListLicences:
    query: LicenceQuery
    page: PageRequest


async def keep_licence(
    cmd: KeepLicence, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, attachments: Attachments
) -> Licence:
    """Raises UnknownLicenceType, ExpiryBeforeStart, AttachmentNotOfDocument, LicenceRecorded, TooManyLicences, NotFound,
    NotYours, LicencesKeptByQuality, EtagMismatch, CustomerMerged, RenewalOpen.
    """
    said = cmd.licence
    said.check()
    sight = await sight_of(actor, directory)
    name = f"customers/{said.customer}"
    belonging = await attachments.of(name) if said.scan else frozenset()
    async with uow:
        customer = await _to_change(said.customer, cmd.etag, uow=uow, actor=actor, sight=sight)
        (await uow.configurations.current()).must_know_licence(said.type)
        licences = await uow.licences.of(said.customer)
        before = _of_id(said, licences) if said.id else None
        if said.scan and not (before and before.scan == said.scan):
            must_belong((said.scan,), belonging, field="scan")
        said.must_differ(licences)
        refuse_while_open(said, await uow.renewals.under_way(said.customer))
        licence = said if before else replace(said, id=next_id(licences))
        await uow.licences.put(licence)
        after = customer.changed(at=clock.now())
        _tell(uow, after, _kept(after, before, licence, actor))
        others = tuple(one for one in licences if one.id != licence.id)
        held = await hold_to_licences(after, (*others, licence), uow=uow, actor=actor, clock=clock)
        await uow.customers.save(held)
        return await uow.commit(licence)


async def remove_licence(
    cmd: RemoveLicence, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Licence:
    """Answers it as it was. Raises what `keep_licence` raises of the customer."""
    sight = await sight_of(actor, directory)
    async with uow:
        customer = await _to_change(cmd.number, cmd.etag, uow=uow, actor=actor, sight=sight)
        licences = await uow.licences.of(cmd.number)
        licence = _of_id(Licence(customer=cmd.number, id=cmd.id, type="", number=""), licences)
        refuse_while_open(licence, await uow.renewals.under_way(cmd.number))
        await uow.licences.remove(licence)
        after = customer.changed(at=clock.now())
        _tell(uow, after, LicenceRemoved.of(after, actor, licence=licence))
        others = tuple(one for one in licences if one.id != licence.id)
        await uow.customers.save(await hold_to_licences(after, others, uow=uow, actor=actor, clock=clock))
        return await uow.commit(licence)


async def list_licences(
    cmd: ListLicences, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Page[LicenceLine]:
    sight = await sight_of(actor, directory)
    async with uow:
        if cmd.query.customer:
            await uow.customers.get(cmd.query.customer, sight)
        return await uow.licences.page(cmd.query, sight, cmd.page)


async def _to_change(number: str, etag: str, *, uow: Work, actor: Actor, sight: Sight) -> Customer:
    """The customer, locked. Whoever may not keep its licences is told who does."""
    customer = await uow.customers.get_for_update(number, sight)
    if not customer.erp_code:
        require_own(actor, "ChangeCustomer", customer, sight.responsible_for)
    elif not may_on(actor, "KeepLicences", customer, sight.responsible_for):
        raise LicencesKeptByQuality(name=customer.name)
    return customer.expecting(etag)


def _of_id(asked: Licence, licences: tuple[Licence, ...]) -> Licence:
    found = next((licence for licence in licences if licence.id == asked.id), None)
    if found is None:
        raise NotFound(name=asked.name)
    return found


def _kept(customer: Customer, before: Licence | None, after: Licence, actor: Actor) -> CustomerEvent:
    if before is None:
        return LicenceAdded.of(customer, actor, licence=after)
    return LicenceChanged.of(customer, actor, before=before, after=after)


def _tell(uow: Work, customer: Customer, event: CustomerEvent) -> None:
    uow.record(event, messages.changed(customer, ["licences"]))
