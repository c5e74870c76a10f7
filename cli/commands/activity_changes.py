"""`zhupi activity-change …`: changes of approved activities (活动变更)."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.activity_terms import Terms, terms_after
from cli.activity_view import CHANGES, get_activity, show_change
from cli.claim_view import latest_case
from cli.command import command
from cli.help import DOCUMENTS, group
from cli.names import activity as activity_name
from cli.names import activity_change
from cli.options import Etag
from cli.output import plain
from cli.paging import ENOUGH, Limit, listed
from cli.route_view import show_routes
from cli.session import Session
from cli.work_item_view import waiting
from cli.written import word, words
from reading.names import bare
from zhupi.marketing.v1 import activity_change_pb2 as pb
from zhupi.marketing.v1.activity_change_pb2_grpc import ActivityChangeServiceStub

PANEL = DOCUMENTS

changes = group("活动变更", "Changes of approved activities")

STATES: Final = pb.ActivityChange.State.DESCRIPTOR
Number = Annotated[str, typer.Argument(metavar="CH-…", help="Number of the change · 变更单号")]
Purpose = Annotated[str, typer.Option("--purpose", help="What for · 变更原因")]


@command(
    changes,
    "new",
    "起草变更，原内容在批准前继续有效",
    "Draft a change; what holds holds on until it is approved",
    writes=True,
)
async def new(
    session: Session,
    activity: Annotated[str, typer.Argument(metavar="AC-…", help="Number of the activity · 活动单号")],
    purpose: Annotated[str, typer.Argument(metavar="PURPOSE", help="What for · 变更原因")],
    terms: Terms,
) -> None:
    seen = await get_activity(session, activity)
    request = pb.CreateActivityChangeRequest(
        request_id=session.request_id(),
        activity=seen.name,
        terms=terms_after(seen.terms, terms),
        purpose=purpose,
    )
    change = await session.stub(ActivityChangeServiceStub).CreateActivityChange(request)
    show_change(session.out, change)
    submit = f"zhupi activity-change submit {bare(change.name)}"
    session.out.say(f"提交：{submit}", f"To submit it: {submit}", style="dim")


@command(changes, "edit", "修改草稿或被退回的变更", "Change a draft or one that was returned", writes=True)
async def edit(
    session: Session, number: Number, terms: Terms, purpose: Purpose = "", etag: Etag = ""
) -> None:
    change = await get_change(session, number)
    request = pb.UpdateActivityChangeRequest(
        name=change.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or change.etag),
        terms=terms_after(change.terms, terms),
        purpose=purpose or change.purpose,
        attachments=change.attachments,
    )
    show_change(session.out, await session.stub(ActivityChangeServiceStub).UpdateActivityChange(request))


@command(changes, "submit", "提交审批", "Ask for approval", writes=True)
async def submit(session: Session, number: Number, etag: Etag = "") -> None:
    change = await get_change(session, number)
    request = pb.SubmitActivityChangeRequest(
        name=change.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or change.etag),
    )
    show_change(session.out, await session.stub(ActivityChangeServiceStub).SubmitActivityChange(request))


@command(changes, "delete", "删除草稿", "Delete a draft", writes=True)
async def delete(session: Session, number: Number, etag: Etag = "") -> None:
    change = await get_change(session, number)
    request = pb.DeleteActivityChangeRequest(
        name=change.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or change.etag),
    )
    show_change(session.out, await session.stub(ActivityChangeServiceStub).DeleteActivityChange(request))


@command(changes, "show", "查看一张变更单，以及现在由谁处理", "One change, and who has it now")
async def show(session: Session, number: Number) -> None:
    change = await get_change(session, number)
    case = await latest_case(session, change.name)
    if session.out.as_json:
        session.out.json({"change": plain(change), "case": plain(case) if case else None})
        return
    show_change(session.out, change)
    if case is not None:
        waiting(session.out, case)


@command(changes, "list", "列出变更", "List changes")
async def list_(
    session: Session,
    activity: Annotated[
        str, typer.Option("--activity", metavar="AC-…", help="Of one activity · 活动单号")
    ] = "",
    state: Annotated[str, typer.Option("--state", help=f"State: {', '.join(words(STATES))} · 状态")] = "",
    limit: Limit = ENOUGH,
) -> None:
    request = pb.ListActivityChangesRequest(
        activity=activity_name(activity) if activity else "",
        state=pb.ActivityChange.State.ValueType(word(STATES, state, "--state")),
    )
    rpc = session.stub(ActivityChangeServiceStub).ListActivityChanges
    found = await listed(session, rpc, request, "activity_changes", limit)
    session.out.table(found, CHANGES, kind=pb.ActivityChange)


@command(changes, "route", "如果现在提交，会由谁审批", "Who would decide it if it were submitted now")
async def route(session: Session, number: Number) -> None:
    request = pb.PreviewActivityChangeRouteRequest(name=activity_change(number))
    preview = await session.stub(ActivityChangeServiceStub).PreviewActivityChangeRoute(request)
    if session.out.as_json:
        session.out.json(plain(preview))
    else:
        show_routes(session.out, preview.routes)


async def get_change(session: Session, number: str) -> pb.ActivityChange:
    request = pb.GetActivityChangeRequest(name=activity_change(number))
    return await session.stub(ActivityChangeServiceStub).GetActivityChange(request)
