"""CaseService."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias, TypeVar

import grpc

from chassis.postgres.paging import PageRequest
from chassis.rpc.servicer import Servicer
from services.approval.domain.cases.names import CaseName
from services.approval.known_names import KnownNames
from services.approval.mapping import cases as mapping
from services.approval.mapping import overrides as asked
from services.approval.use_cases import cases, editing, elsewhere, overrides, reopening
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.views import CaseView
from zhupi.approval.v1 import case_pb2 as pb
from zhupi.approval.v1 import case_pb2_grpc

A = TypeVar("A")
Q = TypeVar("Q")
Context: TypeAlias = grpc.aio.ServicerContext[Q, Awaitable[A]]


class CaseServicer(Servicer[ApprovalUnitOfWork], case_pb2_grpc.CaseServiceServicer):
    def __init__(self, units: Callable[[], ApprovalUnitOfWork], names: KnownNames) -> None:
        super().__init__(units)
        self._names = names
        self._encode: Callable[[CaseView], pb.Case] = partial(mapping.case_to_message, names=names)

    async def GetCase(
        self, request: pb.GetCaseRequest, context: Context[pb.GetCaseRequest, pb.Case]
    ) -> pb.Case:
        return await self.read(context, cases.get_case, request.name, self._encode)

    async def ListCases(
        self, request: pb.ListCasesRequest, context: Context[pb.ListCasesRequest, pb.ListCasesResponse]
    ) -> pb.ListCasesResponse:
        query = (mapping.asked_cases(request), PageRequest.of(request))
        encode = partial(mapping.page_to_message, names=self._names)
        return await self.read(context, cases.list_cases, query, encode)

    async def WithdrawCase(
        self, request: pb.WithdrawCaseRequest, context: Context[pb.WithdrawCaseRequest, pb.Case]
    ) -> pb.Case:
        return await self.write(context, cases.withdraw_case, mapping.withdrawal(request), self._encode)

    async def SuspendCase(
        self, request: pb.SuspendCaseRequest, context: Context[pb.SuspendCaseRequest, pb.Case]
    ) -> pb.Case:
        return await self.write(context, overrides.suspend_case, asked.override(request), self._encode)

    async def ResumeCase(
        self, request: pb.ResumeCaseRequest, context: Context[pb.ResumeCaseRequest, pb.Case]
    ) -> pb.Case:
        return await self.write(context, overrides.resume_case, asked.override(request), self._encode)

    async def TerminateCase(
        self, request: pb.TerminateCaseRequest, context: Context[pb.TerminateCaseRequest, pb.Case]
    ) -> pb.Case:
        return await self.write(context, overrides.terminate_case, asked.override(request), self._encode)

    async def ReopenCase(
        self, request: pb.ReopenCaseRequest, context: Context[pb.ReopenCaseRequest, pb.Case]
    ) -> pb.Case:
        return await self.write(context, reopening.reopen_case, asked.override(request), self._encode)

    async def JumpCase(
        self, request: pb.JumpCaseRequest, context: Context[pb.JumpCaseRequest, pb.Case]
    ) -> pb.Case:
        return await self.write(context, elsewhere.jump_case, asked.jump(request), self._encode)

    async def ReassignStep(
        self, request: pb.ReassignStepRequest, context: Context[pb.ReassignStepRequest, pb.Case]
    ) -> pb.Case:
        return await self.write(context, editing.reassign_step, asked.reassign(request), self._encode)

    async def AddStep(
        self, request: pb.AddStepRequest, context: Context[pb.AddStepRequest, pb.Case]
    ) -> pb.Case:
        return await self.write(context, editing.add_step, asked.add_step(request), self._encode)

    async def RemoveStep(
        self, request: pb.RemoveStepRequest, context: Context[pb.RemoveStepRequest, pb.Case]
    ) -> pb.Case:
        return await self.write(context, editing.remove_step, asked.remove_step(request), self._encode)

    async def RedoStep(
        self, request: pb.RedoStepRequest, context: Context[pb.RedoStepRequest, pb.Case]
    ) -> pb.Case:
        return await self.write(context, elsewhere.redo_step, asked.redo(request), self._encode)

    async def CommentOnCase(
        self, request: pb.CommentOnCaseRequest, context: Context[pb.CommentOnCaseRequest, pb.Comment]
    ) -> pb.Comment:
        encode = partial(mapping.comment_to_message, names=self._names)
        return await self.write(context, cases.comment_on_case, mapping.comment_on(request), encode)

    async def RetryEffect(
        self, request: pb.RetryEffectRequest, context: Context[pb.RetryEffectRequest, pb.Case]
    ) -> pb.Case:
        return await self.write(
            context, cases.retry_effect, CaseName.parse(request.name, "name"), self._encode
        )
