"""The approval service, as a case speaks to it. Every call may be repeated."""

from __future__ import annotations

from temporalio import activity

from workflows.activities.refusals import told_to_the_workflow
from zhupi.approval.v1.case_protocol_pb2 import (
    BeginStageRequest,
    BeginStageResponse,
    CancelStepRequest,
    CloseCaseRequest,
    CloseCaseResponse,
    FireTimerRequest,
    NoteEffectRequest,
    NoteEffectResponse,
    OpenStepRequest,
    PlanStageRequest,
    SealCaseRequest,
    SealCaseResponse,
    StepStatus,
    UnsealCaseRequest,
    UnsealCaseResponse,
)
from zhupi.approval.v1.case_protocol_pb2_grpc import CaseProtocolServiceStub
from zhupi.approval.v1.route_pb2 import Route, RouteStep


class ApprovalActivities:
    def __init__(self, stub: CaseProtocolServiceStub) -> None:
        self._stub = stub

    @activity.defn(name="approval.PlanStage")
    async def plan_stage(self, request: PlanStageRequest) -> Route:
        with told_to_the_workflow():
            return _order_of(await self._stub.PlanStage(request))

    @activity.defn(name="approval.BeginStage")
    async def begin_stage(self, request: BeginStageRequest) -> BeginStageResponse:
        with told_to_the_workflow():
            begun = await self._stub.BeginStage(request)
        begun.route.CopyFrom(_order_of(begun.route))
        return begun

    @activity.defn(name="approval.OpenStep")
    async def open_step(self, request: OpenStepRequest) -> StepStatus:
        with told_to_the_workflow():
            return await self._stub.OpenStep(request)

    @activity.defn(name="approval.CancelStep")
    async def cancel_step(self, request: CancelStepRequest) -> StepStatus:
        with told_to_the_workflow():
            return await self._stub.CancelStep(request)

    @activity.defn(name="approval.FireTimer")
    async def fire_timer(self, request: FireTimerRequest) -> StepStatus:
        with told_to_the_workflow():
            return await self._stub.FireTimer(request)

    @activity.defn(name="approval.SealCase")
    async def seal_case(self, request: SealCaseRequest) -> SealCaseResponse:
        with told_to_the_workflow():
            return await self._stub.SealCase(request)

    @activity.defn(name="approval.UnsealCase")
    async def unseal_case(self, request: UnsealCaseRequest) -> UnsealCaseResponse:
        with told_to_the_workflow():
            return await self._stub.UnsealCase(request)

    @activity.defn(name="approval.NoteEffect")
    async def note_effect(self, request: NoteEffectRequest) -> NoteEffectResponse:
        with told_to_the_workflow():
            return await self._stub.NoteEffect(request)

    @activity.defn(name="approval.CloseCase")
    async def close_case(self, request: CloseCaseRequest) -> CloseCaseResponse:
        with told_to_the_workflow():
            return await self._stub.CloseCase(request)


def _order_of(route: Route) -> Route:
    """The order of the steps only: who is asked, and why, is not the workflow's business."""
    return Route(
        stage=route.stage,
        round=route.round,
        policy=route.policy,
        steps=[RouteStep(key=s.key, after=s.after, skipped=s.skipped) for s in route.steps],
        document_version=route.document_version,
        revision=route.revision,
    )
