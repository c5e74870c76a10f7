"""The expense service and the ERP of these tests: one claim with its budget, and a bank that books what it pays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money

from kernel.errors import Aborted, AlreadyExists, IllegalTransition, InvalidArgument, NotFound, Unavailable
from zhupi.erp.v1.erp_pb2 import (
    GetPaymentRequest,
    GetRegistrationRequest,
    Payment,
    PayRequest,
    RegisterCustomerRequest,
    Registration,
)
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

M = TypeVar("M", bound=Message)
DOCUMENT = "claims/EC-2026-000123"
REVIEW = ("in approval", "in finance review")
MOVES = {
    "approve": (("in approval",), "in finance review", "reserved"),
    "return": (REVIEW, "draft", "free"),
    "reject": (REVIEW, "rejected", "free"),
    "withdraw": (("draft", *REVIEW, "payable"), "draft", "free"),
    "reopen": (("rejected", "draft"), "in approval", "reserved"),
    "pass": (("in finance review",), "payable", "committed"),
    "pay": (("payable",), "paid", "spent"),
    "refuse": (("payable",), "in finance review", "reserved"),
}


class DocumentChanged(Aborted):
    zh = "{name} 已有新版本 {current}"
    en = "{name} is at version {current} now"


class RequestIdReused(InvalidArgument):
    zh = "请求编号 {request_id} 已用于另一个请求"
    en = "request_id {request_id} was used for another request"


class KeyUsedForAnotherPayment(AlreadyExists):
    zh = "{key} 已用于另一笔付款"
    en = "{key} was used for another payment"


@dataclass
class Desk:
    """The claim as expense keeps it: `budget` is where its money stands."""

    state: str = "in approval"
    budget: str = "reserved"
    version: int = 1
    yuan: int = 800
    reason: str = ""
    payment: str = ""
    log: list[str] = field(default_factory=list)
    outages: int = 0
    fault: Callable[[], None] = lambda: None
    answered: dict[str, tuple[Any, Claim]] = field(default_factory=dict)

    def resubmit(self) -> int:
        assert self.state == "draft"
        self.state, self.budget, self.version = "in approval", "reserved", self.version + 1
        return self.version

    def cut(self, yuan: int) -> int:
        assert self.state == "in finance review"
        self.yuan, self.version = yuan, self.version + 1
        return self.version

    async def ApproveClaim(self, request: ApproveClaimRequest) -> Claim:
        return self._move("approve", request, request.version)

    async def PassClaim(self, request: PassClaimRequest) -> Claim:
        return self._move("pass", request, request.version)

    async def ReturnClaim(self, request: ReturnClaimRequest) -> Claim:
        return self._move("return", request, reason=request.reason)

    async def RejectClaim(self, request: RejectClaimRequest) -> Claim:
        return self._move("reject", request, reason=request.reason)

    async def WithdrawClaim(self, request: WithdrawClaimRequest) -> Claim:
        return self._move("withdraw", request, reason=request.reason)

    async def ReopenClaim(self, request: ReopenClaimRequest) -> Claim:
        return self._move("reopen", request, request.version, request.reason)

    async def RecordPayment(self, request: RecordPaymentRequest) -> Claim:
        claim = self._move("pay", request)
        self.payment = request.payment
        return claim

    async def RefusePayment(self, request: RefusePaymentRequest) -> Claim:
        return self._move("refuse", request, reason=request.reason)

    def _move(self, verb: str, request: Any, version: int = 0, reason: str = "") -> Claim:
        self.fault()
        if self.outages:
            self.outages -= 1
            raise Unavailable(what="expense")
        if request.request_id in self.answered:
            asked, answer = self.answered[request.request_id]
            if asked != request:
                raise RequestIdReused(request_id=request.request_id)
            return answer
        sources, target, budget = MOVES[verb]
        if self.state not in sources:
            raise IllegalTransition(name=request.name, state=self.state, verb=verb)
        if version and version != self.version:
            raise DocumentChanged(name=request.name, current=self.version)
        self.state, self.budget, self.reason = target, budget, reason
        self.log.append(verb)
        claim = Claim(
            name=request.name,
            claimant="people/lihua",
            payable=Money(currency_code="CNY", units=self.yuan),
            version=self.version,
            title="personal words that have no business in a history",
        )
        self.answered[request.request_id] = request, claim
        return claim


@dataclass
class Bank:
    """The ERP. `fault` is asked before every call and may raise; `loses` payments are booked, and their answer is lost."""

    booked: dict[str, Payment] = field(default_factory=dict)
    registrations: dict[str, Registration] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    outages: int = 0
    loses: int = 0
    refusals: list[str] = field(default_factory=list)
    pending_looks: int = 0
    fault: Callable[[], None] = lambda: None

    @property
    def paid(self) -> list[tuple[str, int]]:
        """What has been paid to whom, in yuan."""
        settled = (p for p in self.booked.values() if p.state == Payment.STATE_SETTLED)
        return [(payment.payee, payment.amount.units) for payment in settled]

    @property
    def registered(self) -> list[tuple[str, str]]:
        """Which customers have which codes."""
        done = (r for r in self.registrations.values() if r.state == Registration.STATE_REGISTERED)
        return [(registration.customer, registration.code) for registration in done]

    async def Pay(self, request: PayRequest) -> Payment:
        self.log.append("pay")
        self._struck()
        payment = self.booked.get(request.key)
        if payment is None:
            payment = self._book(request)
        elif (payment.payee, payment.amount) != (request.payee, request.amount):
            raise KeyUsedForAnotherPayment(key=request.key)
        self._lost()
        return payment

    async def RegisterCustomer(self, request: RegisterCustomerRequest) -> Registration:
        self.log.append("register")
        self._struck()
        if request.key not in self.registrations:
            self.registrations[request.key] = self._registration(request)
        self._lost()
        return _copy(self.registrations[request.key])

    async def GetRegistration(self, request: GetRegistrationRequest) -> Registration:
        self.log.append("ask")
        self._struck()
        if request.key not in self.registrations:
            raise NotFound(name=request.key)
        registration = self.registrations[request.key]
        if registration.state == Registration.STATE_PENDING:
            self.pending_looks -= 1
            if not self.pending_looks:
                self._register(registration)
        return _copy(registration)

    async def GetPayment(self, request: GetPaymentRequest) -> Payment:
        self.log.append("ask")
        self._struck()
        if request.key not in self.booked:
            raise NotFound(name=request.key)
        payment = self.booked[request.key]
        if payment.state == Payment.STATE_PENDING and self.pending_looks:
            self.pending_looks -= 1
            if not self.pending_looks:
                self._settle(payment)
        return _copy(payment)

    def settle(self) -> None:
        for payment in self.booked.values():
            self._settle(payment)

    def _book(self, request: PayRequest) -> Payment:
        payment = Payment(
            key=request.key,
            number=f"PAY-2026-{len(self.booked) + 1:06}",
            payee=request.payee,
            amount=request.amount,
            document=request.document,
            state=Payment.STATE_PENDING,
        )
        if self.refusals:
            payment.state, payment.refusal = Payment.STATE_REFUSED, self.refusals.pop(0)
        elif not self.pending_looks:
            self._settle(payment)
        self.booked[request.key] = payment
        return payment

    def _registration(self, request: RegisterCustomerRequest) -> Registration:
        registration = Registration(
            key=request.key,
            customer=request.customer,
            display_name=request.display_name,
            credit_limit=request.credit_limit if request.HasField("credit_limit") else None,
            payment_terms_days=request.payment_terms_days,
            state=Registration.STATE_PENDING,
        )
        if self.refusals:
            registration.state, registration.refusal = Registration.STATE_REFUSED, self.refusals.pop(0)
        elif not self.pending_looks:
            self._register(registration)
        return registration

    def _register(self, registration: Registration) -> None:
        registration.state = Registration.STATE_REGISTERED
        registration.code = f"K-{len(self.registered) + 1:06}"
        registration.register_time.CopyFrom(Timestamp(seconds=1_770_000_000))

    def _lost(self) -> None:
        if self.loses:
            self.loses -= 1
            raise Unavailable(what="erp")

    def _settle(self, payment: Payment) -> None:
        if payment.state == Payment.STATE_PENDING:
            payment.state = Payment.STATE_SETTLED
            payment.settle_time.CopyFrom(Timestamp(seconds=1_770_000_000))

    def _struck(self) -> None:
        self.fault()
        if self.outages:
            self.outages -= 1
            raise Unavailable(what="erp")


def _copy(message: M) -> M:
    """What the wire would have made of it."""
    answer = type(message)()
    answer.CopyFrom(message)
    return answer
