"""Inboxes as they change: who has something to decide learns of it at once, however much lies in the inbox."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from kernel.errors import Refusal
from replay.refusals import DidNotHappen
from replay.waiting import NO_ANSWER, PATIENCE
from zhupi.approval.v1.work_item_pb2 import InboxEvent, WatchInboxRequest, WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

WATCH_AGAIN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Arrival:
    """A work item, and when it was seen (`time.monotonic`)."""

    item: WorkItem
    at: float


class Desk:
    """One person's inbox, by document. `watch` must run beside whoever asks."""

    def __init__(self, stub: WorkItemServiceStub) -> None:
        self.stub = stub
        self._here: dict[str, Arrival] = {}
        self._dealt_with: set[str] = set()
        self._waiting: defaultdict[str, set[asyncio.Future[Arrival]]] = defaultdict(set)

    async def watch(self) -> None:
        """Never ends by itself; a connection that is lost is made again."""
        while True:
            self._here.clear()
            try:
                async for event in self.stub.WatchInbox(WatchInboxRequest()):
                    self._take(event)
            except Refusal as refusal:
                if refusal.code not in NO_ANSWER:
                    raise
            await asyncio.sleep(WATCH_AGAIN)

    async def arrival(self, document: str, patience: float = PATIENCE) -> Arrival:
        """The work item about the document, as soon as it is here. Raises DidNotHappen."""
        if document in self._here:
            return self._here[document]
        waiter: asyncio.Future[Arrival] = asyncio.get_running_loop().create_future()
        self._waiting[document].add(waiter)
        try:
            return await asyncio.wait_for(waiter, patience)
        except TimeoutError:
            raise DidNotHappen(what=document, seconds=round(patience)) from None
        finally:
            self._waiting[document].discard(waiter)
            if not self._waiting[document]:
                del self._waiting[document]

    def dealt_with(self, item: WorkItem) -> None:
        """It was decided or has gone: whatever is still said of it is old news."""
        self._dealt_with.add(item.name)
        if item.document in self._here and self._here[item.document].item.name == item.name:
            del self._here[item.document]

    def drop(self, document: str) -> None:
        """The document was taken back."""
        if document in self._here:
            self.dealt_with(self._here[document].item)

    def _take(self, event: InboxEvent) -> None:
        item = event.work_item
        if event.kind == InboxEvent.KIND_GONE:
            self.dealt_with(item)
        elif event.kind == InboxEvent.KIND_PRESENT and item.name not in self._dealt_with:
            seen = self._here.get(item.document)
            at = seen.at if seen is not None and seen.item.name == item.name else time.monotonic()
            arrival = self._here[item.document] = Arrival(item, at)
            for waiter in self._waiting.get(item.document, ()):
                if not waiter.done():
                    waiter.set_result(arrival)
