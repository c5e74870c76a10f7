"""`zhupi inbox`: what waits for somebody, what they have decided, and what comes in while they watch."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

import typer
from rich.text import Text as Styled

from cli.cells import money
from cli.command import alone
from cli.names import bare
from cli.output import plain
from cli.paging import ENOUGH, Limit, listed
from cli.session import Session
from cli.work_item_view import DONE, INBOX
from kernel.errors import Refusal, Unavailable
from zhupi.approval.v1.work_item_pb2 import InboxEvent, ListWorkItemsRequest, WatchInboxRequest, WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 10.0


@alone("待办", "What waits for somebody")
async def inbox(
    session: Session,
    watch: Annotated[
        bool, typer.Option("--watch", help="Shows every change until Ctrl-C · 持续显示变化，Ctrl-C 结束")
    ] = False,
    done: Annotated[bool, typer.Option("--done", help="What has been decided · 已处理的")] = False,
    limit: Limit = ENOUGH,
) -> None:
    if watch:
        await follow(session)
        return
    box = ListWorkItemsRequest.BOX_DONE if done else ListWorkItemsRequest.BOX_TO_DO
    rpc = session.stub(WorkItemServiceStub).ListWorkItems
    found = await listed(session, rpc, ListWorkItemsRequest(box=box), "work_items", limit)
    session.out.table(found, DONE if done else INBOX, kind=WorkItem)


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
    words = [bare(item.document), item.title, money(item.amount), item.requester_title, step]
    sign = Styled("－ " if gone else "＋ ", style="dim" if gone else "bold green")
    return sign.append("  ".join(filter(None, words)), style="dim" if gone else "not bold default")
