"""What a case says to its expense claim."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final, TypeVar

from kernel.writing import cleaned
from workflows.activities.claims import ClaimActivities
from workflows.case import Case
from workflows.contracts import CHANGED, request_id
from workflows.memory import Withdrawn
from workflows.policy.walk import Decided
from zhupi.erp.v1.erp_pb2 import Payment
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

M = TypeVar("M")
# Why a claim cannot be decided anew. Anything else is waited out.
NOT_REOPENED: Final = (
    CHANGED,
    "ILLEGAL_TRANSITION",
    "CLAIM_HAS_OPEN_CASE",
    "EDITED_SINCE",
    "OVER_BUDGET",
    "NO_BUDGET",
    "MONTH_CLOSED",
    "INVOICE_USED",
)


class Claims:
    """Verbs that decide something name the version decided on; the budget moves inside each verb."""

    def __init__(self, case: Case) -> None:
        self._case = case

    async def approve(self, decided: Decided) -> Claim:
        """The business has approved. Raises Refused, DOCUMENT_CHANGED."""
        return await self._move(
            "approve",
            ClaimActivities.approve,
            lambda fields: ApproveClaimRequest(**fields, version=decided.document_version),
            (CHANGED,),
        )

    async def pass_(self, decided: Decided) -> Claim:
        """Finance has passed it. Raises Refused, DOCUMENT_CHANGED."""
        return await self._move(
            "pass",
            ClaimActivities.pass_,
            lambda fields: PassClaimRequest(**fields, version=decided.document_version),
            (CHANGED,),
        )

    async def give_back(self, decided: Decided) -> Claim:
        """Back to the claimant, in the words of who returned it."""
        return await self._move(
            "return",
            ClaimActivities.give_back,
            lambda fields: ReturnClaimRequest(**fields, reason=cleaned(decided.comment, 4000)),
        )

    async def reject(self, decided: Decided) -> Claim:
        return await self._move(
            "reject",
            ClaimActivities.reject,
            lambda fields: RejectClaimRequest(**fields, reason=cleaned(decided.comment, 4000)),
        )

    async def reopen(self) -> Claim:
        """In approval again, as it was. Raises Refused, seen among the effects of the case."""
        start = self._case.start
        reason = cleaned(start.reopening_reason, 4000)
        return await self._move(
            "reopen",
            ClaimActivities.reopen,
            lambda fields: ReopenClaimRequest(**fields, version=start.reopened_version, reason=reason),
            NOT_REOPENED,
            noted=True,
        )

    async def withdraw(self, withdrawn: Withdrawn) -> Claim:
        return await self._move(
            "withdraw",
            ClaimActivities.withdraw,
            lambda fields: WithdrawClaimRequest(**fields, reason=cleaned(withdrawn.reason, 4000)),
        )

    async def record_payment(self, payment: Payment) -> Claim:
        return await self._move(
            "record-payment",
            ClaimActivities.record_payment,
            lambda fields: RecordPaymentRequest(
                **fields, payment=payment.number, pay_time=payment.settle_time
            ),
        )

    async def refuse_payment(self, payment: Payment) -> Claim:
        return await self._move(
            "refuse-payment",
            ClaimActivities.refuse_payment,
            lambda fields: RefusePaymentRequest(**fields, reason=cleaned(payment.refusal, 4000)),
        )

    async def _move(
        self,
        verb: str,
        act: Callable[[Any, M], Awaitable[Claim]],
        request: Callable[[dict[str, str]], M],
        refusals: Collection[str] = (),
        *,
        noted: bool = False,
    ) -> Claim:
        def named(key: str) -> M:
            return request({"name": self._case.document, "request_id": request_id(key)})

        return await self._case.inside(verb, act, named, Claim, refusals=refusals, noted=noted)
