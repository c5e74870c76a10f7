"""`zhupi signer add|remove`: having others decide with oneself, and doing without them (加签、减签)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer

from cli.command import command
from cli.commands.decisions import Comment, Target, seen
from cli.finding import find_item_of_case
from cli.help import WORK, group
from cli.options import Etag
from cli.people import find_person
from cli.session import Session
from cli.work_item_view import OPEN, show_item
from reading.names import bare
from zhupi.approval.v1 import work_item_pb2 as pb
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

PANEL = WORK

signers = group("加签、减签", "Signers who decide with you")


class When(StrEnum):
    BEFORE = "before"
    AFTER = "after"
    BESIDE = "beside"


PLACES: Final = {
    When.BEFORE: pb.AddSignerRequest.PLACE_BEFORE,
    When.AFTER: pb.AddSignerRequest.PLACE_AFTER,
    When.BESIDE: pb.AddSignerRequest.PLACE_BESIDE,
}
Signer = Annotated[str, typer.Argument(metavar="WHO", help="A login or a Chinese name · 登录名或姓名")]
Place = Annotated[
    When, typer.Option("--when", help="Before you, after you or beside you · 先于、后于或与您一同")
]
Reason = Annotated[str, typer.Option("--reason", "--comment", help="The reason · 理由（必填）")]


@command(signers, "add", "加签", "Have somebody decide with you", writes=True)
async def add(
    session: Session,
    target: Target,
    person: Signer,
    when: Place = When.BESIDE,
    comment: Comment = "",
    etag: Etag = "",
) -> None:
    item = await seen(session, target, etag)
    request = pb.AddSignerRequest(
        name=item.name,
        request_id=session.request_id(),
        etag=item.etag,
        person=(await find_person(session, bare(person))).name,
        place=PLACES[when],
        comment=comment,
    )
    show_item(session.out, await session.stub(WorkItemServiceStub).AddSigner(request))


@command(signers, "remove", "减签", "Do without somebody who has not decided", writes=True)
async def remove(session: Session, target: Target, person: Signer, reason: Reason, etag: Etag = "") -> None:
    signer = (await find_person(session, bare(person))).name

    def is_theirs(item: WorkItem) -> bool:
        waits = item.state in (*OPEN, WorkItem.STATE_WAITING)
        return waits and item.kind == WorkItem.KIND_DECISION and signer in (item.assignee, *item.candidates)

    item = await find_item_of_case(session, target, is_theirs)
    etag = session.pinned("--etag", etag or item.etag)
    request = pb.RemoveSignerRequest(
        name=item.name, request_id=session.request_id(), etag=etag, reason=reason
    )
    show_item(session.out, await session.stub(WorkItemServiceStub).RemoveSigner(request))
