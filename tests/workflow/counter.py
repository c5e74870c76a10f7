"""The customer service of these tests: one onboarding, and whether its customer is formal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from google.type.money_pb2 import Money

from kernel.errors import FailedPrecondition, IllegalTransition, Unavailable
from tests.workflow.desks import DocumentChanged
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
class Counter:
    """`code` is what the customer is formal by; `formal_already`: another request has made it so."""

    state: str = "in approval"
    version: int = 1
    credit: int = 500_000
    reason: str = ""
    code: str = ""
    formal_already: bool = False
    log: list[str] = field(default_factory=list)
    outages: int = 0
    answered: dict[str, Onboarding] = field(default_factory=dict)

    def resubmit(self, credit: int = 500_000) -> int:
        assert self.state == "draft"
        self.state, self.version, self.credit = "in approval", self.version + 1, credit
        return self.version

    async def ApproveOnboarding(self, request: ApproveOnboardingRequest) -> Onboarding:
        return self._move("approve", request, request.version)

    async def ReturnOnboarding(self, request: ReturnOnboardingRequest) -> Onboarding:
        return self._move("return", request, reason=request.reason)

    async def RejectOnboarding(self, request: RejectOnboardingRequest) -> Onboarding:
        return self._move("reject", request, reason=request.reason)

    async def WithdrawOnboarding(self, request: WithdrawOnboardingRequest) -> Onboarding:
        return self._move("withdraw", request, reason=request.reason)

    async def ReopenOnboarding(self, request: ReopenOnboardingRequest) -> Onboarding:
        if self.formal_already:
            raise AlreadyFormal(name=CUSTOMER)
        return self._move("reopen", request, request.version, request.reason)

    async def RecordRegistration(self, request: RecordRegistrationRequest) -> Onboarding:
        onboarding = self._move("register", request)
        self.code = request.erp_code
        return onboarding

    async def RefuseRegistration(self, request: RefuseRegistrationRequest) -> Onboarding:
        return self._move("refuse", request, reason=request.reason)

    def _move(self, verb: str, request: Any, version: int = 0, reason: str = "") -> Onboarding:
        if self.outages:
            self.outages -= 1
            raise Unavailable(what="customer")
        if request.request_id in self.answered:
            return self.answered[request.request_id]
        if version and version != self.version:
            raise DocumentChanged(name=request.name, current=self.version)
        sources, target = MOVES[verb]
        if self.state not in sources:
            raise IllegalTransition(name=request.name, state=self.state, verb=verb)
        self.state, self.reason = target, reason
        self.log.append(verb)
        credit = Money(currency_code="CNY", units=self.credit) if self.credit else None
        answer = self.answered[request.request_id] = Onboarding(
            name=request.name,
            customer=CUSTOMER,
            display_name="康源大药房",
            kind=CUSTOMER_KIND_PHARMACY,
            terms=OnboardingTerms(credit_limit=credit, payment_terms_days=60 if credit else 0),
            version=self.version,
            reason="personal words that have no business in a history",
        )
        return answer
