"""What a case says to the ERP. Each is done once: done, or refused for good under its key."""

from __future__ import annotations

from workflows.activities.erp import ErpActivities
from workflows.calls import call_outside
from workflows.case import Case
from zhupi.customer.v1.customer_pb2 import CustomerKind
from zhupi.customer.v1.onboarding_pb2 import Onboarding
from zhupi.erp.v1.erp_pb2 import Payment, PayRequest, RegisterCustomerRequest, Registration
from zhupi.expense.v1.claim_pb2 import Claim


class Erp:
    def __init__(self, case: Case) -> None:
        self._case = case

    async def pay(self, claim: Claim) -> Payment:
        """Pay what the claim says."""

        async def attempt(key: str, is_first: bool) -> Payment:
            request = PayRequest(key=key, payee=claim.claimant, amount=claim.payable, document=claim.name)
            return await call_outside(ErpActivities.pay, [request, is_first], key)

        return await self._case.outside("pay", attempt, Payment, refusal=_refusal)

    async def register(self, onboarding: Onboarding) -> Registration:
        """Take the customer into the master file, as it was submitted."""

        async def attempt(key: str, is_first: bool) -> Registration:
            request = _to_be_registered(key, onboarding)
            return await call_outside(ErpActivities.register, [request, is_first], key)

        return await self._case.outside("register", attempt, Registration, refusal=_refusal)


def _to_be_registered(key: str, onboarding: Onboarding) -> RegisterCustomerRequest:
    terms = onboarding.terms
    return RegisterCustomerRequest(
        key=key,
        customer=onboarding.customer,
        display_name=onboarding.display_name,
        credit_code=onboarding.credit_code,
        kind=CustomerKind.Name(onboarding.kind).removeprefix("CUSTOMER_KIND_"),
        credit_limit=terms.credit_limit if terms.HasField("credit_limit") else None,
        payment_terms_days=terms.payment_terms_days,
        document=onboarding.name,
    )


def _refusal(answer: Payment | Registration) -> str | None:
    return answer.refusal if answer.state == type(answer).STATE_REFUSED else None
