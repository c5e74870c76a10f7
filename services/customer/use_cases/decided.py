"""What becomes of a customer when a case about it was approved. Called with a transaction that is open, by whoever hears of it.

The same document does it once: what it did is recognised by its name.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernel.actor import Actor
from kernel.clock import Clock
from services.customer import messages
from services.customer.domain.customer import Agreement, Customer
from services.customer.domain.events import (
    AgreementAdded,
    CustomerBecameFormal,
    CustomerWonBack,
    LevelChanged,
)
from services.customer.use_cases.licence_watch import hold_to_its_licences
from services.customer.use_cases.ports import EVERYTHING, LevelChange, Work


@dataclass(frozen=True, slots=True)
class Approved:
    """Which document was approved, and who asked for it: `people/lihua`."""

    document: str
    requester: str
    reason: str = ""


async def change_level(
    number: str, level: str, approved: Approved, *, uow: Work, actor: Actor, clock: Clock
) -> Customer:
    """Raises UnknownLevel, CustomerMerged."""
    (await uow.configurations.current()).must_know_level(level)
    before = await uow.customers.get_for_update(number, EVERYTHING)
    if await uow.levels.was_changed_by(number, approved.document):
        return before
    after = before.rate(level, at=clock.now())
    await uow.customers.save(after)
    change = LevelChange(
        at=after.update_time,
        before=before.level,
        after=level,
        actor=approved.requester or actor.id,
        document=approved.document,
        reason=approved.reason,
    )
    await uow.levels.add(number, change)
    said = {"before": before.level, "after": level, "approved": approved.document, "reason": approved.reason}
    uow.record(LevelChanged.of(after, actor, **said), messages.level_changed(before, after))
    return after


async def add_agreement(
    number: str, agreement: Agreement, *, uow: Work, actor: Actor, clock: Clock
) -> Customer:
    """Raises CustomerMerged."""
    before = await uow.customers.get_for_update(number, EVERYTHING)
    if agreement in before.agreements:
        return before
    after = before.agree(agreement, at=clock.now())
    await uow.customers.save(after)
    uow.record(AgreementAdded.of(after, actor, agreement=agreement), messages.changed(after, ["agreements"]))
    return after


async def win_back(number: str, approved: Approved, *, uow: Work, actor: Actor, clock: Clock) -> Customer:
    """Raises IllegalTransition unless it is lost, CustomerMerged."""
    before = await uow.customers.get_for_update(number, EVERYTHING)
    after = before.win_back(at=clock.now())
    uow.record(CustomerWonBack.of(after, actor, approved=approved.document), messages.returned(after))
    return await _trading(after, uow=uow, actor=actor, clock=clock)


async def become_formal(number: str, erp_code: str, *, uow: Work, actor: Actor, clock: Clock) -> Customer:
    """From then on it trades directly; who buys from whom is locked. Raises IllegalTransition, CustomerMerged."""
    before = await uow.customers.get_for_update(number, EVERYTHING)
    after = before.become_formal(erp_code, at=clock.now())
    was_direct = before.file.trade is after.file.trade
    event = CustomerBecameFormal.of(
        after, actor, erp_code=erp_code, was_indirect=not was_direct, upstream_before=before.upstream
    )
    told = () if was_direct else (messages.changed(after, ["file.trade", "upstream"]),)
    uow.record(event, messages.became_formal(after), *told)
    return await _trading(after, uow=uow, actor=actor, clock=clock)


async def _trading(customer: Customer, *, uow: Work, actor: Actor, clock: Clock) -> Customer:
    """Saved, and held to its licences from the first moment: one may have expired while people decided."""
    held = await hold_to_its_licences(customer, uow=uow, actor=actor, clock=clock)
    await uow.customers.save(held)
    return held
