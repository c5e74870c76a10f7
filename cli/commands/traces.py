"""`zhupi trace`: what happened inside a request, span by span."""

from __future__ import annotations

import re
from typing import Annotated, Final

import typer

from cli.command import alone
from cli.commands.timeline import document_of, rows_of
from cli.help import RUNNING
from cli.output import plain
from cli.paging import ENOUGH, Limit, listed
from cli.refusals import NoTrace
from cli.session import Session
from cli.waterfall import show_trace
from zhupi.traces.v1.traces_pb2 import GetTraceRequest, ListTracesRequest, TraceSummary
from zhupi.traces.v1.traces_pb2_grpc import TraceQueryServiceStub

PANEL = RUNNING

TRACE_ID: Final = re.compile(r"(traces/)?(?P<id>[0-9a-f]{32})")
COLUMNS: Final = ("name", "title", "component", "start_time", "duration", "failed")
# What a person means by the trace of a document is the one in which it was first submitted: its case belongs to it.
SUBMITTED: Final = "Submitted"


@alone(
    "一张单据的追踪（瀑布图），供运维使用", "What happened inside the requests of a document, for operators"
)
async def trace(
    session: Session,
    about: Annotated[
        str, typer.Argument(metavar="EC-…", help="A number, a case or a trace id · 单号、审批单或追踪编号")
    ],
    all_: Annotated[bool, typer.Option("--all", help="List all its traces · 列出其全部追踪")] = False,
    sql: Annotated[bool, typer.Option("--sql", help="Statements, too · 含数据库语句")] = False,
    limit: Limit = ENOUGH,
) -> None:
    stub = session.stub(TraceQueryServiceStub)
    known = TRACE_ID.fullmatch(about)
    if all_ and not known:
        request = ListTracesRequest(document=await document_of(session, about))
        found = await listed(session, stub.ListTraces, request, "traces", limit)
        session.out.table(found, COLUMNS, kind=TraceSummary)
        return
    id_ = known["id"] if known else await trace_of(session, about)
    whole = await stub.GetTrace(GetTraceRequest(name=f"traces/{id_}"))
    if session.out.as_json:
        session.out.json(plain(whole))
    else:
        show_trace(session.out, whole, statements=sql)


async def trace_of(session: Session, about: str) -> str:
    """The id of the trace in which a document was first submitted, else of the one in which it was made. Raises NoTrace."""
    rows = [row for row in await rows_of(session, await document_of(session, about)) if row.trace_id]
    chosen = next((row for row in rows if row.kind.endswith(SUBMITTED)), rows[0] if rows else None)
    if chosen is None:
        raise NoTrace(about=about)
    return chosen.trace_id
