"""`zhupi activity log|logs`: what was done for an activity, day by day."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.command import command
from cli.commands.activity_group import Number, activities
from cli.names import activity as activity_name
from cli.paging import ENOUGH, Limit, listed
from cli.session import Session
from cli.values import day
from zhupi.marketing.v1 import execution_log_pb2 as pb
from zhupi.marketing.v1.execution_log_pb2_grpc import ExecutionLogServiceStub

COLUMNS: Final = ("day", "text", "writer", "create_time")


@command(activities, "log", "写一条执行日志", "Write down what was done", writes=True)
async def log(
    session: Session,
    number: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What was done · 内容")],
    on: Annotated[
        str, typer.Option("--day", help="On which day; today by default · 日期；默认今天")
    ] = "today",
) -> None:
    request = pb.WriteLogEntryRequest(
        activity=activity_name(number), request_id=session.request_id(), day=day(on, "--day"), text=text
    )
    session.out.details(await session.stub(ExecutionLogServiceStub).WriteLogEntry(request), COLUMNS)


@command(activities, "logs", "查看执行日志", "What was done, day by day")
async def logs(session: Session, number: Number, limit: Limit = ENOUGH) -> None:
    request = pb.ListLogEntriesRequest(activity=activity_name(number))
    rpc = session.stub(ExecutionLogServiceStub).ListLogEntries
    session.out.table(await listed(session, rpc, request, "entries", limit), COLUMNS, kind=pb.LogEntry)
