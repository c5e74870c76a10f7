"""`zhupi inbox`: what waits for somebody, what they have decided, and what comes in while they watch."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final

import typer
from rich.text import Text as Styled

from cli.command import alone
from cli.folders import BOXES, COUNTS, LINES, ORDERS, Folder, Lines, Sort, days_ago
from cli.help import WORK
from cli.organisations import find_organisation
from cli.output import plain
from cli.paging import ENOUGH, Limit, listed
from cli.people import find_person
from cli.session import Session
from cli.values import money
from cli.work_item_view import DONE, INBOX, UPCOMING
from kernel.errors import Refusal, Unavailable
from reading.cells import money as shown_money
from reading.names import bare
from zhupi.approval.v1.inbox_pb2 import CountInboxRequest
from zhupi.approval.v1.inbox_pb2_grpc import InboxServiceStub
from zhupi.approval.v1.upcoming_pb2 import ListUpcomingRequest, UpcomingStep
from zhupi.approval.v1.upcoming_pb2_grpc import UpcomingServiceStub
from zhupi.approval.v1.work_item_pb2 import InboxEvent, ListWorkItemsRequest, WatchInboxRequest, WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

PANEL = WORK

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 10.0


@alone("待办", "What waits for somebody")
async def inbox(
    session: Session,
    watch: Annotated[
        bool, typer.Option("--watch", help="Shows every change until Ctrl-C · 持续显示变化，Ctrl-C 结束")
    ] = False,
    done: Annotated[bool, typer.Option("--done", help="What has been decided · 已处理的")] = False,
    upcoming: Annotated[
        bool, typer.Option("--upcoming", help="What is planned and not reached yet · 即将到来的")
    ] = False,
    folder: Annotated[Folder, typer.Option("--folder", help="Which folder · 哪个文件夹")] = Folder.TO_DO,
    find: Annotated[
        str,
        typer.Option(
            "--find",
            help="Words of the title, number or requester, in pinyin too · 标题、单号或申请人，可用拼音",
        ),
    ] = "",
    process: Annotated[str, typer.Option("--process", help="Only this process · 只看此类审批")] = "",
    requester: Annotated[
        str, typer.Option("--requester", help="Who has asked: a login or a name · 申请人")
    ] = "",
    organisation: Annotated[
        str, typer.Option("--organisation", help="This organisation and all below · 此组织及下级")
    ] = "",
    at_least: Annotated[str, typer.Option("--from", help="Amounts from here · 金额不低于")] = "",
    at_most: Annotated[str, typer.Option("--up-to", help="Amounts up to there · 金额不高于")] = "",
    days: Annotated[
        int, typer.Option("--older-than", min=0, help="Days that it has lain there at least · 至少停留的天数")
    ] = 0,
    overdue: Annotated[bool, typer.Option("--overdue", help="Past its deadline · 只看已超时的")] = False,
    sort: Annotated[Sort | None, typer.Option("--sort", help="In which order · 排序")] = None,
    counts: Annotated[
        bool, typer.Option("--counts", help="How much there is in each folder · 各文件夹数量")
    ] = False,
    limit: Limit = ENOUGH,
) -> None:
    if watch:
        await follow(session)
        return
    if upcoming:
        await ahead_of(session, limit)
        return
    if counts:
        count = await session.stub(InboxServiceStub).CountInbox(CountInboxRequest())
        session.out.details(count, COUNTS)
        return
    folder = Folder.DONE if done else folder
    asked = ListWorkItemsRequest(
        box=BOXES[folder],
        query=find,
        process=process,
        requester=(await find_person(session, requester)).name if requester else "",
        organisation=await find_organisation(session, organisation),
        amount_from=money(at_least, "--from") if at_least else None,
        amount_to=money(at_most, "--up-to") if at_most else None,
        arrived_before=days_ago(days) if days else None,
        overdue=overdue,
        order=ORDERS[sort] if sort else ListWorkItemsRequest.ORDER_UNSPECIFIED,
    )
    lines = LINES.get(folder, Lines("work_items", DONE if folder is Folder.DONE else INBOX, WorkItem))
    rpc = session.stub(WorkItemServiceStub).ListWorkItems
    found = await listed(session, rpc, asked, lines.field, limit)
    session.out.table(found, lines.columns, kind=lines.kind)
    if folder is Folder.TO_DO:
        ask(session, found)


def ask(session: Session, items: Sequence[WorkItem]) -> None:
    """Of work items that are questions, what is asked and how it is answered."""
    for item in items:
        if item.kind == WorkItem.KIND_ANSWER and item.questions and not session.out.as_json:
            asked, number = item.questions[0], bare(item.document)
            how = f"zhupi answer {number} …"
            session.out.say(
                f"{asked.asker_title}就 {number} 问您：{asked.question}  （{how}）",
                f"{asked.asker_title} asks about {number}: {asked.question}  ({how})",
            )


async def ahead_of(session: Session, limit: int) -> None:
    """What is planned for the caller and was not reached yet."""
    rpc = session.stub(UpcomingServiceStub).ListUpcoming
    found = await listed(session, rpc, ListUpcomingRequest(), "steps", limit)
    session.out.table(found, UPCOMING, kind=UpcomingStep)


async def follow(session: Session) -> None:
    """Show the inbox as it changes, through every restart of the service, until it is ended from outside."""
    rpc = session.stub(WorkItemServiceStub).WatchInbox
    shown: dict[str, str] = {}
    pause = FIRST_PAUSE
    while True:
        try:
            async for event in rpc(WatchInboxRequest()):
                pause = FIRST_PAUSE
                tell(session, event, shown)
        except Refusal as refusal:
            if refusal.code is not Unavailable.code:
                raise
        # The server drains or is down; it tells again what is there once it is back.
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def tell(session: Session, event: InboxEvent, shown: dict[str, str]) -> None:
    """One line a change; what is told again after a restart and has not changed is left out."""
    item = event.work_item
    if event.kind == InboxEvent.KIND_CAUGHT_UP:
        session.out.say(
            f"—— 共 {len(shown)} 条，等待变化 ——",
            f"—— {len(shown)} in all; waiting for changes ——",
            style="dim",
        )
        return
    gone = event.kind == InboxEvent.KIND_GONE
    if shown.get(item.name, "") == ("" if gone else item.etag):
        return
    if gone:
        del shown[item.name]
    else:
        shown[item.name] = item.etag
    if session.out.as_json:
        session.out.json(plain(event))
        session.out.console.file.flush()
    else:
        session.out.console.print(line(item, gone=gone, language=session.out.language))


def line(item: WorkItem, *, gone: bool, language: str) -> Styled:
    step = item.step_title.en if language == "en" else item.step_title.zh
    words = [bare(item.document), item.title, shown_money(item.amount), item.requester_title, step]
    sign = Styled("－ " if gone else "＋ ", style="dim" if gone else "bold green")
    return sign.append("  ".join(filter(None, words)), style="dim" if gone else "not bold default")
