"""`zhupi cc|read`: others are told of a case; what one was told is marked as read."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.command import alone
from cli.finding import find_case
from cli.help import WORK
from cli.names import UUID, Kind, target
from cli.output import plain
from cli.paging import listed
from cli.people import find_person
from cli.session import Session
from zhupi.approval.v1 import inbox_pb2 as pb
from zhupi.approval.v1.inbox_pb2_grpc import InboxServiceStub
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

PANEL = WORK

AT_ONCE = 200


@alone("抄送给他人", "Sends others a copy", writes=True)
async def cc(
    session: Session,
    given: Annotated[
        str,
        typer.Argument(metavar="EC-…", help="A number, a work item or a case · 单号、待办或审批单"),
    ],
    people: Annotated[
        list[str], typer.Option("--to", help="To whom: a login or a Chinese name · 抄送给：登录名或姓名")
    ],
    comment: Annotated[str, typer.Option("--comment", "--reason", help="Comment · 附言")] = "",
) -> None:
    of = target(given)
    name = of.name if of.kind is Kind.WORK_ITEM else (await find_case(session, given)).name
    told = [(await find_person(session, person)).name for person in people]
    asked = pb.CarbonCopyRequest(name=name, people=told, comment=comment, request_id=session.request_id())
    sent = await session.stub(InboxServiceStub).CarbonCopy(asked)
    if session.out.as_json:
        session.out.json(plain(sent))
    session.out.say(f"已抄送给 {len(sent.people)} 人", f"Sent to {len(sent.people)}")


@alone("标记为已读", "Marks as read", writes=True)
async def read(
    session: Session,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME…",
            help="Notices, work items, or numbers of documents; without any, all that is to be read · 通知、待办或单号；不填则为全部待阅",
        ),
    ] = None,
) -> None:
    marked = 0
    wanted = [name for given in names for name in await _named(session, given)] if names else []
    wanted = wanted if names else await _to_read(session)
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        asked = pb.MarkReadRequest(names=part, request_id=session.derived_request_id(str(start)))
        marked += (await session.stub(InboxServiceStub).MarkRead(asked)).marked
    if session.out.as_json:
        session.out.json({"marked": marked})
    session.out.say(f"{marked} 条标记为已读", f"{marked} marked as read")


async def _named(session: Session, given: str) -> list[str]:
    """What is to be read of a document, or of a case; the name of anything else."""
    if UUID.fullmatch(given):
        return [f"notices/{given}"]
    if given.startswith(("notices/", "workItems/")):
        return [given]
    of = target(given)
    about = of.name if of.kind is Kind.DOCUMENT else (await find_case(session, given)).document
    return await _to_read(session, about)


async def _to_read(session: Session, document: str = "") -> list[str]:
    asked = ListWorkItemsRequest(box=ListWorkItemsRequest.BOX_TO_READ, document=document)
    rpc = session.stub(WorkItemServiceStub).ListWorkItems
    return [notice.name for notice in await listed(session, rpc, asked, "notices")]
