"""What Zhupi expects of an ERP, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.errors import AlreadyExists, NotFound
from kernel.money import AmountNotPositive, Money


class KeyUsedForAnotherPayment(AlreadyExists):
    zh = "付款编号 {key} 已用于另一笔付款"
    en = "The key {key} was used for another payment"


class PaymentNotFound(NotFound):
    zh = "没有以 {key} 申请过付款"
    en = "No payment was ever asked for under the key {key}"


class PaymentState(Enum):
    PENDING = "pending"
    SETTLED = "settled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What is to be paid: `amount` to `payee` (`people/lihua`) for `document`, once under `key`."""

    key: str
    payee: str
    amount: Money
    document: str

    def check(self) -> None:
        if not self.amount.is_positive:
            raise AmountNotPositive(field="amount", amount=self.amount)


@dataclass(frozen=True, slots=True)
class Payment:
    """An order and what has become of it. `number` is the ERP's own; `refusal` is why it will never be paid."""

    order: PaymentOrder
    number: str
    create_time: datetime
    state: PaymentState = PaymentState.PENDING
    refusal: str = ""
    settle_time: datetime | None = None

    def must_be_for(self, order: PaymentOrder) -> None:
        """Raises KeyUsedForAnotherPayment unless this is the very payment that is asked for."""
        if self.order != order:
            raise KeyUsedForAnotherPayment(field="key", key=order.key)


class KeyUsedForAnotherRegistration(AlreadyExists):
    zh = "登记编号 {key} 已用于另一项登记"
    en = "The key {key} was used for another registration"


class RegistrationNotFound(NotFound):
    zh = "没有以 {key} 申请过登记"
    en = "No registration was ever asked for under the key {key}"


class RegistrationState(Enum):
    PENDING = "pending"
    REGISTERED = "registered"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RegistrationOrder:
    """Which `customer` (`customers/C000123`) is to be in the master file, for `document`, once under `key`.

    `credit_limit` None: no credit.
    """

    key: str
    customer: str
    name: str
    credit_code: str
    kind: str
    credit_limit: Money | None
    payment_terms_days: int
    document: str

    def check(self) -> None:
        if self.credit_limit is not None and not self.credit_limit.is_positive:
            raise AmountNotPositive(field="credit_limit", amount=self.credit_limit)


@dataclass(frozen=True, slots=True)
class Registration:
    """An order and what has become of it. `code` is the customer's in the ERP; `refusal` is why it will never have one."""

    order: RegistrationOrder
    create_time: datetime
    state: RegistrationState = RegistrationState.PENDING
    code: str = ""
    refusal: str = ""
    register_time: datetime | None = None

    def must_be_for(self, order: RegistrationOrder) -> None:
        """Raises KeyUsedForAnotherRegistration unless this is the very registration that is asked for."""
        if self.order != order:
            raise KeyUsedForAnotherRegistration(field="key", key=order.key)


class Erp(Protocol):
    """An ERP. Raises Unavailable where it does not answer: then it is not known whether it has done what was asked."""

    async def pay(self, order: PaymentOrder, actor: Actor) -> Payment:
        """Pays once a key; a repeated key answers the payment as it stands. Raises KeyUsedForAnotherPayment."""
        ...

    async def payment(self, key: str, actor: Actor) -> Payment:
        """Raises PaymentNotFound."""
        ...

    async def payments(self, document: str, page: PageRequest) -> Page[Payment]:
        """Everything that was ever booked, of one document or of all, oldest first."""
        ...

    async def register(self, order: RegistrationOrder, actor: Actor) -> Registration:
        """Registers once a key; a repeated key answers the registration as it stands. Raises KeyUsedForAnotherRegistration."""
        ...

    async def registration(self, key: str, actor: Actor) -> Registration:
        """Raises RegistrationNotFound."""
        ...

    async def registrations(self, customer: str, page: PageRequest) -> Page[Registration]:
        """Everything that was ever asked for, of one customer or of all, oldest first."""
        ...
