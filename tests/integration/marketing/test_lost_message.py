"""Over a real bus: what expense told while nobody listened is mended by a reconciliation, what it tells later is heard as ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest

from chassis.bus.jetstream import Bus, BusSender
from chassis.outbox.relay import Relay
from chassis.postgres.database import Database
from chassis.transaction.unit_of_work import BUS
from services.marketing.hearing import hearing
from services.marketing.store.unit_of_work import MarketingUnitOfWork
from tests.builders.activities import terms
from tests.builders.activity_house import House
from tests.builders.activity_model import CATALOGUE, MONTH, TYPES
from tests.builders.allotment_desk import AllotmentDesk, a_term
from tests.builders.expense import a_key
from tests.notes.waiting import until


@pytest.fixture
async def house(migrated_database: Callable[[str], str]) -> AsyncIterator[House]:
    marketing = Database(migrated_database("services/marketing/migrations"), name="marketing")
    expense = Database(migrated_database("services/expense/migrations"), name="expense")
    house = House.on(marketing, expense)
    await house.expense.set_catalogue(CATALOGUE)
    for kind in TYPES.values():
        await house.expense.load_budget(9000, a_key(month=MONTH, expense_type=kind))
    yield house
    await marketing.close()
    await expense.close()


async def test_a_message_that_never_arrived_is_mended_and_the_next_is_heard(
    house: House, nats_url: str
) -> None:
    activity = await house.marketing.approved(terms(customers=()))
    money, number = AllotmentDesk(house.expense), activity.number
    lines = (a_term(3000, "1", MONTH, "meeting"), a_term(2000, "2", MONTH, "travel"))
    await money.reserve(*lines, activity=number)
    await money.commit(number)
    await house.collect()
    assert len(house.under_way) == 2
    # Nobody has sent them, and nobody ever will.
    async with house.expense.database.engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM outbox")
    await house.reconcile()
    assert await house.copies([number]) == {number: "STATE_COMMITTED"}
    assert [one.kind.value for one in await house.differences()] == ["lost_message"]

    bus, stopping = Bus(nats_url, "test"), asyncio.Event()
    relay = Relay(house.expense.database, {BUS: BusSender(bus)})
    units = partial(MarketingUnitOfWork, house.marketing.database)
    heard = hearing(bus, house.marketing.database, units, house.marketing.clock)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(relay.run(stopping))
        tasks.create_task(heard.run(stopping))
        await money.release(number)

        async def released() -> bool:
            return await house.copies([number]) == {number: "STATE_RELEASED"}

        await until(released)
        stopping.set()
    await bus.close()
    assert await house.believed() == await house.held() == {}
