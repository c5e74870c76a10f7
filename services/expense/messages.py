"""What this service tells others, in messages: facts about claims, and requests for their approval."""

from __future__ import annotations

from typing import Final

from google.protobuf.message import Message

from chassis.rpc.values import money_to_message, time_to_message
from services.expense.domain.claim import Claim
from services.expense.mapping import snapshot_of
from zhupi.approval.v1.events_pb2 import CaseFact, CaseRequested
from zhupi.approval.v1.fact_pb2 import Fact, TextList
from zhupi.expense.v1.events_pb2 import ClaimPaid, ClaimRejected, ClaimSubmitted

PROCESS: Final = "expense-claim"
RESUBMITTED: Final = "resubmitted"
DOCUMENT_CHANGED: Final = "document_changed"


def facts_of(claim: Claim, grade: str) -> dict[str, Fact]:
    """On what a claim's route may depend. `amount` is what is claimed, before any cut."""
    return {
        "amount": Fact(money=money_to_message(claim.total)),
        "expense_types": Fact(texts=TextList(values=sorted(claim.expense_types))),
        "organisation": Fact(organisation=f"organisations/{claim.organisation}"),
        "claimant": Fact(person=f"people/{claim.claimant}"),
        "grade": Fact(text=grade),
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


def case_requested(claim: Claim, grade: str, policy: str) -> Message:
    return CaseRequested(
        process=PROCESS,
        document=claim.name,
        number=claim.number,
        document_version=claim.version,
        title=claim.title,
        amount=money_to_message(claim.total),
        requester=f"people/{claim.claimant}",
        organisation=f"organisations/{claim.organisation}",
        facts=facts_of(claim, grade),
        snapshot=snapshot_of(claim),
        policy=policy,
    )


def resubmitted(claim: Claim, grade: str, policy: str) -> Message:
    return CaseFact(
        document=claim.name,
        fact_id=f"{RESUBMITTED}/{claim.version}",
        name=RESUBMITTED,
        document_version=claim.version,
        facts=facts_of(claim, grade),
        snapshot=snapshot_of(claim),
        amount=money_to_message(claim.total),
        title=claim.title,
        policy=policy,
    )


def changed(claim: Claim) -> Message:
    """Finance has cut a line: what is decided on is another version now."""
    return CaseFact(
        document=claim.name,
        fact_id=f"{DOCUMENT_CHANGED}/{claim.version}",
        name=DOCUMENT_CHANGED,
        document_version=claim.version,
        snapshot=snapshot_of(claim),
        amount=money_to_message(claim.payable),
        title=claim.title,
    )


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
