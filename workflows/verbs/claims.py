"""What a case says to its expense claim beside what it says to any document."""

from __future__ import annotations

from kernel.writing import cleaned
from workflows.policy.walk import Decided
from workflows.verbs.owner import LONGEST_REASON, Owned, Verbs
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


class Claims(Owned[Claim]):
    """The budget moves inside each verb."""

    verbs = Verbs(
        Claim,
        approve=ApproveClaimRequest,
        give_back=ReturnClaimRequest,
        reject=RejectClaimRequest,
        withdraw=WithdrawClaimRequest,
        reopen=ReopenClaimRequest,
        not_reopened=(
            *("CLAIM_HAS_OPEN_CASE", "OVER_BUDGET", "NO_BUDGET", "MONTH_CLOSED", "INVOICE_USED"),
            *("CLAIM_ABOVE_CLAIMABLE", "ALLOTMENT_NOT_SETTLED", "ALLOTMENT_CLOSED", "UNKNOWN_ACTIVITY_LINE"),
        ),
    )

    async def pass_(self, decided: Decided) -> Claim:
        """Finance has passed it. Raises Refused, DOCUMENT_CHANGED."""
        return await self._decide("pass", PassClaimRequest(version=decided.document_version))

    async def record_payment(self, payment: Payment) -> Claim:
        asked = RecordPaymentRequest(payment=payment.number, pay_time=payment.settle_time)
        return await self._move("record-payment", asked)

    async def refuse_payment(self, payment: Payment) -> Claim:
        reason = cleaned(payment.refusal, LONGEST_REASON)
        return await self._move("refuse-payment", RefusePaymentRequest(reason=reason))
