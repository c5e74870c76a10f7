"""`zhupi trace`: what happened inside a request, span by span."""

from __future__ import annotations

import re
from typing import Annotated, Final

import typer

from cli.command import alone
from cli.commands.timeline import document_of
from cli.output import plain
from cli.paging import ENOUGH, Limit, listed
from cli.refusals import NoTrace
from cli.session import Session
from cli.waterfall import show_trace
from zhupi.traces.v1.traces_pb2 import GetTraceRequest, ListTracesRequest, TraceSummary
from zhupi.traces.v1.traces_pb2_grpc import TraceQueryServiceStub

TRACE_ID: Final = re.compile(r"(traces/)?(?P<id>[0-9a-f]{32})")
COLUMNS: Final = ("name", "title", "component", "start_time", "duration", "failed")
# What a person means by the trace of a document is the one in which it was submitted.
SUBMITTED: Final = "/Submit"


@alone(
    "一张单据的调用追踪（瀑布图），供运维使用",
    "What happened inside the requests of a document, for operators",
)
async def trace(
    session: Session,
    about: Annotated[
        str, typer.Argument(metavar="EC-…", help="A number, a case or a trace id · 单号、审批单或追踪编号")
    ],
    all_: Annotated[bool, typer.Option("--all", help="List all its traces · 列出其全部追踪")] = False,
    limit: Limit = ENOUGH,
) -> None:
    stub = session.stub(TraceQueryServiceStub)
    known = TRACE_ID.fullmatch(about)
    if known:
        name = f"traces/{known['id']}"
    else:
        request = ListTracesRequest(document=await document_of(session, about))
        found: list[TraceSummary] = await listed(session, stub.ListTraces, request, "traces", limit)
        if all_:
            session.out.table(found, COLUMNS, kind=TraceSummary)
            return
        name = chosen(found, about).name
    whole = await stub.GetTrace(GetTraceRequest(name=name))
    if session.out.as_json:
        session.out.json(plain(whole))
    else:
        show_trace(session.out, whole)


def chosen(found: list[TraceSummary], about: str) -> TraceSummary:
    """The newest trace that began with a submission, else the newest. Raises NoTrace."""
    if not found:
        raise NoTrace(about=about)
    return next((trace for trace in found if SUBMITTED in trace.title), found[0])
