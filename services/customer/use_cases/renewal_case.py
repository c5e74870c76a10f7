"""The verbs by which a case moves its renewal, each once (`chassis.cases.moves`). The customer is always locked first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from enum import Enum
from functools import partial
from typing import Final

from chassis.cases.commands import Decided, Reopened
from chassis.cases.moves import Moves
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.timeline import Event
from services.customer import messages
from services.customer.domain import renewal_events as events
from services.customer.domain.licence_events import LicenceRenewed
from services.customer.domain.licence_watch import EXPIRED, Notice
from services.customer.domain.renewal import Outcome, Renewal
from services.customer.domain.renewal_life import RenewalVerb
from services.customer.permissions import require_case_verb
from services.customer.use_cases.licence_watch import hold_to_licences
from services.customer.use_cases.ports import EVERYTHING
from services.customer.use_cases.renewal_ports import RenewalWork
from services.customer.use_cases.renewals import checked


async def approve_renewal(cmd: Decided, *, uow: RenewalWork, actor: Actor, clock: Clock) -> Renewal:
    """The new licence is on record, and orders are taken again if nothing else is lacking: all of it in one transaction."""

    async def approved(before: Renewal) -> tuple[Renewal, Event]:
        after = before.deciding_on(cmd.version).approve(at=clock.now())
        outcome = after.outcome(await uow.licences.of(after.customer), local_date(clock.now()))
        await _record(after, outcome, uow=uow, actor=actor, clock=clock)
        return after, events.RenewalApproved.of(after, actor, licence=outcome.licence)

    return await MOVES.once(cmd, RenewalVerb.APPROVE, approved, uow=uow, actor=actor, clock=clock)


async def reopen_renewal(cmd: Reopened, *, uow: RenewalWork, actor: Actor, clock: Clock) -> Renewal:
    """In approval again. Raises EditedSince, and what a submission raises."""

    async def reopened(before: Renewal) -> tuple[Renewal, Event]:
        after = before.deciding_on(cmd.version).reopened_at(clock.now(), cmd.reason)
        customer = await uow.customers.get_for_update(after.customer, EVERYTHING)
        previous = await checked(after, customer, uow=uow, clock=clock)
        return replace(after, previous=previous), events.RenewalReopened.of(after, actor, reason=cmd.reason)

    return await MOVES.once(cmd, RenewalVerb.REOPEN, reopened, uow=uow, actor=actor, clock=clock)


async def _record(
    renewal: Renewal, outcome: Outcome, *, uow: RenewalWork, actor: Actor, clock: Clock
) -> None:
    customer = await uow.customers.get_for_update(renewal.customer, EVERYTHING)
    await uow.licences.put(outcome.licence)
    if outcome.before is not None and outcome.beside:
        await _silence(outcome, uow=uow, clock=clock)
    after = customer.changed(at=clock.now())
    said = {"before": outcome.before, "after": outcome.licence, "renewal": renewal.name}
    uow.record(LicenceRenewed.of(after, actor, **said), messages.changed(after, ["licences"]))
    licences = tuple(one for one in await uow.licences.of(customer.number) if one.id != outcome.licence.id)
    held = await hold_to_licences(after, (*licences, outcome.licence), uow=uow, actor=actor, clock=clock)
    await uow.customers.save(held)


async def _silence(outcome: Outcome, *, uow: RenewalWork, clock: Clock) -> None:
    """Of a licence that only stands until the new one begins nothing more is said; of days between the two it is."""
    old, begins = outcome.before, outcome.licence.valid_from
    if old is None or old.expiry is None or (begins and begins > old.expiry + timedelta(1)):
        return
    last = Notice(old.id, old.expiry, EXPIRED)
    if last not in await uow.licences.notices(old.customer):
        await uow.licences.note(old.customer, last, clock.now())


async def _of_case(uow: RenewalWork, number: str, actor: Actor, verb: Enum) -> Renewal:
    customer = (await uow.renewals.get(number, EVERYTHING)).customer
    await uow.customers.get_for_update(customer, EVERYTHING)
    renewal = await uow.renewals.get_for_update(number, EVERYTHING)
    require_case_verb(actor, ACTIONS[verb], renewal)
    return renewal


async def _save(uow: RenewalWork, renewal: Renewal) -> None:
    await uow.renewals.save(renewal)


ACTIONS: Final[dict[Enum, str]] = {
    RenewalVerb.APPROVE: "ApproveLicenceRenewal",
    RenewalVerb.RETURN: "ReturnLicenceRenewal",
    RenewalVerb.REJECT: "RejectLicenceRenewal",
    RenewalVerb.WITHDRAW: "WithdrawLicenceRenewal",
    RenewalVerb.REOPEN: "ReopenLicenceRenewal",
}
MOVES: Final[Moves[RenewalWork, Renewal]] = Moves(_of_case, _save)
return_renewal = partial(
    MOVES.undecided, verb=RenewalVerb.RETURN, undo=Renewal.give_back, event=events.RenewalReturned
)
reject_renewal = partial(
    MOVES.undecided, verb=RenewalVerb.REJECT, undo=Renewal.reject, event=events.RenewalRejected
)
withdraw_renewal = partial(
    MOVES.undecided, verb=RenewalVerb.WITHDRAW, undo=Renewal.withdraw, event=events.RenewalWithdrawn
)
