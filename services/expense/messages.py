"""What this service tells others, in messages: facts about claims, and requests for their approval."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from google.protobuf.message import Message

from chassis.cases.messages import Submission, changed
from chassis.rpc.values import money_to_message, time_to_message
from services.expense.domain.claim import Claim
from services.expense.mapping import claim_to_message
from zhupi.approval.v1.fact_pb2 import Fact, TextList
from zhupi.expense.v1.events_pb2 import ClaimPaid, ClaimRejected, ClaimSubmitted

PROCESS: Final = "expense-claim"


def facts_of(claim: Claim, grade: str) -> dict[str, Fact]:
    """On what a claim's route may depend. `amount` is what is claimed, before any cut; `activities` are those it draws on."""
    activities = {place.activity for line in claim.lines if (place := line.drawn_on)}
    return {
        "amount": Fact(money=money_to_message(claim.total)),
        "expense_types": Fact(texts=TextList(values=sorted(claim.expense_types))),
        "organisation": Fact(organisation=f"organisations/{claim.organisation}"),
        "claimant": Fact(person=f"people/{claim.claimant}"),
        "grade": Fact(text=grade),
        "activities": Fact(texts=TextList(values=[f"activities/{one}" for one in sorted(activities)])),
        "cost_centre": Fact(text=claim.cost_centre),
    }


def submitted(claim: Claim) -> Message:
    return ClaimSubmitted(
        claim=claim.name,
        claimant=f"people/{claim.claimant}",
        organisation=f"organisations/{claim.organisation}",
        total=money_to_message(claim.total),
        version=claim.version,
        time=time_to_message(claim.update_time),
    )


def submission(claim: Claim, grade: str = "") -> Submission:
    """The claim as approval is told of it; its claimant has this grade."""
    return Submission(
        process=PROCESS,
        document=claim.name,
        version=claim.version,
        title=claim.title,
        requester=claim.claimant,
        organisation=claim.organisation,
        facts=facts_of(claim, grade),
        shown=claim_to_message(claim),
        amount=claim.total,
    )


def cut(claim: Claim) -> Message:
    """Finance has cut a line: what is decided on is another version now."""
    return changed(replace(submission(claim), amount=claim.payable))


def paid(claim: Claim) -> Message:
    return ClaimPaid(
        claim=claim.name,
        claimant=f"people/{claim.claimant}",
        organisation=f"organisations/{claim.organisation}",
        paid=money_to_message(claim.payable),
        payment=claim.payment,
        time=time_to_message(claim.pay_time),
    )


def rejected(claim: Claim) -> Message:
    return ClaimRejected(
        claim=claim.name,
        claimant=f"people/{claim.claimant}",
        reason=claim.reason,
        time=time_to_message(claim.update_time),
    )
