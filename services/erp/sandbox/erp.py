"""The sandbox as an ERP: books first, then goes wrong as it was told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from services.erp.contract import (
    Payment,
    PaymentNotFound,
    PaymentOrder,
    PaymentState,
    Registration,
    RegistrationOrder,
)
from services.erp.sandbox.books import Books
from services.erp.sandbox.events import FaultsSwitched, PaymentRefused, PaymentSettled, PaymentTakenIn
from services.erp.sandbox.faults import Faults
from services.erp.sandbox.registry import Registry
from services.erp.sandbox.striking import Striking, answered


class SandboxErp:
    """Implements contract.Erp. `books` opens a transaction."""

    def __init__(self, books: Callable[[], Books], clock: Clock) -> None:
        self._books = books
        self._clock = clock
        self._striking = Striking(books)
        self._registry = Registry(books, clock, self._striking)

    async def pay(self, order: PaymentOrder, actor: Actor) -> Payment:
        faults = await self._striking.struck(lambda faults: faults.on_asking(order.document))
        async with self._books() as books:
            if await books.payments.take_in(order, self._clock.now()):
                payment = await _known(books, order.key)
                said = {"number": payment.number, "payee": order.payee, "amount": order.amount}
                taken_in = PaymentTakenIn.of(
                    payment, actor, payment.create_time, for_document=order.document, **said
                )
                books.record(taken_in)
                if faults.refuse_reason:
                    payment = await self._refuse(books, payment, faults.refuse_reason, actor)
            else:
                payment = await _known(books, order.key)
                payment.must_be_for(order)
            payment = await self._settle(books, payment, faults, actor)
            await books.commit()
        return await answered(payment, faults)

    async def payment(self, key: str, actor: Actor) -> Payment:
        async with self._books() as books:
            known = await books.payments.get(key)
        faults = await self._striking.struck(lambda f: f.on_looking(known.order.document if known else ""))
        if known is None:
            await asyncio.sleep(faults.delay.total_seconds())
            raise PaymentNotFound(key=key)
        async with self._books() as books:
            payment = await self._settle(books, known, faults, actor)
            await books.commit()
        return await answered(payment, faults)

    async def payments(self, document: str, page: PageRequest) -> Page[Payment]:
        """The books as they are, whatever is switched on."""
        async with self._books() as books:
            return await books.payments.page(document, page)

    async def register(self, order: RegistrationOrder, actor: Actor) -> Registration:
        return await self._registry.register(order, actor)

    async def registration(self, key: str, actor: Actor) -> Registration:
        return await self._registry.look_up(key, actor)

    async def registrations(self, customer: str, page: PageRequest) -> Page[Registration]:
        return await self._registry.page(customer, page)

    async def faults(self) -> Faults:
        async with self._books() as books:
            return await books.faults.get()

    async def switch(self, faults: Faults, actor: Actor) -> Faults:
        async with self._books() as books:
            await books.faults.get_for_update()
            await books.faults.set(faults)
            books.record(FaultsSwitched.of(faults, actor, self._clock.now()))
            return await books.commit(faults)

    async def _settle(self, books: Books, payment: Payment, faults: Faults, actor: Actor) -> Payment:
        if payment.state is not PaymentState.PENDING or faults.never_settle:
            return payment
        now = self._clock.now()
        if await books.payments.decide(payment.order.key, PaymentState.SETTLED, now):
            books.record(PaymentSettled.of(payment, actor, now, number=payment.number))
        return await _known(books, payment.order.key)

    async def _refuse(self, books: Books, payment: Payment, reason: str, actor: Actor) -> Payment:
        now = self._clock.now()
        await books.payments.decide(payment.order.key, PaymentState.REFUSED, now, reason)
        books.record(PaymentRefused.of(payment, actor, now, number=payment.number, reason=reason))
        return await _known(books, payment.order.key)


async def _known(books: Books, key: str) -> Payment:
    payment = await books.payments.get(key)
    assert payment is not None, "it was booked in this transaction or before"
    return payment
