"""The sandbox's master file as people know it: who is registered, who is refused, and what goes wrong meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from services.erp.contract import Registration, RegistrationNotFound, RegistrationOrder, RegistrationState
from services.erp.sandbox.books import Books
from services.erp.sandbox.events import CustomerRegistered, RegistrationRefused, RegistrationTakenIn
from services.erp.sandbox.faults import Faults
from services.erp.sandbox.striking import Striking, answered

REGISTERED_ALREADY = "客户已登记，编码 {code} (registered already as {code})"


class Registry:
    def __init__(self, books: Callable[[], Books], clock: Clock, striking: Striking) -> None:
        self._books = books
        self._clock = clock
        self._striking = striking

    async def register(self, order: RegistrationOrder, actor: Actor) -> Registration:
        faults = await self._striking.struck(lambda faults: faults.on_asking(order.document))
        async with self._books() as books:
            if await books.customers.take_in(order, self._clock.now()):
                await self._taken_in(books, order, faults, actor)
            registration = await _known(books, order.key)
            registration.must_be_for(order)
            registration = await self._settle(books, registration, faults, actor)
            await books.commit()
        return await answered(registration, faults)

    async def look_up(self, key: str, actor: Actor) -> Registration:
        async with self._books() as books:
            known = await books.customers.get(key)
        faults = await self._striking.struck(lambda f: f.on_looking(known.order.document if known else ""))
        if known is None:
            await asyncio.sleep(faults.delay.total_seconds())
            raise RegistrationNotFound(key=key)
        async with self._books() as books:
            registration = await self._settle(books, known, faults, actor)
            await books.commit()
        return await answered(registration, faults)

    async def page(self, customer: str, page: PageRequest) -> Page[Registration]:
        """The books as they are, whatever is switched on."""
        async with self._books() as books:
            return await books.customers.page(customer, page)

    async def _taken_in(self, books: Books, order: RegistrationOrder, faults: Faults, actor: Actor) -> None:
        registration, now = await _known(books, order.key), self._clock.now()
        said = {"customer": order.customer, "name": order.name, "for_document": order.document}
        books.record(RegistrationTakenIn.of(registration, actor, now, **said))
        if faults.refuse_reason:
            await self._refuse(books, registration, faults.refuse_reason, actor)

    async def _settle(
        self, books: Books, registration: Registration, faults: Faults, actor: Actor
    ) -> Registration:
        if registration.state is not RegistrationState.PENDING or faults.never_settle:
            return registration
        key, now = registration.order.key, self._clock.now()
        if code := await books.customers.code_of(registration.order.customer, but=key):
            return await self._refuse(books, registration, REGISTERED_ALREADY.format(code=code), actor)
        decided = await books.customers.decide(key, RegistrationState.REGISTERED, now)
        registration = await _known(books, key)
        if decided:
            books.record(CustomerRegistered.of(registration, actor, now, code=registration.code))
        return registration

    async def _refuse(
        self, books: Books, registration: Registration, reason: str, actor: Actor
    ) -> Registration:
        key, now = registration.order.key, self._clock.now()
        await books.customers.decide(key, RegistrationState.REFUSED, now, reason)
        books.record(RegistrationRefused.of(registration, actor, now, reason=reason))
        return await _known(books, key)


async def _known(books: Books, key: str) -> Registration:
    registration = await books.customers.get(key)
    assert registration is not None, "it was booked in this transaction or before"
    return registration
