"""ActsService."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import grpc

from chassis.rpc.servicer import Servicer
from services.approval.known_names import KnownNames
from services.approval.mapping import acts as mapping
from services.approval.use_cases.offered.listing import list_acts
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from zhupi.approval.v1 import act_pb2 as pb
from zhupi.approval.v1 import act_pb2_grpc


class ActsServicer(Servicer[ApprovalUnitOfWork], act_pb2_grpc.ActsServiceServicer):
    def __init__(self, units: Callable[[], ApprovalUnitOfWork], names: KnownNames) -> None:
        super().__init__(units)
        self._names = names

    async def ListActs(
        self,
        request: pb.ListActsRequest,
        context: grpc.aio.ServicerContext[pb.ListActsRequest, Awaitable[pb.ListActsResponse]],
    ) -> pb.ListActsResponse:
        encode = partial(mapping.acts_to_message, names=self._names)
        return await self.read(context, list_acts, mapping.asked(request), encode)
