"""What people do about renewals of licences: draft, edit, submit, look. Deleting and listing are those of every request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from chassis.cases.attachments import must_belong
from chassis.cases.messages import case_requested, resubmitted
from chassis.cases.ports import Attachments, Planner
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from services.customer.domain.customer import Customer
from services.customer.domain.licence import Licence
from services.customer.domain.renewal import Renewal, refuse_while_open
from services.customer.domain.renewal_events import (
    RenewalCreated,
    RenewalDeleted,
    RenewalEdited,
    RenewalSubmitted,
)
from services.customer.permissions import require_own, require_own_request
from services.customer.renewal_messages import submission
from services.customer.use_cases.ports import EVERYTHING, Directory
from services.customer.use_cases.renewal_ports import RenewalWork
from services.customer.use_cases.requests import Asking, Seen
from services.customer.use_cases.sight import sight_of

FIELD: Final = "licence.scan"


@dataclass(frozen=True, slots=True)
class CreateRenewal:
    """`licence` is the new one, with the id of the licence that it renews; empty: one of a type that the customer lacks."""

    licence: Licence
    note: str = ""


@dataclass(frozen=True, slots=True)
class UpdateRenewal:
    number: str
    etag: str
    licence: Licence
    note: str = ""


async def create_renewal(
    cmd: CreateRenewal, *, uow: RenewalWork, actor: Actor, clock: Clock, directory: Directory
) -> Renewal:
    """Raises NotYours and what `checked` raises."""
    # No file can have been uploaded for a number that is not given yet.
    must_belong(_scans(cmd.licence), frozenset(), field=FIELD)
    sight, now = await sight_of(actor, directory), clock.now()
    async with uow:
        customer = await uow.customers.get_for_update(cmd.licence.customer, sight)
        require_own(actor, "RequestLicenceRenewal", customer, sight.responsible_for)
        renewal = Renewal.draft("", customer, actor.person, cmd.licence, cmd.note, at=now)
        await checked(renewal, customer, uow=uow, clock=clock)
        # Last, because others who draft one wait for it.
        renewal = replace(renewal, number=await uow.renewals.next_number(local_date(now).year))
        await uow.renewals.add(renewal)
        uow.record(RenewalCreated.of(renewal, actor, customer=customer.name, licence=cmd.licence))
        return await uow.commit(renewal)


async def update_renewal(
    cmd: UpdateRenewal,
    *,
    uow: RenewalWork,
    actor: Actor,
    clock: Clock,
    directory: Directory,
    attachments: Attachments,
) -> Renewal:
    """Raises AttachmentNotOfDocument and what `checked` raises. Only of a scan that is new its owner is asked."""
    sight = await sight_of(actor, directory)
    async with uow:
        before = await uow.renewals.get(cmd.number, sight)
        require_own_request(actor, "UpdateLicenceRenewal", before)
    known = frozenset(_scans(before.licence))
    new = not known.issuperset(_scans(cmd.licence))
    belonging = known | (await attachments.of(before.name)) if new else known
    async with uow:
        customer = await uow.customers.get_for_update(before.customer, EVERYTHING)
        renewal = (await uow.renewals.get_for_update(cmd.number, sight)).expecting(cmd.etag)
        must_belong(_scans(cmd.licence), belonging, field=FIELD)
        licence = replace(cmd.licence, customer=renewal.customer)
        renewal = renewal.edit(licence, cmd.note, at=clock.now())
        await checked(renewal, customer, uow=uow, clock=clock)
        await uow.renewals.save(renewal)
        uow.record(RenewalEdited.of(renewal, actor, licence=renewal.licence))
        return await uow.commit(renewal)


async def submit_renewal(
    cmd: Seen, *, uow: RenewalWork, actor: Actor, clock: Clock, directory: Directory, planner: Planner
) -> Renewal:
    """Keeps the old licence beside the new one, starts or continues the case: all of it or nothing.

    The planner is asked before the transaction, about the very renewal that the etag names.
    """
    sight = await sight_of(actor, directory)
    async with uow:
        draft = await uow.renewals.get(cmd.number, sight)
        require_own_request(actor, "SubmitLicenceRenewal", draft)
        customer = await uow.customers.get(draft.customer, EVERYTHING)
        renewal = await _submitted(draft.expecting(cmd.etag), customer, uow=uow, clock=clock)
    plan = await planner.plan(submission(renewal))

    async with uow:
        # The customer first, as whoever changes its licences or merges it locks it.
        customer = await uow.customers.get_for_update(draft.customer, EVERYTHING)
        draft = (await uow.renewals.get_for_update(cmd.number, sight)).expecting(cmd.etag)
        renewal = await _submitted(draft, customer, uow=uow, clock=clock)
        await uow.renewals.save(renewal)
        said = {"licence": renewal.licence, "previous": renewal.previous, "policy": plan.policy}
        request = resubmitted if draft.case_open else case_requested
        event = RenewalSubmitted.of(renewal, actor, customer=customer.name, **said)
        uow.record(event, request(submission(renewal), plan.policy))
        return await uow.commit(renewal)


async def checked(renewal: Renewal, customer: Customer, *, uow: RenewalWork, clock: Clock) -> Licence | None:
    """The licence that it renews, as it is now, once everything was held against the rules.

    Raises RenewalOpen and what `Renewal.must_be_right` raises.
    """
    licences = await uow.licences.of(customer.number)
    configuration = await uow.configurations.current()
    previous = renewal.must_be_right(customer, licences, configuration, local_date(clock.now()))
    refuse_while_open(renewal.licence, await uow.renewals.under_way(customer.number, renewal.number))
    return previous


async def get_renewal(
    number: str, *, uow: RenewalWork, actor: Actor, clock: Clock, directory: Directory
) -> Renewal:
    """Raises NotFound, also where the caller may not see it."""
    sight = await sight_of(actor, directory)
    async with uow:
        return await uow.renewals.get(number, sight)


async def _submitted(draft: Renewal, customer: Customer, *, uow: RenewalWork, clock: Clock) -> Renewal:
    now = clock.now()
    submitted = draft.submit(customer, None, at=now)
    return replace(submitted, previous=await checked(draft, customer, uow=uow, clock=clock))


def _scans(licence: Licence) -> tuple[str, ...]:
    return (licence.scan,) if licence.scan else ()


ASKING: Final[Asking[RenewalWork, Renewal]] = Asking(
    lambda uow: uow.renewals, submission, "DeleteLicenceRenewal", RenewalDeleted
)
