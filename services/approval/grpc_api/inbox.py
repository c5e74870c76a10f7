"""InboxService."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

import grpc

from chassis.rpc.servicer import Servicer
from services.approval.mapping import inbox as mapping
from services.approval.use_cases import inbox
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from zhupi.approval.v1 import inbox_pb2 as pb
from zhupi.approval.v1 import inbox_pb2_grpc

A = TypeVar("A")
Q = TypeVar("Q")
Context: TypeAlias = grpc.aio.ServicerContext[Q, Awaitable[A]]


class InboxServicer(Servicer[ApprovalUnitOfWork], inbox_pb2_grpc.InboxServiceServicer):
    def __init__(self, units: Callable[[], ApprovalUnitOfWork]) -> None:
        super().__init__(units)

    async def CarbonCopy(
        self, request: pb.CarbonCopyRequest, context: Context[pb.CarbonCopyRequest, pb.CarbonCopyResponse]
    ) -> pb.CarbonCopyResponse:
        copy = mapping.copy_to_send(request)
        return await self.write(context, inbox.carbon_copy, copy, mapping.copy_to_message)

    async def MarkRead(
        self, request: pb.MarkReadRequest, context: Context[pb.MarkReadRequest, pb.MarkReadResponse]
    ) -> pb.MarkReadResponse:
        ids = mapping.read_ids(request)
        return await self.write(
            context, inbox.mark_read, ids, lambda marked: pb.MarkReadResponse(marked=marked)
        )

    async def CountInbox(
        self, request: pb.CountInboxRequest, context: Context[pb.CountInboxRequest, pb.FolderCounts]
    ) -> pb.FolderCounts:
        return await self.read(context, inbox.count_inbox, None, mapping.counts_to_message)
