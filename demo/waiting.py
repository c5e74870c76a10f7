"""Waiting for what others do: until it is so, or until it is clear that it will not be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from cli.session import Session
from kernel.errors import Unavailable
from zhupi.approval.v1.work_item_pb2 import InboxEvent, WatchInboxRequest, WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

Seen = TypeVar("Seen")

PATIENCE: Final = 60.0
LOOK_AGAIN: Final = 0.1


class StillWaiting(Unavailable):
    zh = "等了 {seconds} 秒，仍未等到：{what}"
    en = "{what} did not happen within {seconds} seconds"


async def until(look: Callable[[], Awaitable[Seen | None]], what: str, patience: float = PATIENCE) -> Seen:
    """What `look` sees, once it sees something. Raises StillWaiting."""
    try:
        async with asyncio.timeout(patience):
            while True:
                seen = await look()
                if seen is not None:
                    return seen
                await asyncio.sleep(LOOK_AGAIN)
    except TimeoutError:
        raise StillWaiting(what=what, seconds=round(patience)) from None


async def arrival(session: Session, document: str, patience: float = PATIENCE) -> WorkItem:
    """The work item about `document`, as soon as it is in the caller's inbox. Raises StillWaiting."""
    try:
        async with asyncio.timeout(patience):
            async for event in session.stub(WorkItemServiceStub).WatchInbox(WatchInboxRequest()):
                if event.kind == InboxEvent.KIND_PRESENT and event.work_item.document == document:
                    return event.work_item
    except TimeoutError:
        pass
    raise StillWaiting(what=document, seconds=round(patience))
