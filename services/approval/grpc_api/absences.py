"""AbsenceService."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias, TypeVar

import grpc

from chassis.postgres.paging import PageRequest
from chassis.rpc.servicer import Servicer
from services.approval.known_names import KnownNames
from services.approval.mapping import absences as mapping
from services.approval.mapping.names import uuid_in
from services.approval.use_cases import absences
from services.approval.use_cases.absences import StandInAt
from services.approval.use_cases.hand_over import hand_over_work
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from zhupi.approval.v1 import absence_pb2 as pb
from zhupi.approval.v1 import absence_pb2_grpc

A = TypeVar("A")
Q = TypeVar("Q")
Context: TypeAlias = grpc.aio.ServicerContext[Q, Awaitable[A]]


class AbsenceServicer(Servicer[ApprovalUnitOfWork], absence_pb2_grpc.AbsenceServiceServicer):
    def __init__(self, units: Callable[[], ApprovalUnitOfWork], names: KnownNames) -> None:
        super().__init__(units)
        self._names = names
        self._encode: Callable[[StandInAt], pb.StandIn] = partial(mapping.stand_in_to_message, names=names)

    async def CreateStandIn(
        self, request: pb.CreateStandInRequest, context: Context[pb.CreateStandInRequest, pb.StandIn]
    ) -> pb.StandIn:
        return await self.write(context, absences.appoint, mapping.appointment(request), self._encode)

    async def GetStandIn(
        self, request: pb.GetStandInRequest, context: Context[pb.GetStandInRequest, pb.StandIn]
    ) -> pb.StandIn:
        return await self.read(
            context, absences.get_stand_in, uuid_in(request.name, "standIns"), self._encode
        )

    async def ListStandIns(
        self,
        request: pb.ListStandInsRequest,
        context: Context[pb.ListStandInsRequest, pb.ListStandInsResponse],
    ) -> pb.ListStandInsResponse:
        query = (mapping.asked(request), PageRequest.of(request))
        encode = partial(mapping.page_to_message, names=self._names)
        return await self.read(context, absences.list_stand_ins, query, encode)

    async def EndStandIn(
        self, request: pb.EndStandInRequest, context: Context[pb.EndStandInRequest, pb.StandIn]
    ) -> pb.StandIn:
        return await self.write(context, absences.end_stand_in, mapping.ending(request), self._encode)

    async def HandOver(
        self, request: pb.HandOverRequest, context: Context[pb.HandOverRequest, pb.HandOverReport]
    ) -> pb.HandOverReport:
        encode = partial(mapping.report_to_message, names=self._names, now=self.clock.now())
        return await self.write(context, hand_over_work, mapping.handing_over(request), encode)
