"""Asking for approval, for the first time or again."""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.message import Message

from chassis.cases.messages import case_requested, resubmitted
from chassis.cases.ports import Directory, Plan, Planner
from kernel.actor import Actor
from kernel.clock import Clock
from services.expense import messages
from services.expense.domain.claim import Claim
from services.expense.domain.events import ClaimSubmitted
from services.expense.permissions import require_own
from services.expense.use_cases import claim_money
from services.expense.use_cases.ports import Work
from services.expense.use_cases.sight import own_sight, sight_of


@dataclass(frozen=True, slots=True)
class SubmitClaim:
    number: str
    etag: str


async def submit_claim(
    cmd: SubmitClaim, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, planner: Planner
) -> Claim:
    """Reserves the budget, draws on activities, takes the invoices, starts or continues the case: all of it or nothing.

    The directory and the planner are asked before the transaction, about the very claim that the etag names.
    """
    async with uow:
        draft = await uow.claims.get(cmd.number, own_sight(actor))
        require_own(actor, "SubmitClaim", draft)
        catalogue = await uow.catalogue.get(draft.expecting(cmd.etag).expense_types)
    grade = (await directory.employee(draft.claimant)).grade
    asked = messages.submission(draft.submit(catalogue, grade, at=clock.now()), grade)
    plan = await planner.plan(asked)

    async with uow:
        draft = (await uow.claims.get_for_update(cmd.number, own_sight(actor))).expecting(cmd.etag)
        catalogue = await uow.catalogue.get(draft.expense_types)
        claim = draft.submit(catalogue, grade, at=clock.now())
        await uow.months.must_be_open(claim.months)
        await uow.invoices.take(claim)
        await uow.claims.save(claim)
        # Last: others who draw on these budgets wait from here to the commit.
        await claim_money.reserve(uow, claim, actor)
        uow.record(_submitted(claim, actor, plan), *_messages(claim, grade, plan, again=draft.case_open))
        return await uow.commit(claim)


async def preview_route(
    number: str, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, planner: Planner
) -> Plan:
    """Who would decide the claim as it stands. Raises what PreviewRoute raises."""
    sight = await sight_of(actor, directory)
    async with uow:
        claim = await uow.claims.get(number, sight)
    grade = (await directory.employee(claim.claimant)).grade
    return await planner.plan(messages.submission(claim, grade))


def _submitted(claim: Claim, actor: Actor, plan: Plan) -> ClaimSubmitted:
    said = {"title": claim.title, "total": claim.total, "lines": claim.lines}
    return ClaimSubmitted.of(claim, actor, **said, policy=plan.policy, cost_centre=claim.cost_centre)


def _messages(claim: Claim, grade: str, plan: Plan, *, again: bool) -> tuple[Message, Message]:
    request = resubmitted if again else case_requested
    return messages.submitted(claim), request(messages.submission(claim, grade), plan.policy)
