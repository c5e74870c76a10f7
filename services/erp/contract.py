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
