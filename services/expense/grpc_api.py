"""Claims over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol, TypeVar

import grpc

from chassis.cases.commands import Decided, Reopened, Undecided
from chassis.cases.ports import Attachments, Directory, Plan, Planner
from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer
from chassis.rpc.values import id_in, money_from_message, time_from_message
from chassis.transaction.requests import Answering
from kernel.clock import Clock
from kernel.fields import within
from services.expense import mapping
from services.expense.domain.claim import Claim
from services.expense.use_cases import case_verbs, claim_queries, drafts, finance_review, submission
from services.expense.use_cases.ports import ClaimQuery, Work
from zhupi.expense.v1 import claim_pb2 as pb
from zhupi.expense.v1 import claim_pb2_grpc

A = TypeVar("A")
Context = grpc.aio.ServicerContext[Any, Awaitable[A]]


class Unit(Work, Answering, Protocol):
    """A transaction that also keeps what was answered."""


class ClaimServicer(Servicer[Unit], claim_pb2_grpc.ClaimServiceServicer):
    def __init__(
        self,
        units: Callable[[], Unit],
        directory: Directory,
        planner: Planner,
        attachments: Attachments,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(units, clock)
        self._create = partial(drafts.create_claim, directory=directory)
        self._update = partial(drafts.update_claim, attachments=attachments)
        self._copy = partial(drafts.copy_claim, directory=directory)
        self._submit = partial(submission.submit_claim, directory=directory, planner=planner)
        self._preview = partial(submission.preview_route, directory=directory, planner=planner)
        self._get = partial(claim_queries.get_claim, directory=directory)
        self._list = partial(claim_queries.list_claims, directory=directory)

    async def CreateClaim(self, request: pb.CreateClaimRequest, context: Context[pb.Claim]) -> pb.Claim:
        lines = mapping.lines_from_messages(request.lines)
        command = drafts.CreateClaim(request.title, lines, tuple(request.attachments), request.cost_centre)
        return await self.write(context, self._create, command, mapping.claim_to_message)

    async def UpdateClaim(self, request: pb.UpdateClaimRequest, context: Context[pb.Claim]) -> pb.Claim:
        command = drafts.UpdateClaim(
            _number(request.name),
            request.etag,
            request.title,
            mapping.lines_from_messages(request.lines),
            tuple(request.attachments),
            request.cost_centre,
        )
        return await self.write(context, self._update, command, mapping.claim_to_message)

    async def CopyClaim(self, request: pb.CopyClaimRequest, context: Context[pb.Claim]) -> pb.Claim:
        command = drafts.CopyClaim(_number(request.name))
        return await self.write(context, self._copy, command, mapping.claim_to_message)

    async def DeleteClaim(self, request: pb.DeleteClaimRequest, context: Context[pb.Claim]) -> pb.Claim:
        command = drafts.DeleteClaim(_number(request.name), request.etag)
        return await self.write(context, drafts.delete_claim, command, mapping.claim_to_message)

    async def SubmitClaim(self, request: pb.SubmitClaimRequest, context: Context[pb.Claim]) -> pb.Claim:
        command = submission.SubmitClaim(_number(request.name), request.etag)
        return await self.write(context, self._submit, command, mapping.claim_to_message)

    async def GetClaim(self, request: pb.GetClaimRequest, context: Context[pb.Claim]) -> pb.Claim:
        return await self.read(context, self._get, _number(request.name), mapping.claim_to_message)

    async def ListClaims(
        self, request: pb.ListClaimsRequest, context: Context[pb.ListClaimsResponse]
    ) -> pb.ListClaimsResponse:
        query = ClaimQuery(
            state=mapping.STATES_BACK.get(request.state),
            claimant=request.claimant and id_in(request.claimant, "people", "claimant"),
            organisation=request.organisation
            and id_in(request.organisation, "organisations", "organisation"),
            words=request.query,
            activity=request.activity,
        )
        command = claim_queries.ListClaims(query, PageRequest.of(request))
        return await self.read(context, self._list, command, _listed)

    async def PreviewClaimRoute(
        self, request: pb.PreviewClaimRouteRequest, context: Context[pb.PreviewClaimRouteResponse]
    ) -> pb.PreviewClaimRouteResponse:
        return await self.read(context, self._preview, _number(request.name), _previewed)

    async def CutClaimLine(self, request: pb.CutClaimLineRequest, context: Context[pb.Claim]) -> pb.Claim:
        with within("amount"):
            amount = money_from_message(request.amount)
        command = finance_review.CutClaimLine(
            _number(request.name), request.etag, request.line_id, amount, request.reason
        )
        return await self.write(context, finance_review.cut_claim_line, command, mapping.claim_to_message)


class ClaimCaseServicer(Servicer[Unit], claim_pb2_grpc.ClaimCaseServiceServicer):
    async def ApproveClaim(self, request: pb.ApproveClaimRequest, context: Context[pb.Claim]) -> pb.Claim:
        command = Decided(_number(request.name), request.version, request.request_id)
        return await self.write(context, case_verbs.approve_claim, command, mapping.claim_to_message)

    async def ReturnClaim(self, request: pb.ReturnClaimRequest, context: Context[pb.Claim]) -> pb.Claim:
        command = Undecided(_number(request.name), request.reason, request.request_id)
        return await self.write(context, case_verbs.return_claim, command, mapping.claim_to_message)

    async def RejectClaim(self, request: pb.RejectClaimRequest, context: Context[pb.Claim]) -> pb.Claim:
        command = Undecided(_number(request.name), request.reason, request.request_id)
        return await self.write(context, case_verbs.reject_claim, command, mapping.claim_to_message)

    async def WithdrawClaim(self, request: pb.WithdrawClaimRequest, context: Context[pb.Claim]) -> pb.Claim:
        command = Undecided(_number(request.name), request.reason, request.request_id)
        return await self.write(context, case_verbs.withdraw_claim, command, mapping.claim_to_message)

    async def ReopenClaim(self, request: pb.ReopenClaimRequest, context: Context[pb.Claim]) -> pb.Claim:
        number = _number(request.name)
        command = Reopened(number, request.version, request.reason, request.request_id)
        return await self.write(context, case_verbs.reopen_claim, command, mapping.claim_to_message)

    async def PassClaim(self, request: pb.PassClaimRequest, context: Context[pb.Claim]) -> pb.Claim:
        command = Decided(_number(request.name), request.version, request.request_id)
        return await self.write(context, case_verbs.pass_claim, command, mapping.claim_to_message)

    async def RecordPayment(self, request: pb.RecordPaymentRequest, context: Context[pb.Claim]) -> pb.Claim:
        with within("pay_time"):
            paid_at = time_from_message(request.pay_time)
        command = case_verbs.Paid(_number(request.name), request.payment, paid_at, request.request_id)
        return await self.write(context, case_verbs.record_payment, command, mapping.claim_to_message)

    async def RefusePayment(self, request: pb.RefusePaymentRequest, context: Context[pb.Claim]) -> pb.Claim:
        command = Undecided(_number(request.name), request.reason, request.request_id)
        return await self.write(context, case_verbs.refuse_payment, command, mapping.claim_to_message)


def _number(name: str) -> str:
    with within("name"):
        return id_in(name, "claims")


def _listed(page: Page[Claim]) -> pb.ListClaimsResponse:
    claims = map(mapping.claim_to_message, page.items)
    return pb.ListClaimsResponse(claims=claims, next_page_token=page.next_page_token)


def _previewed(plan: Plan) -> pb.PreviewClaimRouteResponse:
    return pb.PreviewClaimRouteResponse(policy=plan.policy, routes=plan.routes)
