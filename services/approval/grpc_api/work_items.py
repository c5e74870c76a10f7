"""WorkItemService: lists, and inboxes as they change; what people do is in `item_acts`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import TypeAlias, TypeVar

import grpc

from chassis.postgres.paging import PageRequest
from chassis.rpc.servicer import caller_request
from services.approval.grpc_api.item_batches import ItemBatches
from services.approval.inbox.watcher import (
    Asks,
    CaughtUp,
    Change,
    Counted,
    Gone,
    Present,
    Read,
    Unread,
)
from services.approval.inbox.watching import InboxWatch
from services.approval.known_names import KnownNames
from services.approval.mapping import inbox as mapping
from services.approval.mapping.names import uuid_in
from services.approval.use_cases import inbox, items
from services.approval.use_cases.items import must_be_person
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from zhupi.approval.v1 import work_item_pb2 as pb

A = TypeVar("A")
Q = TypeVar("Q")
Context: TypeAlias = grpc.aio.ServicerContext[Q, Awaitable[A]]


class WorkItemServicer(ItemBatches):
    def __init__(self, units: Callable[[], ApprovalUnitOfWork], names: KnownNames, watch: InboxWatch) -> None:
        super().__init__(units, names)
        self._watch = watch

    async def ListWorkItems(
        self,
        request: pb.ListWorkItemsRequest,
        context: Context[pb.ListWorkItemsRequest, pb.ListWorkItemsResponse],
    ) -> pb.ListWorkItemsResponse:
        query = (
            mapping.asked_items(request, self._names.people_like, self._names.order),
            PageRequest.of(request),
        )
        encode = partial(mapping.inbox_to_message, names=self._names)
        return await self.read(context, inbox.list_items, query, encode)

    async def GetWorkItem(
        self, request: pb.GetWorkItemRequest, context: Context[pb.GetWorkItemRequest, pb.WorkItem]
    ) -> pb.WorkItem:
        return await self.read(context, items.get_item, uuid_in(request.name, "workItems"), self._encode)

    async def WatchInbox(
        self,
        request: pb.WatchInboxRequest,
        context: grpc.aio.ServicerContext[pb.WatchInboxRequest, AsyncIterator[pb.InboxEvent]],
    ) -> AsyncIterator[pb.InboxEvent]:
        person = must_be_person(caller_request().caller)
        asks = Asks(request.with_notices, request.with_counts)
        async for change in self._watch.changes(person, asks):
            yield self._event(change)

    def _event(self, change: Change) -> pb.InboxEvent:
        match change:
            case Present(item):
                return pb.InboxEvent(kind=pb.InboxEvent.KIND_PRESENT, work_item=self._encode(item))
            case Gone(item):
                return pb.InboxEvent(kind=pb.InboxEvent.KIND_GONE, work_item=self._encode(item))
            case Unread(notice) | Read(notice):
                kind = pb.InboxEvent.KIND_UNREAD if isinstance(change, Unread) else pb.InboxEvent.KIND_READ
                return pb.InboxEvent(kind=kind, notice=mapping.notice_to_message(notice, self._names))
            case Counted(counts):
                return pb.InboxEvent(
                    kind=pb.InboxEvent.KIND_COUNTED, counts=mapping.counts_to_message(counts)
                )
            case CaughtUp():
                return pb.InboxEvent(kind=pb.InboxEvent.KIND_CAUGHT_UP)
