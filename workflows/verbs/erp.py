"""What a case says to the ERP."""

from __future__ import annotations

from workflows.activities.erp import ErpActivities
from workflows.calls import call_outside
from workflows.case import Case
from zhupi.erp.v1.erp_pb2 import Payment, PayRequest
from zhupi.expense.v1.claim_pb2 import Claim


class Erp:
    def __init__(self, case: Case) -> None:
        self._case = case

    async def pay(self, claim: Claim) -> Payment:
        """Pay what the claim says, once: settled, or refused for good under this key."""

        async def attempt(key: str, is_first: bool) -> Payment:
            request = PayRequest(key=key, payee=claim.claimant, amount=claim.payable, document=claim.name)
            return await call_outside(ErpActivities.pay, [request, is_first], key)

        return await self._case.outside("pay", attempt, Payment, refusal=_refusal)


def _refusal(payment: Payment) -> str | None:
    return payment.refusal if payment.state == Payment.STATE_REFUSED else None
