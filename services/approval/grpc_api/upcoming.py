"""UpcomingService."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias, TypeVar

import grpc

from chassis.postgres.paging import PageRequest
from chassis.rpc.servicer import Servicer
from services.approval.known_names import KnownNames
from services.approval.mapping import upcoming as mapping
from services.approval.use_cases import ahead_of_time, upcoming
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.ports.upcoming import UpcomingView
from zhupi.approval.v1 import upcoming_pb2 as pb
from zhupi.approval.v1 import upcoming_pb2_grpc

A = TypeVar("A")
Q = TypeVar("Q")
Context: TypeAlias = grpc.aio.ServicerContext[Q, Awaitable[A]]


class UpcomingServicer(Servicer[ApprovalUnitOfWork], upcoming_pb2_grpc.UpcomingServiceServicer):
    def __init__(self, units: Callable[[], ApprovalUnitOfWork], names: KnownNames) -> None:
        super().__init__(units)
        self._names = names
        self._encode: Callable[[UpcomingView], pb.UpcomingStep] = partial(
            mapping.upcoming_to_message, names=names
        )

    async def ListUpcoming(
        self,
        request: pb.ListUpcomingRequest,
        context: Context[pb.ListUpcomingRequest, pb.ListUpcomingResponse],
    ) -> pb.ListUpcomingResponse:
        encode = partial(mapping.page_to_message, names=self._names)
        return await self.read(context, upcoming.list_upcoming, PageRequest.of(request), encode)

    async def DecideAhead(
        self, request: pb.DecideAheadRequest, context: Context[pb.DecideAheadRequest, pb.UpcomingStep]
    ) -> pb.UpcomingStep:
        decision = mapping.decision(request)
        return await self.write(context, ahead_of_time.decide_ahead, decision, self._encode)

    async def TakeBackAhead(
        self, request: pb.TakeBackAheadRequest, context: Context[pb.TakeBackAheadRequest, pb.UpcomingStep]
    ) -> pb.UpcomingStep:
        taken = mapping.taking_back(request)
        return await self.write(context, ahead_of_time.take_back_ahead, taken, self._encode)
