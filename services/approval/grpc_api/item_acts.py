"""What people do with work items, of the WorkItemService."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias, TypeVar

import grpc

from chassis.rpc.servicer import Servicer
from services.approval.known_names import KnownNames
from services.approval.mapping import item_acts as mapping
from services.approval.mapping.work_items import item_to_message
from services.approval.use_cases.decide import decide
from services.approval.use_cases.item_acts import (
    asking,
    delegating,
    holding,
    reassigning,
    signing,
    undoing,
    urging,
)
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.views import ItemView
from zhupi.approval.v1 import work_item_pb2 as pb
from zhupi.approval.v1 import work_item_pb2_grpc

Q = TypeVar("Q")
Context: TypeAlias = grpc.aio.ServicerContext[Q, Awaitable[pb.WorkItem]]


class ItemActs(Servicer[ApprovalUnitOfWork], work_item_pb2_grpc.WorkItemServiceServicer):
    """Every act answers the work item as it has become."""

    def __init__(self, units: Callable[[], ApprovalUnitOfWork], names: KnownNames) -> None:
        super().__init__(units)
        self._names = names
        self._encode: Callable[[ItemView], pb.WorkItem] = partial(item_to_message, names=names)

    async def ClaimWorkItem(
        self, request: pb.ClaimWorkItemRequest, context: Context[pb.ClaimWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(context, holding.claim_item, mapping.on_item(request), self._encode)

    async def ReleaseWorkItem(
        self, request: pb.ReleaseWorkItemRequest, context: Context[pb.ReleaseWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(context, holding.release_item, mapping.on_item(request), self._encode)

    async def StartWorkItem(
        self, request: pb.StartWorkItemRequest, context: Context[pb.StartWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(context, holding.start_item, mapping.on_item(request), self._encode)

    async def SuspendWorkItem(
        self, request: pb.SuspendWorkItemRequest, context: Context[pb.SuspendWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(context, holding.suspend_item, mapping.suspension(request), self._encode)

    async def ResumeWorkItem(
        self, request: pb.ResumeWorkItemRequest, context: Context[pb.ResumeWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(context, holding.resume_item, mapping.on_item(request), self._encode)

    async def TransferWorkItem(
        self, request: pb.TransferWorkItemRequest, context: Context[pb.TransferWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(context, holding.transfer_item, mapping.transfer(request), self._encode)

    async def DelegateWorkItem(
        self, request: pb.DelegateWorkItemRequest, context: Context[pb.DelegateWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(context, delegating.delegate_item, mapping.delegation(request), self._encode)

    async def HandBackWorkItem(
        self, request: pb.HandBackWorkItemRequest, context: Context[pb.HandBackWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(
            context, delegating.hand_back_item, mapping.handing_back(request), self._encode
        )

    async def CallBackWorkItem(
        self, request: pb.CallBackWorkItemRequest, context: Context[pb.CallBackWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(context, delegating.call_back_item, mapping.on_item(request), self._encode)

    async def ApproveWorkItem(
        self, request: pb.ApproveWorkItemRequest, context: Context[pb.ApproveWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(context, decide, mapping.approval(request), self._encode)

    async def RejectWorkItem(
        self, request: pb.RejectWorkItemRequest, context: Context[pb.RejectWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(context, decide, mapping.rejection(request), self._encode)

    async def ReturnWorkItem(
        self, request: pb.ReturnWorkItemRequest, context: Context[pb.ReturnWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(context, decide, mapping.return_(request), self._encode)

    async def SkipWorkItem(
        self, request: pb.SkipWorkItemRequest, context: Context[pb.SkipWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(context, decide, mapping.skipping(request), self._encode)

    async def AddSigner(
        self, request: pb.AddSignerRequest, context: Context[pb.AddSignerRequest]
    ) -> pb.WorkItem:
        return await self.write(context, signing.add_a_signer, mapping.adding(request), self._encode)

    async def RemoveSigner(
        self, request: pb.RemoveSignerRequest, context: Context[pb.RemoveSignerRequest]
    ) -> pb.WorkItem:
        return await self.write(context, signing.remove_a_signer, mapping.removal(request), self._encode)

    async def ReassignWorkItem(
        self, request: pb.ReassignWorkItemRequest, context: Context[pb.ReassignWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(
            context, reassigning.reassign_item, mapping.reassignment(request), self._encode
        )

    async def AskForInformation(
        self, request: pb.AskForInformationRequest, context: Context[pb.AskForInformationRequest]
    ) -> pb.WorkItem:
        return await self.write(context, asking.ask_for_information, mapping.question(request), self._encode)

    async def AnswerQuestion(
        self, request: pb.AnswerQuestionRequest, context: Context[pb.AnswerQuestionRequest]
    ) -> pb.WorkItem:
        return await self.write(context, asking.answer_question, mapping.answer(request), self._encode)

    async def UndoDecision(
        self, request: pb.UndoDecisionRequest, context: Context[pb.UndoDecisionRequest]
    ) -> pb.WorkItem:
        return await self.write(context, undoing.undo_decision, mapping.undoing(request), self._encode)

    async def UrgeWorkItem(
        self, request: pb.UrgeWorkItemRequest, context: Context[pb.UrgeWorkItemRequest]
    ) -> pb.WorkItem:
        return await self.write(context, urging.urge_step, mapping.urging(request), self._encode)
