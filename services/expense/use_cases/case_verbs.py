"""The verbs by which a case moves its claim, each with what it does to the budget.

The workflow may repeat any of them, also in another life and after years: a claim remembers by its effect (the request
id) what has been done for it, and answers such a repetition with how it stands now.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from google.protobuf.message import Message

from chassis.cases.commands import Decided, Reopened, Undecided
from chassis.cases.sight import EVERYTHING
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.timeline import Event
from services.expense import messages
from services.expense.domain import events
from services.expense.domain.budget import Stage
from services.expense.domain.claim import Claim
from services.expense.domain.life import ClaimVerb
from services.expense.permissions import require_on
from services.expense.use_cases import claim_money
from services.expense.use_cases.ports import Work


@dataclass(frozen=True, slots=True)
class Paid:
    number: str
    payment: str
    pay_time: datetime
    effect: str


async def approve_claim(cmd: Decided, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async def approved(before: Claim) -> Claim:
        claim = before.deciding_on(cmd.version).approve(at=clock.now())
        return await _save(uow, claim, events.ClaimApproved.of(claim, actor))

    return await _once(cmd, ClaimVerb.APPROVE, approved, uow, actor, clock)


async def return_claim(cmd: Undecided, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async def returned(before: Claim) -> Claim:
        claim = before.return_to_claimant(cmd.reason, at=clock.now())
        await claim_money.release(uow, claim, actor)
        return await _save(uow, claim, events.ClaimReturned.of(claim, actor, reason=cmd.reason))

    return await _once(cmd, ClaimVerb.RETURN, returned, uow, actor, clock)


async def reject_claim(cmd: Undecided, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async def rejected(before: Claim) -> Claim:
        claim = before.reject(cmd.reason, at=clock.now())
        await uow.invoices.give_back(claim)
        await claim_money.release(uow, claim, actor)
        event = events.ClaimRejected.of(claim, actor, reason=cmd.reason)
        return await _save(uow, claim, event, messages.rejected(claim))

    return await _once(cmd, ClaimVerb.REJECT, rejected, uow, actor, clock)


async def withdraw_claim(cmd: Undecided, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async def withdrawn(before: Claim) -> Claim:
        claim = before.withdraw(cmd.reason, at=clock.now())
        await claim_money.release(uow, claim, actor)
        return await _save(uow, claim, events.ClaimWithdrawn.of(claim, actor, reason=cmd.reason))

    return await _once(cmd, ClaimVerb.WITHDRAW, withdrawn, uow, actor, clock)


async def reopen_claim(cmd: Reopened, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    """In approval again, with all that a submission takes. Raises EditedSince, OverBudget, InvoiceUsed, MonthClosed."""

    async def reopened(before: Claim) -> Claim:
        claim = before.deciding_on(cmd.version).reopen(cmd.reason, at=clock.now())
        await uow.months.must_be_open(claim.months)
        await uow.invoices.take(claim)
        await claim_money.reserve(uow, claim, actor)
        return await _save(uow, claim, events.ClaimReopened.of(claim, actor, reason=cmd.reason))

    return await _once(cmd, ClaimVerb.REOPEN, reopened, uow, actor, clock)


async def pass_claim(cmd: Decided, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async def passed(before: Claim) -> Claim:
        claim = before.deciding_on(cmd.version).pass_finance(at=clock.now())
        await claim_money.hold(uow, claim, Stage.COMMITTED, actor)
        return await _save(uow, claim, events.ClaimPassed.of(claim, actor, payable=claim.payable))

    return await _once(cmd, ClaimVerb.PASS, passed, uow, actor, clock)


async def record_payment(cmd: Paid, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async def paid(before: Claim) -> Claim:
        claim = before.pay(cmd.payment, cmd.pay_time, at=clock.now())
        await claim_money.spend(uow, claim, actor)
        said = {"paid": claim.payable, "payment": cmd.payment, "pay_time": cmd.pay_time}
        return await _save(uow, claim, events.ClaimPaid.of(claim, actor, **said), messages.paid(claim))

    def is_this_payment(claim: Claim) -> bool:
        return claim.payment == cmd.payment

    return await _once(cmd, ClaimVerb.PAY, paid, uow, actor, clock, repeats=is_this_payment)


async def refuse_payment(cmd: Undecided, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async def refused(before: Claim) -> Claim:
        claim = before.refuse_payment(cmd.reason, at=clock.now())
        await claim_money.hold(uow, claim, Stage.RESERVED, actor)
        return await _save(uow, claim, events.PaymentRefused.of(claim, actor, reason=cmd.reason))

    return await _once(cmd, ClaimVerb.REFUSE_PAYMENT, refused, uow, actor, clock)


async def _once(
    cmd: Decided | Undecided | Reopened | Paid,
    verb: ClaimVerb,
    move: Callable[[Claim], Awaitable[Claim]],
    uow: Work,
    actor: Actor,
    clock: Clock,
    repeats: Callable[[Claim], bool] = lambda _: True,
) -> Claim:
    """Where `repeats` is not true of the claim, what is asked is news, and must not pass for a repetition."""
    async with uow:
        claim = await uow.claims.get_for_update(cmd.number, EVERYTHING)
        require_on(actor, ACTIONS[verb], claim)
        is_first = await uow.case_verbs.note(cmd.effect, claim.name, verb, clock.now())
        return await uow.commit(await move(claim) if is_first or not repeats(claim) else claim)


async def _save(uow: Work, claim: Claim, event: Event, *tell: Message) -> Claim:
    await uow.claims.save(claim)
    uow.record(event, *tell)
    return claim


ACTIONS: Final = {
    ClaimVerb.APPROVE: "ApproveClaim",
    ClaimVerb.RETURN: "ReturnClaim",
    ClaimVerb.REJECT: "RejectClaim",
    ClaimVerb.WITHDRAW: "WithdrawClaim",
    ClaimVerb.REOPEN: "ReopenClaim",
    ClaimVerb.PASS: "PassClaim",
    ClaimVerb.PAY: "RecordPayment",
    ClaimVerb.REFUSE_PAYMENT: "RefusePayment",
}
