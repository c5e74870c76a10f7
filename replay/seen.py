"""What has happened to a claim, as the timelines of the claim and of its cases say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cli.commands.timeline import rows_of
from cli.names import bare
from cli.paging import listed
from cli.session import Session
from replay.mapping import Mapping
from replay.script import REFUSED
from replay.story import State, Verb
from zhupi.approval.v1.case_pb2 import Case, ListCasesRequest
from zhupi.approval.v1.case_pb2_grpc import CaseServiceStub
from zhupi.common.v1.timeline_pb2 import TimelineEntry
from zhupi.expense.v1.claim_pb2 import Claim

# What a row of a timeline is called here; a decision is told by who made it, and what was made of it.
SAID = {
    "ClaimSubmitted": Verb.SUBMIT.value,
    "WithdrawalAsked": Verb.TAKE_BACK.value,
    "PaymentRefused": REFUSED,
    "ClaimPaid": Verb.PAID.value,
}
DECISIONS = {"approved": Verb.APPROVE, "returned": Verb.RETURN, "rejected": Verb.REJECT}
FINANCE_DECISIONS = {
    "approved": Verb.ASK_PAYMENT,
    "returned": Verb.FINANCE_RETURN,
    "rejected": Verb.FINANCE_REJECT,
}
STATES = {
    Claim.STATE_IN_APPROVAL: State.IN_APPROVAL,
    Claim.STATE_IN_FINANCE_REVIEW: State.APPROVED,
    Claim.STATE_PAYABLE: State.PAYABLE,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a claim is, and what has happened to it, in order; `script.Act.words` says the same of the log."""

    state: State
    order: tuple[str, ...]


async def cases_of(session: Session, document: str) -> list[Case]:
    request = ListCasesRequest(document=document)
    return await listed(session, session.stub(CaseServiceStub).ListCases, request, "cases")


def state_of(claim: Claim, cases: Iterable[Case]) -> State:
    """A claim that ends is where it is only once its case has closed; until then it is on its way there."""
    is_open = any(case.state != Case.STATE_CLOSED for case in cases)
    match claim.state:
        case Claim.STATE_DRAFT:
            return State.RETURNED if is_open else State.DRAFT
        case Claim.STATE_PAID:
            return State.PAYABLE if is_open else State.PAID
        case Claim.STATE_REJECTED:
            return State.IN_APPROVAL if is_open else State.REJECTED
    return STATES[claim.state]


async def order_of(session: Session, claim: str, cases: Iterable[Case], mapping: Mapping) -> tuple[str, ...]:
    """What has happened so far, in the words of the script."""
    rows = await rows_of(session, claim)
    for case in cases:
        rows += await rows_of(session, case.name)
    rows.sort(key=lambda row: (row.time.ToNanoseconds(), row.document, row.sequence))
    return tuple(words_in(rows, mapping))


def words_in(rows: Iterable[TimelineEntry], mapping: Mapping) -> Iterator[str]:
    roles = {role.login: name for name, role in mapping.roles.items()}
    for row in rows:
        if row.kind in SAID:
            yield SAID[row.kind]
        elif row.kind == "WorkItemDecided":
            role, outcome = roles.get(bare(row.actor), row.actor), str(row.details["outcome"])
            if role == mapping.finance:
                yield FINANCE_DECISIONS[outcome].value
            else:
                yield f"{DECISIONS[outcome]} {role}"
