"""`zhupi start|suspend|resume|delegate|hand-back|call-back|skip|undo|ask|answer|urge`: what else a person does with a work item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from cli.command import alone
from cli.commands.decisions import Comment, Target, ToPerson, Version, seen
from cli.finding import find_case, find_item_of_case, nothing
from cli.help import WORK
from cli.names import Kind
from cli.names import target as named
from cli.options import Etag
from cli.people import find_person
from cli.session import Session
from cli.values import moment
from cli.work_item_view import open_items, show_item
from reading.names import bare
from zhupi.approval.v1 import work_item_pb2 as pb
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

PANEL = WORK

Until = Annotated[
    str,
    typer.Option(
        "--until",
        help="Out of sight until then: 2026-11-30, 3d, 4h · 暂缓到某时：2026-11-30、3d、4h",
    ),
]
Words = Annotated[str, typer.Argument(metavar="…", help="In your own words · 内容")]


@alone("开始处理", "Say that you are at it", writes=True)
async def start(session: Session, target: Target, etag: Etag = "") -> None:
    item = await seen(session, target, etag)
    request = pb.StartWorkItemRequest(name=item.name, request_id=session.request_id(), etag=item.etag)
    show_item(session.out, await session.stub(WorkItemServiceStub).StartWorkItem(request))


@alone("暂停处理，或暂缓到某时", "Put it aside, or out of sight until a date", writes=True)
async def suspend(session: Session, target: Target, until: Until = "", etag: Etag = "") -> None:
    item = await seen(session, target, etag)
    request = pb.SuspendWorkItemRequest(name=item.name, request_id=session.request_id(), etag=item.etag)
    if until:
        request.until.FromDatetime(moment(session.pinned("--until", until), "until"))
    show_item(session.out, await session.stub(WorkItemServiceStub).SuspendWorkItem(request))


@alone("恢复处理", "Take up what was put aside", writes=True)
async def resume(session: Session, target: Target, etag: Etag = "") -> None:
    def is_aside(item: WorkItem) -> bool:
        return item.state == WorkItem.STATE_SUSPENDED and bare(item.assignee) == session.caller.login

    item = await find_item_of_case(session, target, is_aside)
    etag = session.pinned("--etag", etag or item.etag)
    request = pb.ResumeWorkItemRequest(name=item.name, request_id=session.request_id(), etag=etag)
    show_item(session.out, await session.stub(WorkItemServiceStub).ResumeWorkItem(request))


@alone("委托他人处理，处理后交还", "Have somebody work on it, who hands it back", writes=True)
async def delegate(
    session: Session, target: Target, to: ToPerson, comment: Comment = "", etag: Etag = ""
) -> None:
    item = await seen(session, target, etag)
    request = pb.DelegateWorkItemRequest(
        name=item.name,
        request_id=session.request_id(),
        etag=item.etag,
        person=(await find_person(session, bare(to))).name,
        comment=comment,
    )
    show_item(session.out, await session.stub(WorkItemServiceStub).DelegateWorkItem(request))


@alone("交还委托人", "Hand it back to whoever delegated it", writes=True)
async def hand_back(session: Session, target: Target, comment: Comment = "", etag: Etag = "") -> None:
    item = await seen(session, target, etag)
    request = pb.HandBackWorkItemRequest(
        name=item.name, request_id=session.request_id(), etag=item.etag, comment=comment
    )
    show_item(session.out, await session.stub(WorkItemServiceStub).HandBackWorkItem(request))


@alone("收回委托", "Take back what you have delegated", writes=True)
async def call_back(session: Session, target: Target, etag: Etag = "") -> None:
    def is_delegated(item: WorkItem) -> bool:
        return f"people/{session.caller.login}" in item.delegated_by

    item = await find_item_of_case(session, target, is_delegated)
    etag = session.pinned("--etag", etag or item.etag)
    request = pb.CallBackWorkItemRequest(name=item.name, request_id=session.request_id(), etag=etag)
    show_item(session.out, await session.stub(WorkItemServiceStub).CallBackWorkItem(request))


@alone("弃权", "Abstain, where the policy lets you", writes=True)
async def skip(
    session: Session, target: Target, comment: Comment = "", etag: Etag = "", version: Version = 0
) -> None:
    item = await seen(session, target, etag, version)
    request = pb.SkipWorkItemRequest(
        name=item.name,
        request_id=session.request_id(),
        etag=item.etag,
        document_version=item.document_version,
        comment=comment,
    )
    show_item(session.out, await session.stub(WorkItemServiceStub).SkipWorkItem(request))


@alone("撤销自己的决定", "Take your decision back", writes=True)
async def undo(session: Session, target: Target, comment: Comment = "", etag: Etag = "") -> None:
    def is_mine(item: WorkItem) -> bool:
        me = f"people/{session.caller.login}"
        return item.state == WorkItem.STATE_DONE and me in (item.decider, item.on_behalf_of)

    item = await find_item_of_case(session, target, is_mine)
    etag = session.pinned("--etag", etag or item.etag)
    request = pb.UndoDecisionRequest(
        name=item.name, request_id=session.request_id(), etag=etag, comment=comment
    )
    show_item(session.out, await session.stub(WorkItemServiceStub).UndoDecision(request))


@alone("决定之前请人说明", "Ask somebody before you decide", writes=True)
async def ask(session: Session, target: Target, question: Words, to: ToPerson, etag: Etag = "") -> None:
    item = await seen(session, target, etag)
    request = pb.AskForInformationRequest(
        name=item.name,
        request_id=session.request_id(),
        etag=item.etag,
        person=(await find_person(session, bare(to))).name,
        question=question,
    )
    show_item(session.out, await session.stub(WorkItemServiceStub).AskForInformation(request))


@alone("答复提问", "Answer what you were asked", writes=True)
async def answer(session: Session, target: Target, words: Words, etag: Etag = "") -> None:
    item = await seen(session, target, etag)
    request = pb.AnswerQuestionRequest(
        name=item.name, request_id=session.request_id(), etag=item.etag, answer=words
    )
    show_item(session.out, await session.stub(WorkItemServiceStub).AnswerQuestion(request))


@alone("催办", "Remind those for whom it waits", writes=True)
async def urge(session: Session, target: Target, comment: Comment = "") -> None:
    """Each step that waits is urged by one of its work items."""
    if named(target).kind is Kind.WORK_ITEM:
        items = [await find_item_of_case(session, target, bool)]
    else:
        items = one_of_each_step(open_items(await find_case(session, target)))
    if not items:
        raise await nothing(session, target, target)
    for item in items:
        request = pb.UrgeWorkItemRequest(
            name=item.name, request_id=session.derived_request_id(item.step), comment=comment
        )
        show_item(session.out, await session.stub(WorkItemServiceStub).UrgeWorkItem(request))


def one_of_each_step(items: Sequence[WorkItem]) -> list[WorkItem]:
    return list({(item.stage, item.step): item for item in items}.values())
