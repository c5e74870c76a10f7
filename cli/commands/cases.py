"""`zhupi case …`, and what is done to a case as a whole: `zhupi withdraw|comment|retry`."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.case_view import COMMENTS, Target, show_case
from cli.command import alone, command
from cli.commands.overrides import cases
from cli.finding import find_case
from cli.help import DOCUMENTS
from cli.names import document as document_name
from cli.options import Seen
from cli.output import plain
from cli.paging import ENOUGH, Limit, listed
from cli.people import find_person
from cli.session import Session
from cli.work_item_view import EFFECTS
from zhupi.approval.v1 import case_pb2 as pb
from zhupi.approval.v1.case_pb2 import Case
from zhupi.approval.v1.case_pb2_grpc import CaseServiceStub

PANEL = DOCUMENTS

LIST: Final = (
    "name",
    "title",
    "amount",
    "requester_title",
    "organisation",
    "state",
    "outcome",
    "create_time",
)


@command(cases, "show", "查看一张审批单", "One case: its route, work items, effects and comments")
async def show(session: Session, target: Target) -> None:
    show_case(session, await find_case(session, target))


@command(cases, "list", "列出审批单", "List cases")
async def list_(
    session: Session,
    document: Annotated[str, typer.Option("--document", help="Number of the document · 单号")] = "",
    requester: Annotated[
        str,
        typer.Option("--requester", help="Who has asked: a login or a Chinese name · 申请人：登录名或姓名"),
    ] = "",
    open_: Annotated[bool, typer.Option("--open", help="Only what is open · 只看进行中的")] = False,
    waiting: Annotated[
        bool,
        typer.Option(
            "--waiting", help="Only those with an effect that waits or was refused · 只看外部动作受阻的"
        ),
    ] = False,
    limit: Limit = ENOUGH,
) -> None:
    request = pb.ListCasesRequest(
        document=document_name(document) if document else "",
        requester=(await find_person(session, requester)).name if requester else "",
        state=Case.STATE_OPEN if open_ else Case.STATE_UNSPECIFIED,
        only_waiting=waiting,
    )
    found = await listed(session, session.stub(CaseServiceStub).ListCases, request, "cases", limit)
    session.out.table(found, LIST, kind=Case)


@alone("撤回自己的申请", "Take one's own request back", writes=True)
async def withdraw(
    session: Session,
    target: Target,
    reason: Annotated[str, typer.Option("--reason", "--comment", help="Why · 原因")] = "",
    etag: Seen = "",
) -> None:
    case = await find_case(session, target)
    request = pb.WithdrawCaseRequest(
        name=case.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or case.etag),
        reason=reason,
    )
    show_case(session, await session.stub(CaseServiceStub).WithdrawCase(request))


@alone("在审批单上留言", "Say something on a case", writes=True)
async def comment(
    session: Session, target: Target, text: Annotated[str, typer.Argument(help="What to say · 内容")]
) -> None:
    case = await find_case(session, target)
    request = pb.CommentOnCaseRequest(name=case.name, request_id=session.request_id(), text=text)
    said = await session.stub(CaseServiceStub).CommentOnCase(request)
    session.out.details(said, COMMENTS)


@alone("立即重试正在等待的外部动作", "Try an outside call that waits, now", writes=True)
async def retry(session: Session, target: Target) -> None:
    case = await find_case(session, target)
    request = pb.RetryEffectRequest(name=case.name, request_id=session.request_id())
    tried = await session.stub(CaseServiceStub).RetryEffect(request)
    if session.out.as_json:
        session.out.json(plain(tried))
        return
    session.out.say("已要求立即重试", "It is tried again now")
    session.out.table(tried.effects, EFFECTS, kind=pb.Effect)
