"""The expense service: the verbs by which a case moves its claim."""

from __future__ import annotations

from temporalio import activity

from workflows.activities.refusals import told_to_the_workflow
from zhupi.expense.v1.claim_pb2 import (
    ApproveClaimRequest,
    Claim,
    PassClaimRequest,
    RecordPaymentRequest,
    RefusePaymentRequest,
    RejectClaimRequest,
    ReopenClaimRequest,
    ReturnClaimRequest,
    WithdrawClaimRequest,
)
from zhupi.expense.v1.claim_pb2_grpc import ClaimCaseServiceStub


class ClaimActivities:
    """All answer what a case needs of the claim; lines and words stay where they are."""

    def __init__(self, stub: ClaimCaseServiceStub) -> None:
        self._stub = stub

    @activity.defn(name="expense.ApproveClaim")
    async def approve(self, request: ApproveClaimRequest) -> Claim:
        with told_to_the_workflow():
            return _needed(await self._stub.ApproveClaim(request))

    @activity.defn(name="expense.ReturnClaim")
    async def give_back(self, request: ReturnClaimRequest) -> Claim:
        with told_to_the_workflow():
            return _needed(await self._stub.ReturnClaim(request))

    @activity.defn(name="expense.RejectClaim")
    async def reject(self, request: RejectClaimRequest) -> Claim:
        with told_to_the_workflow():
            return _needed(await self._stub.RejectClaim(request))

    @activity.defn(name="expense.WithdrawClaim")
    async def withdraw(self, request: WithdrawClaimRequest) -> Claim:
        with told_to_the_workflow():
            return _needed(await self._stub.WithdrawClaim(request))

    @activity.defn(name="expense.ReopenClaim")
    async def reopen(self, request: ReopenClaimRequest) -> Claim:
        with told_to_the_workflow():
            return _needed(await self._stub.ReopenClaim(request))

    @activity.defn(name="expense.PassClaim")
    async def pass_(self, request: PassClaimRequest) -> Claim:
        with told_to_the_workflow():
            return _needed(await self._stub.PassClaim(request))

    @activity.defn(name="expense.RecordPayment")
    async def record_payment(self, request: RecordPaymentRequest) -> Claim:
        with told_to_the_workflow():
            return _needed(await self._stub.RecordPayment(request))

    @activity.defn(name="expense.RefusePayment")
    async def refuse_payment(self, request: RefusePaymentRequest) -> Claim:
        with told_to_the_workflow():
            return _needed(await self._stub.RefusePayment(request))


def _needed(claim: Claim) -> Claim:
    return Claim(
        name=claim.name,
        claimant=claim.claimant,
        state=claim.state,
        payable=claim.payable,
        version=claim.version,
    )
