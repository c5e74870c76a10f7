"""A claim as people see it: head, lines, and where its case is now."""

from __future__ import annotations

from typing import Final

from cli.output import Output, plain
from cli.session import Session
from cli.work_item_view import waiting
from kernel.errors import Code, Refusal
from zhupi.approval.v1.case_pb2 import Case, GetCaseRequest
from zhupi.approval.v1.case_pb2_grpc import CaseServiceStub
from zhupi.expense.v1.claim_pb2 import Claim, ClaimLine, GetClaimRequest
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceStub

HEAD: Final = (
    "name", "title", "claimant", "organisation", "cost_centre", "state", "total", "payable", "reason", "payment",
    "create_time", "submit_time", "pay_time", "version", "attachments",
)  # fmt: skip
LINES: Final = (
    "id", "expense_type", "date", "amount", "tax", "city", "description", "activity_line", "invoice.number",
    "cut.amount", "cut.reason",
)  # fmt: skip
LIST: Final = ("name", "title", "claimant", "organisation", "state", "total", "payable", "update_time")


async def get_claim(session: Session, name: str) -> Claim:
    return await session.stub(ClaimServiceStub).GetClaim(GetClaimRequest(name=name))


async def latest_case(session: Session, document: str) -> Case | None:
    """The latest case of a document, None where there is none yet."""
    try:
        return await session.stub(CaseServiceStub).GetCase(GetCaseRequest(name=document))
    except Refusal as refusal:
        if refusal.code is Code.NOT_FOUND:
            return None
        raise


def show_claim(out: Output, claim: Claim) -> None:
    out.details(claim, HEAD)
    if claim.lines and not out.as_json:
        out.table(claim.lines, LINES, kind=ClaimLine)


async def show_whole_claim(session: Session, claim: Claim) -> None:
    """The claim, and who has it now."""
    case = await latest_case(session, claim.name)
    if session.out.as_json:
        session.out.json({"claim": plain(claim), "case": plain(case) if case else None})
        return
    show_claim(session.out, claim)
    if case is not None:
        waiting(session.out, case)
