"""What was approved of customers, done once; what cannot be done is kept with its reason, told, and tried again by people."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import Code, NotFound, Refusal
from services.customer.domain.asked import AgreementAsked, Asked, LevelAsked, WinBackAsked, asked_of
from services.customer.domain.customer import Customer
from services.customer.domain.events import ApprovedButNotDone
from services.customer.domain.follow_up import FollowUp, FollowUpDone, FollowUpNotDone, FollowUpSettled
from services.customer.follow_up_messages import notices
from services.customer.permissions import require, require_decided
from services.customer.use_cases.decided import Approved, add_agreement, change_level, win_back
from services.customer.use_cases.follow_up_ports import FollowUpQuery, FollowUpWork
from services.customer.use_cases.ports import EVERYTHING, Directory
from services.customer.use_cases.sight import sight_of

# What no repetition mends: everything else is an outage, and the message is brought again.
FINAL: Final = (
    Code.FAILED_PRECONDITION,
    Code.INVALID_ARGUMENT,
    Code.NOT_FOUND,
    Code.ALREADY_EXISTS,
    Code.PERMISSION_DENIED,
)
# Under its own name this service does what was decided, whoever has it done.
SERVICE: Final = "customer"
ACTIONS: Final = {LevelAsked: "ChangeLevel", AgreementAsked: "AddAgreement", WinBackAsked: "WinBackCustomer"}


@dataclass(frozen=True, slots=True)
class OnFollowUp:
    """`reason`: how it was settled, where it is."""

    number: str
    etag: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ListFollowUps:
    query: FollowUpQuery
    page: PageRequest


async def follow_up(
    heard: FollowUp, fault: Refusal | None, *, uow: FollowUpWork, clock: Clock
) -> FollowUp | None:
    """Does what was approved, or keeps why not; nothing where it was heard of before. `fault` forbids it from the first.

    Raises what is no reason for good: Unavailable, Contention.
    """
    actor = Actor(service=SERVICE)
    try:
        async with uow:
            if await uow.follow_ups.exists(heard.number):
                return None
            if fault is not None:
                raise fault
            customer = await carry_out(heard, uow=uow, actor=actor, clock=clock)
            done = replace(heard, customer=customer.number).done_at_once()
            await uow.follow_ups.add(done)
            uow.record(FollowUpDone.of(done, actor))
            return await uow.commit(done)
    except Refusal as refusal:
        if refusal is not fault and refusal.code not in FINAL:
            raise
        return await _keep(heard.not_done(refusal), uow=uow, actor=actor)


async def carry_out(one: FollowUp, *, uow: FollowUpWork, actor: Actor, clock: Clock) -> Customer:
    """What the document asks. Raises ValueMissing, NotFound, NotPermitted and what the verb raises."""
    asked: Asked = asked_of(one.process, one.values)
    customer = await uow.customers.get_for_update(asked.customer, EVERYTHING)
    require_decided(actor, ACTIONS[type(asked)], customer)
    match asked:
        case LevelAsked(level=level, reason=reason):
            approved = Approved(one.document, f"people/{one.requester}", reason)
            return await change_level(asked.customer, level, approved, uow=uow, actor=actor, clock=clock)
        case AgreementAsked():
            agreement = asked.agreement(one.document, one.files)
            return await add_agreement(asked.customer, agreement, uow=uow, actor=actor, clock=clock)
        case WinBackAsked():
            approved = Approved(one.document, f"people/{one.requester}")
            return await win_back(asked.customer, approved, uow=uow, actor=actor, clock=clock)


async def retry_follow_up(
    cmd: OnFollowUp, *, uow: FollowUpWork, actor: Actor, clock: Clock, directory: Directory
) -> FollowUp:
    """Now it can be done. Raises what still stands in the way."""
    require(actor, "RetryFollowUp")
    sight = await sight_of(actor, directory)
    doing = Actor(person=actor.person, service=SERVICE, device=actor.device)
    async with uow:
        before = (await uow.follow_ups.get_for_update(cmd.number, sight)).expecting(cmd.etag)
        before.must_be_open()
        customer = await carry_out(before, uow=uow, actor=doing, clock=clock)
        after = before.carried_out(at=clock.now())
        await uow.follow_ups.save(after)
        uow.record(FollowUpDone.of(after, actor), *notices(after, customer))
        return await uow.commit(after)


async def settle_follow_up(
    cmd: OnFollowUp, *, uow: FollowUpWork, actor: Actor, clock: Clock, directory: Directory
) -> FollowUp:
    require(actor, "SettleFollowUp")
    sight = await sight_of(actor, directory)
    async with uow:
        before = (await uow.follow_ups.get_for_update(cmd.number, sight)).expecting(cmd.etag)
        after = before.settle(cmd.reason, at=clock.now())
        await uow.follow_ups.save(after)
        event = FollowUpSettled.of(after, actor, reason=cmd.reason)
        uow.record(event, *notices(after, await _customer_of(after, uow)))
        return await uow.commit(after)


async def get_follow_up(
    number: str, *, uow: FollowUpWork, actor: Actor, clock: Clock, directory: Directory
) -> FollowUp:
    """Raises NotFound, also where the caller may not see it."""
    sight = await sight_of(actor, directory)
    async with uow:
        return await uow.follow_ups.get(number, sight)


async def list_follow_ups(
    cmd: ListFollowUps, *, uow: FollowUpWork, actor: Actor, clock: Clock, directory: Directory
) -> Page[FollowUp]:
    sight = await sight_of(actor, directory)
    async with uow:
        return await uow.follow_ups.page(cmd.query, sight, cmd.page)


async def _keep(one: FollowUp, *, uow: FollowUpWork, actor: Actor) -> FollowUp:
    """What could not be done, on its own timeline and, where there is one, on the customer's."""
    async with uow:
        customer = await _customer_of(one, uow)
        await uow.follow_ups.add(one)
        event = FollowUpNotDone.of(one, actor, rule=one.rule, why=one.why)
        uow.record(event, *notices(one, customer))
        if customer is not None:
            uow.record(
                ApprovedButNotDone(
                    document=customer.name,
                    version=customer.version,
                    by=actor,
                    at=one.update_time,
                    approved=one.document,
                    rule=one.rule,
                    why=one.why,
                )
            )
        return await uow.commit(one)


async def _customer_of(one: FollowUp, uow: FollowUpWork) -> Customer | None:
    with suppress(NotFound):
        return await uow.customers.get(one.customer, EVERYTHING) if one.customer else None
    return None
