"""CaseProtocolService."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

import grpc

from chassis.rpc.servicer import Servicer
from services.approval.domain.cases.case import SealAnswer
from services.approval.known_names import KnownNames
from services.approval.mapping import protocol as mapping
from services.approval.mapping.routes import view_to_message
from services.approval.use_cases import closing, opening, stages, timers
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.views import RouteView
from zhupi.approval.v1 import case_protocol_pb2 as pb
from zhupi.approval.v1 import case_protocol_pb2_grpc
from zhupi.approval.v1.route_pb2 import Route

A = TypeVar("A")
Q = TypeVar("Q")
Context: TypeAlias = grpc.aio.ServicerContext[Q, Awaitable[A]]


class CaseProtocolServicer(Servicer[ApprovalUnitOfWork], case_protocol_pb2_grpc.CaseProtocolServiceServicer):
    """Calls carry no request_id: what they name is what makes them repeatable."""

    def __init__(self, units: Callable[[], ApprovalUnitOfWork], names: KnownNames) -> None:
        super().__init__(units)
        self._names = names

    async def PlanStage(
        self, request: pb.PlanStageRequest, context: Context[pb.PlanStageRequest, Route]
    ) -> Route:
        def encode(view: RouteView) -> Route:
            return view_to_message(view, self._names)

        return await self.write(context, stages.plan_stage, mapping.plan_stage(request), encode)

    async def BeginStage(
        self,
        request: pb.BeginStageRequest,
        context: Context[pb.BeginStageRequest, pb.BeginStageResponse],
    ) -> pb.BeginStageResponse:
        def encode(begun: opening.StageBegun) -> pb.BeginStageResponse:
            return mapping.begun_to_message(begun, view_to_message(begun.view, self._names))

        return await self.write(context, opening.begin_stage, mapping.begin_stage(request), encode)

    async def OpenStep(
        self, request: pb.OpenStepRequest, context: Context[pb.OpenStepRequest, pb.StepStatus]
    ) -> pb.StepStatus:
        return await self.write(
            context, opening.open_step, mapping.open_step(request), mapping.found_to_message
        )

    async def CancelStep(
        self, request: pb.CancelStepRequest, context: Context[pb.CancelStepRequest, pb.StepStatus]
    ) -> pb.StepStatus:
        return await self.write(
            context, stages.cancel_step, mapping.cancel_step(request), mapping.status_to_message
        )

    async def FireTimer(
        self, request: pb.FireTimerRequest, context: Context[pb.FireTimerRequest, pb.StepStatus]
    ) -> pb.StepStatus:
        return await self.write(
            context, timers.fire_timer, mapping.fire_timer(request), mapping.status_to_message
        )

    async def SealCase(
        self, request: pb.SealCaseRequest, context: Context[pb.SealCaseRequest, pb.SealCaseResponse]
    ) -> pb.SealCaseResponse:
        def encode(answer: SealAnswer) -> pb.SealCaseResponse:
            return pb.SealCaseResponse(answer=mapping.ANSWERS[answer])

        return await self.write(context, closing.seal_case, mapping.seal(request), encode)

    async def UnsealCase(
        self, request: pb.UnsealCaseRequest, context: Context[pb.UnsealCaseRequest, pb.UnsealCaseResponse]
    ) -> pb.UnsealCaseResponse:
        return await self.write(
            context, closing.unseal_case, mapping.unseal(request), lambda _: pb.UnsealCaseResponse()
        )

    async def NoteEffect(
        self, request: pb.NoteEffectRequest, context: Context[pb.NoteEffectRequest, pb.NoteEffectResponse]
    ) -> pb.NoteEffectResponse:
        return await self.write(
            context, closing.note_effect, mapping.note_effect(request), lambda _: pb.NoteEffectResponse()
        )

    async def CloseCase(
        self, request: pb.CloseCaseRequest, context: Context[pb.CloseCaseRequest, pb.CloseCaseResponse]
    ) -> pb.CloseCaseResponse:
        return await self.write(
            context, closing.close_case, mapping.close(request), lambda _: pb.CloseCaseResponse()
        )
