"""What happens in the sandbox's books, in the past tense: their timelines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from kernel.actor import Actor
from kernel.money import Money
from kernel.text import Text
from kernel.timeline import Event
from services.erp.contract import Payment, Registration
from services.erp.sandbox.faults import Faults

SWITCHES = "faults"


class PaymentEvent(Event):
    @classmethod
    def of(cls, payment: Payment, by: Actor, at: datetime, **own: Any) -> Self:
        return cls(document=f"payments/{payment.order.key}", version=1, by=by, at=at, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTakenIn(PaymentEvent):
    number: str
    payee: str
    amount: Money
    for_document: str

    def sentence(self) -> Text:
        return Text("受理付款 {number}：{amount}", "Payment {number} taken in: {amount}").format(
            number=self.number, amount=self.amount
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSettled(PaymentEvent):
    number: str

    def sentence(self) -> Text:
        return Text("付款 {number} 已完成", "Payment {number} settled").format(number=self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefused(PaymentEvent):
    number: str
    reason: str

    def sentence(self) -> Text:
        return Text("付款 {number} 被拒绝：{reason}", "Payment {number} refused: {reason}").format(
            number=self.number, reason=self.reason
        )


class RegistrationEvent(Event):
    @classmethod
    def of(cls, registration: Registration, by: Actor, at: datetime, **own: Any) -> Self:
        document = f"registrations/{registration.order.key}"
        return cls(document=document, version=1, by=by, at=at, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationTakenIn(RegistrationEvent):
    customer: str
    name: str
    for_document: str

    def sentence(self) -> Text:
        return Text("受理客户登记：{name}", "Registration of {name} taken in").format(name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRegistered(RegistrationEvent):
    code: str

    def sentence(self) -> Text:
        return Text("客户已登记，编码 {code}", "Registered as {code}").format(code=self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRefused(RegistrationEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("客户登记被拒绝：{reason}", "Registration refused: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsSwitched(Event):
    """By a person; faults that wear off by themselves are not told."""

    unavailable: bool
    refuse_reason: str
    lose_answers: bool
    never_settle: bool
    only_next: int
    only_document: str
    delay_milliseconds: int

    @classmethod
    def of(cls, faults: Faults, by: Actor, at: datetime) -> Self:
        return cls(
            document=SWITCHES,
            version=0,
            by=by,
            at=at,
            unavailable=faults.unavailable,
            refuse_reason=faults.refuse_reason,
            lose_answers=faults.lose_answers,
            never_settle=faults.never_settle,
            only_next=faults.only_next,
            only_document=faults.only_document,
            delay_milliseconds=int(faults.delay.total_seconds() * 1000),
        )

    def sentence(self) -> Text:
        return Text("更改沙箱故障开关", "Faults of the sandbox switched")
