"""Everybody's inbox, watched as their own client would: what arrives is handed to whoever drives that claim."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cli.session import Session
from kernel.errors import Unavailable
from zhupi.approval.v1.work_item_pb2 import InboxEvent, WatchInboxRequest, WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub


@dataclass(frozen=True, slots=True)
class Arrival:
    """A work item in the inbox of `whose`, seen `at` (time.perf_counter)."""

    item: WorkItem
    whose: Session
    at: float


@dataclass
class Inboxes:
    """Each work item is handed on once, however often its inbox tells of it."""

    _told: set[str] = field(default_factory=set)
    _arrived: defaultdict[str, asyncio.Queue[Arrival]] = field(
        default_factory=lambda: defaultdict(asyncio.Queue)
    )

    async def next(self, document: str) -> Arrival:
        """The next work item about the document."""
        return await self._arrived[document].get()

    def forget(self, document: str) -> None:
        self._arrived.pop(document, None)

    async def watch(self, session: Session, caught_up: asyncio.Event) -> None:
        """For as long as the task lives. Raises Unavailable where the stream ends."""
        async for event in session.stub(WorkItemServiceStub).WatchInbox(WatchInboxRequest()):
            if event.kind == InboxEvent.KIND_CAUGHT_UP:
                caught_up.set()
            elif event.kind == InboxEvent.KIND_PRESENT and event.work_item.name not in self._told:
                self._told.add(event.work_item.name)
                arrival = Arrival(event.work_item, session, time.perf_counter())
                self._arrived[event.work_item.document].put_nowait(arrival)
        raise Unavailable(what="WatchInbox")


@asynccontextmanager
async def watched(sessions: Iterable[Session]) -> AsyncIterator[Inboxes]:
    """The inboxes of these people, watched until the context ends."""
    inboxes = Inboxes()
    # A group: where a stream ends or is refused, whoever waits for what it would have told must hear of it.
    async with asyncio.TaskGroup() as streams:
        tasks = []
        for session in sessions:
            caught_up = asyncio.Event()
            tasks.append(streams.create_task(inboxes.watch(session, caught_up)))
            await caught_up.wait()
        yield inboxes
        for task in tasks:
            task.cancel()
