"""`zhupi timeline`: everything that happened to a document and its cases, in one row of time, with why."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.command import alone
from cli.finding import find_case
from cli.help import DOCUMENTS
from cli.names import Kind, target
from cli.output import plain
from cli.paging import listed
from cli.session import Session
from cli.timeline_view import tell_entries
from kernel.errors import Code, Refusal
from zhupi.approval.v1.case_pb2 import ListCasesRequest
from zhupi.approval.v1.case_pb2_grpc import CaseServiceStub
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest, TimelineEntry
from zhupi.common.v1.timeline_pb2_grpc import TimelineServiceStub

PANEL = DOCUMENTS

# Which service keeps the timeline of which kind of document.
OWNERS: Final = {
    "claims": "expense",
    "customers": "customer",
    "onboardings": "customer",
    "licenceRenewals": "customer",
    "activities": "marketing",
    "activityChanges": "marketing",
    "budgets": "expense",
    "months": "expense",
    "cases": "approval",
    "documents": "approval",
    "processes": "approval",
    "standIns": "approval",
}


@alone("一张单据及其审批的全部经过", "All that happened to a document and its cases")
async def timeline(
    session: Session,
    about: Annotated[
        str, typer.Argument(metavar="EC-…", help="A number, a work item or a case · 单号、待办或审批单")
    ],
) -> None:
    entries = await merged(session, await document_of(session, about))
    if session.out.as_json:
        session.out.json([plain(entry) for entry in entries])
    else:
        await tell_entries(session, entries)


async def document_of(session: Session, given: str) -> str:
    """The document that a number, a case or a work item is about; another resource name as it is."""
    if given.partition("/")[0] in OWNERS.keys() - {"cases"}:
        return given
    named = target(given)
    return named.name if named.kind is Kind.DOCUMENT else (await find_case(session, given)).document


async def merged(session: Session, document: str) -> list[TimelineEntry]:
    """The rows of the document and of all its cases that the caller may see, oldest first."""
    request = ListCasesRequest(document=document)
    cases = await listed(session, session.stub(CaseServiceStub).ListCases, request, "cases")
    entries = await rows_of(session, document)
    for case in cases:
        entries += await rows_of(session, case.name)
    # Rows of one document keep their order even where two were written within one tick of the clock.
    return sorted(entries, key=lambda row: (row.time.ToNanoseconds(), row.document, row.sequence))


async def rows_of(session: Session, document: str) -> list[TimelineEntry]:
    service = session.stub(TimelineServiceStub, OWNERS[document.partition("/")[0]])
    try:
        return await listed(session, service.ListTimeline, ListTimelineRequest(document=document), "entries")
    except Refusal as refusal:
        # Who takes part in a case need not be allowed to see the whole document, nor the other way round.
        if refusal.code in (Code.NOT_FOUND, Code.PERMISSION_DENIED) and document.startswith("cases/"):
            return []
        raise
