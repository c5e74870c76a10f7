"""The customer service of these tests: one onboarding, and whether its customer is formal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from google.type.money_pb2 import Money

from kernel.errors import FailedPrecondition
from tests.workflow.keeping import Keeping
from zhupi.customer.v1.customer_pb2 import CUSTOMER_KIND_PHARMACY
from zhupi.customer.v1.onboarding_pb2 import (
    ApproveOnboardingRequest,
    Onboarding,
    OnboardingTerms,
    RecordRegistrationRequest,
    RefuseRegistrationRequest,
    RejectOnboardingRequest,
    ReopenOnboardingRequest,
    ReturnOnboardingRequest,
    WithdrawOnboardingRequest,
)

CUSTOMER = "customers/C000123"
MOVES = {
    "approve": (("in approval",), "registering"),
    "return": (("in approval",), "draft"),
    "reject": (("in approval",), "rejected"),
    "withdraw": (("draft", "in approval", "registering"), "draft"),
    "reopen": (("draft", "rejected"), "in approval"),
    "register": (("registering",), "formal"),
    "refuse": (("registering",), "draft"),
}


class AlreadyFormal(FailedPrecondition):
    zh = "{name} 已是正式客户"
    en = "{name} is formal already"


@dataclass
class Counter(Keeping[Onboarding]):
    """`code` is what the customer is formal by; `formal_already`: another request has made it so."""

    peer: ClassVar[str] = "customer"
    moves: ClassVar[Mapping[str, tuple[tuple[str, ...], str]]] = MOVES

    credit: int = 500_000
    code: str = ""
    formal_already: bool = False

    def resubmit(self, credit: int = 500_000) -> int:
        self.credit = credit
        return super().resubmit()

    async def ApproveOnboarding(self, request: ApproveOnboardingRequest) -> Onboarding:
        return self.move("approve", request, request.version)

    async def ReturnOnboarding(self, request: ReturnOnboardingRequest) -> Onboarding:
        return self.move("return", request, reason=request.reason)

    async def RejectOnboarding(self, request: RejectOnboardingRequest) -> Onboarding:
        return self.move("reject", request, reason=request.reason)

    async def WithdrawOnboarding(self, request: WithdrawOnboardingRequest) -> Onboarding:
        return self.move("withdraw", request, reason=request.reason)

    async def ReopenOnboarding(self, request: ReopenOnboardingRequest) -> Onboarding:
        if self.formal_already:
            raise AlreadyFormal(name=CUSTOMER)
        return self.move("reopen", request, request.version, request.reason)

    async def RecordRegistration(self, request: RecordRegistrationRequest) -> Onboarding:
        onboarding = self.move("register", request)
        self.code = request.erp_code
        return onboarding

    async def RefuseRegistration(self, request: RefuseRegistrationRequest) -> Onboarding:
        return self.move("refuse", request, reason=request.reason)

    def answer(self, request: Any) -> Onboarding:
        credit = Money(currency_code="CNY", units=self.credit) if self.credit else None
        return Onboarding(
            name=request.name,
            customer=CUSTOMER,
            display_name="康源大药房",
            kind=CUSTOMER_KIND_PHARMACY,
            terms=OnboardingTerms(credit_limit=credit, payment_terms_days=60 if credit else 0),
            version=self.version,
            reason="personal words that have no business in a history",
        )
