"""The sandbox pays once a key, and goes wrong exactly as it was told to."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from chassis.postgres.database import Database
from chassis.postgres.migrations import differences
from chassis.postgres.paging import PageRequest
from chassis.timeline.store import verify
from kernel.actor import Actor
from kernel.clock import FixedClock
from kernel.errors import Refusal, Unavailable
from kernel.money import Money
from services.erp.contract import (
    KeyUsedForAnotherPayment,
    Payment,
    PaymentNotFound,
    PaymentOrder,
    PaymentState,
)
from services.erp.sandbox.books import Books
from services.erp.sandbox.erp import SandboxErp
from services.erp.sandbox.faults import NONE, Faults
from services.erp.sandbox.tables import Table

MIGRATIONS = "services/erp/migrations"
WORKER = Actor(service="worker", person="lihua")
OPERATOR = Actor(person="root", roles=frozenset({"operator"}))
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CLAIM = "claims/EC-2026-000001"


def an_order(
    n: int = 1, key: str = "", document: str = CLAIM, amount: int = 100, payee: str = "people/lihua"
) -> PaymentOrder:
    return PaymentOrder(key or f"expense-claim/EC-2026-000001/1/pay/{n}", payee, Money.of(amount), document)


@pytest.fixture
async def database(migrated_database: Callable[[str], str]) -> AsyncIterator[Database]:
    database = Database(migrated_database(MIGRATIONS), name="erp", pool_size=30)
    yield database
    await database.close()


@pytest.fixture
def erp(database: Database) -> SandboxErp:
    return SandboxErp(partial(Books, database), FixedClock(NOW))


async def booked(erp: SandboxErp, document: str = "") -> list[Payment]:
    return list((await erp.payments(document, PageRequest())).items)


async def look(erp: SandboxErp, n: int = 1) -> Payment:
    return await erp.payment(an_order(n).key, WORKER)


def test_the_migrated_tables_are_those_of_the_code(migrated_database: Callable[[str], str]) -> None:
    assert differences(migrated_database(MIGRATIONS), Table.metadata) == []


async def test_a_payment_is_settled_at_once_and_numbered(erp: SandboxErp) -> None:
    payment = await erp.pay(an_order(), WORKER)
    assert (payment.state, payment.number) == (PaymentState.SETTLED, "PAY-2026-000001")
    assert (payment.create_time, payment.settle_time) == (NOW, NOW)
    assert await look(erp) == payment


async def test_a_repeated_key_answers_the_same_payment(erp: SandboxErp) -> None:
    first = await erp.pay(an_order(), WORKER)
    assert await erp.pay(an_order(), WORKER) == first
    assert await booked(erp) == [first]


@pytest.mark.parametrize(
    "other",
    [an_order(amount=101), an_order(payee="people/zhangwei"), an_order(document="claims/EC-2026-000002")],
)
async def test_a_key_stands_for_one_payment_only(erp: SandboxErp, other: PaymentOrder) -> None:
    first = await erp.pay(an_order(), WORKER)
    with pytest.raises(KeyUsedForAnotherPayment):
        await erp.pay(other, WORKER)
    assert await booked(erp) == [first]


async def test_one_key_paid_many_times_at_once_is_paid_once(erp: SandboxErp) -> None:
    payments = await asyncio.gather(*(erp.pay(an_order(), WORKER) for _ in range(20)))
    assert len({payment.number for payment in payments}) == 1
    assert len(await booked(erp)) == 1


async def test_a_document_that_is_paid_twice_shows_in_the_books(erp: SandboxErp) -> None:
    for n in (1, 2):
        await erp.pay(an_order(n), WORKER)
    await erp.pay(an_order(3, document="claims/EC-2026-000009"), WORKER)
    assert [payment.order.key[-1] for payment in await booked(erp, CLAIM)] == ["1", "2"]


async def test_what_was_never_asked_for_is_not_found(erp: SandboxErp) -> None:
    with pytest.raises(PaymentNotFound):
        await look(erp)


@pytest.mark.parametrize("table", ["payment_orders", "payment_outcomes"])
@pytest.mark.parametrize("act", ["UPDATE {} SET key = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_the_books_are_never_changed(erp: SandboxErp, database: Database, table: str, act: str) -> None:
    await erp.pay(an_order(), WORKER)
    with pytest.raises(IntegrityError):
        async with database.engine.begin() as connection:
            await connection.execute(text(act.format(table)))


async def test_what_happens_is_told_in_a_chain_that_holds(erp: SandboxErp, database: Database) -> None:
    await erp.pay(an_order(), WORKER)
    await erp.switch(Faults(refuse_reason="账号不存在"), OPERATOR)
    await erp.pay(an_order(2), WORKER)
    checked = await verify(database)
    assert (checked.documents, checked.rows, checked.breaks) == (3, 5, [])


async def test_while_it_is_unavailable_nothing_is_taken_in(erp: SandboxErp) -> None:
    await erp.switch(Faults(unavailable=True), OPERATOR)
    for act in (erp.pay(an_order(), WORKER), look(erp)):
        with pytest.raises(Unavailable):
            await act
    assert await booked(erp) == []
    await erp.switch(NONE, OPERATOR)
    assert (await erp.pay(an_order(), WORKER)).state is PaymentState.SETTLED


async def test_a_refused_payment_stays_refused_under_its_key(erp: SandboxErp) -> None:
    await erp.switch(Faults(refuse_reason="账号不存在"), OPERATOR)
    refused = await erp.pay(an_order(), WORKER)
    assert (refused.state, refused.refusal) == (PaymentState.REFUSED, "账号不存在")
    await erp.switch(NONE, OPERATOR)
    assert await erp.pay(an_order(), WORKER) == await look(erp) == refused
    assert (await erp.pay(an_order(2), WORKER)).state is PaymentState.SETTLED


async def test_what_was_paid_before_is_not_refused_afterwards(erp: SandboxErp) -> None:
    paid = await erp.pay(an_order(), WORKER)
    await erp.switch(Faults(refuse_reason="账号不存在"), OPERATOR)
    assert await erp.pay(an_order(), WORKER) == paid


async def test_a_lost_answer_was_paid_all_the_same_and_can_be_asked_for(erp: SandboxErp) -> None:
    await erp.switch(Faults(lose_answers=True), OPERATOR)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await erp.pay(an_order(), WORKER)
    assert (await look(erp)).state is PaymentState.SETTLED
    assert len(await booked(erp)) == 1


async def test_what_never_settles_stays_pending_until_it_may(erp: SandboxErp) -> None:
    await erp.switch(Faults(never_settle=True), OPERATOR)
    assert (await erp.pay(an_order(), WORKER)).state is PaymentState.PENDING
    assert (await erp.pay(an_order(), WORKER)).state is PaymentState.PENDING
    assert (await look(erp)).state is PaymentState.PENDING
    await erp.switch(NONE, OPERATOR)
    assert (await booked(erp))[0].state is PaymentState.PENDING
    assert (await look(erp)).state is PaymentState.SETTLED
    assert (await booked(erp))[0].state is PaymentState.SETTLED


async def test_a_slow_answer_comes_though_the_caller_did_not_wait_for_it(erp: SandboxErp) -> None:
    await erp.switch(Faults(delay=timedelta(minutes=5)), OPERATOR)
    paying = asyncio.create_task(erp.pay(an_order(), WORKER))
    while not await booked(erp):
        assert not paying.done()
    paying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await paying
    assert [payment.state for payment in await booked(erp)] == [PaymentState.SETTLED]


async def test_only_the_next_calls_are_struck(erp: SandboxErp) -> None:
    await erp.switch(Faults(unavailable=True, only_next=2), OPERATOR)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await erp.pay(an_order(), WORKER)
    assert await erp.faults() == NONE
    assert (await erp.pay(an_order(), WORKER)).state is PaymentState.SETTLED


async def test_of_many_calls_at_once_only_so_many_are_struck(erp: SandboxErp) -> None:
    await erp.switch(Faults(unavailable=True, only_next=3), OPERATOR)
    done = await asyncio.gather(*(erp.pay(an_order(n), WORKER) for n in range(10)), return_exceptions=True)
    assert Counter(isinstance(result, Refusal) for result in done) == {True: 3, False: 7}


async def test_a_call_that_is_not_struck_is_not_counted(erp: SandboxErp) -> None:
    await erp.pay(an_order(), WORKER)
    await erp.switch(Faults(refuse_reason="账号不存在", only_next=1), OPERATOR)
    await look(erp)
    assert (await erp.faults()).only_next == 1


async def test_only_one_document_is_struck(erp: SandboxErp) -> None:
    await erp.switch(Faults(unavailable=True, only_document="claims/EC-2026-000002"), OPERATOR)
    assert (await erp.pay(an_order(), WORKER)).state is PaymentState.SETTLED
    with pytest.raises(Unavailable):
        await erp.pay(an_order(2, document="claims/EC-2026-000002"), WORKER)


async def test_switches_survive_a_restart(erp: SandboxErp, database: Database) -> None:
    faults = Faults(timedelta(milliseconds=1500), True, "账号不存在", True, True, 7, CLAIM)
    await erp.switch(faults, OPERATOR)
    assert await SandboxErp(partial(Books, database), FixedClock(NOW)).faults() == faults
