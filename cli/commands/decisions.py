"""`zhupi approve|reject|return|transfer|take|release`: what a person does with a work item."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer

from cli.command import alone
from cli.finding import find_work_item
from cli.help import WORK
from cli.options import Etag
from cli.people import find_person
from cli.session import Session
from cli.work_item_view import show_item
from reading.names import bare
from zhupi.approval.v1 import work_item_pb2 as pb
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

PANEL = WORK

Target = Annotated[
    str, typer.Argument(metavar="EC-…", help="A number, a work item or a case · 单号、待办或审批单")
]
Comment = Annotated[str, typer.Option("--comment", "--reason", help="Comment · 意见")]
Reason = Annotated[str, typer.Option("--comment", "--reason", help="The reason · 理由（必填）")]
ToStep = Annotated[
    str,
    typer.Option(
        "--to", help="Key of an earlier step; the requester by default · 退回到的步骤编码；默认退回申请人"
    ),
]
Previous = Annotated[bool, typer.Option("--previous", help="To whoever decided directly before · 退回上一步")]
ComeBack = Annotated[
    bool, typer.Option("--back", help="Then straight back to me · 处理后直接回到我，不再逐级审批")
]
WalkAgain = Annotated[bool, typer.Option("--again", help="Then walk all again from there · 之后重新逐级审批")]
ToPerson = Annotated[
    str, typer.Option("--to", help="To whom: a login or a Chinese name · 转交给：登录名或姓名")
]
Choices = Annotated[
    list[str] | None,
    typer.Option(
        "--choose",
        help="Who decides a later step, where that is left to you: step=who,who · 为后续步骤选择审批人",
    ),
]
Restart = Annotated[
    bool,
    typer.Option("--restart", help="Without what was asked and answered · 从头处理，不保留此前的提问与答复"),
]
Version = Annotated[
    int,
    typer.Option(
        "--version",
        help="The document's version seen; the present one by default · 看到的单据版本；默认取当前的",
    ),
]


class Following(StrEnum):
    KIND = "kind"
    CASE = "case"


Then = Annotated[
    Following | None,
    typer.Option(
        "--then",
        help="Go on with the next of the same kind, or of this case · 接着处理下一个同类待办，或本单的下一个",
    ),
]
NEXT: Final = {
    None: None,
    Following.KIND: pb.THEN_NEXT_OF_THE_SAME_KIND,
    Following.CASE: pb.THEN_NEXT_IN_THE_CASE,
}


def told(session: Session, item: WorkItem) -> None:
    """The work item as it has become, and what the person goes on with."""
    show_item(session.out, item)
    if item.HasField("next") and not session.out.as_json:
        session.out.say("\n接着处理：", "\nNext:")
        show_item(session.out, item.next)


async def seen(session: Session, given: str, etag: str, version: int = 0) -> WorkItem:
    """The work item as the person has seen it: what they name counts, else what it is now."""
    item = await find_work_item(session, given)
    item.etag = session.pinned("--etag", etag or item.etag)
    if version or item.document_version:
        item.document_version = int(session.pinned("--version", str(version or item.document_version)))
    return item


async def chosen(session: Session, given: str) -> pb.Choice:
    """`expert=sunli,周敏`: who decides a later step."""
    step, sign, people = given.partition("=")
    if not sign or not people:
        raise typer.BadParameter("step=who,who", param_hint="--choose")
    found = [await find_person(session, bare(one)) for one in people.split(",")]
    return pb.Choice(step=step, people=[person.name for person in found])


@alone("同意", "Approve", writes=True)
async def approve(
    session: Session,
    target: Target,
    comment: Comment = "",
    choose: Choices = None,
    etag: Etag = "",
    version: Version = 0,
    then: Then = None,
) -> None:
    item = await seen(session, target, etag, version)
    choices = [await chosen(session, choice) for choice in choose or ()]
    request = pb.ApproveWorkItemRequest(
        name=item.name,
        request_id=session.request_id(),
        etag=item.etag,
        document_version=item.document_version,
        comment=comment,
        then=NEXT[then],
        choices=choices,
    )
    told(session, await session.stub(WorkItemServiceStub).ApproveWorkItem(request))


@alone("拒绝，流程就此结束", "Reject for good: the case ends", writes=True)
async def reject(
    session: Session,
    target: Target,
    comment: Reason,
    etag: Etag = "",
    version: Version = 0,
    then: Then = None,
) -> None:
    item = await seen(session, target, etag, version)
    request = pb.RejectWorkItemRequest(
        name=item.name,
        request_id=session.request_id(),
        etag=item.etag,
        document_version=item.document_version,
        comment=comment,
        then=NEXT[then],
    )
    told(session, await session.stub(WorkItemServiceStub).RejectWorkItem(request))


@alone(
    "退回申请人，或退回之前的步骤",
    "Send back to the requester, or to an earlier step",
    writes=True,
)
async def return_(
    session: Session,
    target: Target,
    comment: Reason,
    to: ToStep = "",
    previous: Previous = False,
    back: ComeBack = False,
    again: WalkAgain = False,
    etag: Etag = "",
    version: Version = 0,
    then: Then = None,
) -> None:
    if back and again:
        raise typer.BadParameter("--back | --again", param_hint="--again")
    item = await seen(session, target, etag, version)
    request = pb.ReturnWorkItemRequest(
        name=item.name,
        request_id=session.request_id(),
        etag=item.etag,
        document_version=item.document_version,
        comment=comment,
        then=NEXT[then],
        step=to,
        previous=previous,
        resume=pb.RESUME_COME_BACK if back else pb.RESUME_WALK_AGAIN if again else None,
    )
    told(session, await session.stub(WorkItemServiceStub).ReturnWorkItem(request))


@alone("转交他人处理", "Give it to somebody else to decide", writes=True)
async def transfer(
    session: Session,
    target: Target,
    to: ToPerson,
    comment: Comment = "",
    restart: Restart = False,
    etag: Etag = "",
) -> None:
    item = await seen(session, target, etag)
    request = pb.TransferWorkItemRequest(
        name=item.name,
        request_id=session.request_id(),
        etag=item.etag,
        person=(await find_person(session, bare(to))).name,
        comment=comment,
        restart=restart,
    )
    show_item(session.out, await session.stub(WorkItemServiceStub).TransferWorkItem(request))


@alone("从待领取中领取", "Take it from the pool", writes=True)
async def take(session: Session, target: Target, etag: Etag = "") -> None:
    item = await seen(session, target, etag)
    request = pb.ClaimWorkItemRequest(
        name=item.name,
        request_id=session.request_id(),
        etag=item.etag,
    )
    show_item(session.out, await session.stub(WorkItemServiceStub).ClaimWorkItem(request))


@alone("放回待领取", "Put it back into the pool", writes=True)
async def release(session: Session, target: Target, etag: Etag = "") -> None:
    item = await seen(session, target, etag)
    request = pb.ReleaseWorkItemRequest(
        name=item.name,
        request_id=session.request_id(),
        etag=item.etag,
    )
    show_item(session.out, await session.stub(WorkItemServiceStub).ReleaseWorkItem(request))
