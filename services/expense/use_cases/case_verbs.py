"""The verbs by which a case moves its claim, each with what it does to the budget.

The workflow may repeat any of them, also in another life and after years: a claim remembers by its effect (the request
id) what has been done for it, and answers such a repetition with how it stands now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
from services.expense.use_cases.ports import Note, Work


@dataclass(frozen=True, slots=True)
class Paid:
    number: str
    payment: str
    pay_time: datetime
    effect: str


async def approve_claim(cmd: Decided, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async with uow:
        claim = await _claim_of_case(uow, cmd.number, actor, "ApproveClaim")
        if not await uow.case_verbs.note(cmd.effect, claim.number, ClaimVerb.APPROVE, clock.now()):
            return await uow.commit(claim)
        claim = claim.deciding_on(cmd.version).approve(at=clock.now())
        return await _save(uow, claim, events.ClaimApproved.of(claim, actor))


async def return_claim(cmd: Undecided, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async with uow:
        claim = await _claim_of_case(uow, cmd.number, actor, "ReturnClaim")
        if not await uow.case_verbs.note(cmd.effect, claim.number, ClaimVerb.RETURN, clock.now()):
            return await uow.commit(claim)
        claim = claim.return_to_claimant(cmd.reason, at=clock.now())
        await _release(uow, claim, actor)
        return await _save(uow, claim, events.ClaimReturned.of(claim, actor, reason=cmd.reason))


async def reject_claim(cmd: Undecided, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async with uow:
        claim = await _claim_of_case(uow, cmd.number, actor, "RejectClaim")
        if not await uow.case_verbs.note(cmd.effect, claim.number, ClaimVerb.REJECT, clock.now()):
            return await uow.commit(claim)
        claim = claim.reject(cmd.reason, at=clock.now())
        await uow.invoices.give_back(claim)
        await _release(uow, claim, actor)
        event = events.ClaimRejected.of(claim, actor, reason=cmd.reason)
        return await _save(uow, claim, event, messages.rejected(claim))


async def withdraw_claim(cmd: Undecided, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async with uow:
        claim = await _claim_of_case(uow, cmd.number, actor, "WithdrawClaim")
        if not await uow.case_verbs.note(cmd.effect, claim.number, ClaimVerb.WITHDRAW, clock.now()):
            return await uow.commit(claim)
        claim = claim.withdraw(cmd.reason, at=clock.now())
        await _release(uow, claim, actor)
        return await _save(uow, claim, events.ClaimWithdrawn.of(claim, actor, reason=cmd.reason))


async def reopen_claim(cmd: Reopened, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    """In approval again, with all that a submission takes. Raises EditedSince, OverBudget, InvoiceUsed, MonthClosed."""
    async with uow:
        claim = await _claim_of_case(uow, cmd.number, actor, "ReopenClaim")
        if not await uow.case_verbs.note(cmd.effect, claim.number, ClaimVerb.REOPEN, clock.now()):
            return await uow.commit(claim)
        claim = claim.deciding_on(cmd.version).reopen(cmd.reason, at=clock.now())
        await uow.months.must_be_open(claim.months)
        await uow.invoices.take(claim)
        # Last: others who draw on these budgets wait from here to the commit.
        await _hold(uow, claim, Stage.RESERVED, actor)
        return await _save(uow, claim, events.ClaimReopened.of(claim, actor, reason=cmd.reason))


async def pass_claim(cmd: Decided, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async with uow:
        claim = await _claim_of_case(uow, cmd.number, actor, "PassClaim")
        if not await uow.case_verbs.note(cmd.effect, claim.number, ClaimVerb.PASS, clock.now()):
            return await uow.commit(claim)
        claim = claim.deciding_on(cmd.version).pass_finance(at=clock.now())
        await _hold(uow, claim, Stage.COMMITTED, actor)
        return await _save(uow, claim, events.ClaimPassed.of(claim, actor, payable=claim.payable))


async def record_payment(cmd: Paid, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async with uow:
        claim = await _claim_of_case(uow, cmd.number, actor, "RecordPayment")
        is_first = await uow.case_verbs.note(cmd.effect, claim.number, ClaimVerb.PAY, clock.now())
        # A payment under another number is news, and must not pass for a repetition.
        if not is_first and claim.payment == cmd.payment:
            return await uow.commit(claim)
        claim = claim.pay(cmd.payment, cmd.pay_time, at=clock.now())
        await _hold(uow, claim, Stage.SPENT, actor)
        said = {"paid": claim.payable, "payment": cmd.payment, "pay_time": cmd.pay_time}
        return await _save(uow, claim, events.ClaimPaid.of(claim, actor, **said), messages.paid(claim))


async def refuse_payment(cmd: Undecided, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async with uow:
        claim = await _claim_of_case(uow, cmd.number, actor, "RefusePayment")
        if not await uow.case_verbs.note(cmd.effect, claim.number, ClaimVerb.REFUSE_PAYMENT, clock.now()):
            return await uow.commit(claim)
        claim = claim.refuse_payment(cmd.reason, at=clock.now())
        await _hold(uow, claim, Stage.RESERVED, actor)
        return await _save(uow, claim, events.PaymentRefused.of(claim, actor, reason=cmd.reason))


async def _claim_of_case(uow: Work, number: str, actor: Actor, action: str) -> Claim:
    claim = await uow.claims.get_for_update(number, EVERYTHING)
    require_on(actor, action, claim)
    return claim


async def _hold(uow: Work, claim: Claim, stage: Stage, actor: Actor) -> None:
    note = Note(claim.update_time, actor.id, claim.name)
    await uow.budgets.set_holdings(claim.name, stage, claim.budget_needs, note)


async def _release(uow: Work, claim: Claim, actor: Actor) -> None:
    note = Note(claim.update_time, actor.id, claim.name)
    await uow.budgets.set_holdings(claim.name, Stage.RESERVED, {}, note)


async def _save(uow: Work, claim: Claim, event: Event, *tell: Message) -> Claim:
    await uow.claims.save(claim)
    uow.record(event, *tell)
    return await uow.commit(claim)
