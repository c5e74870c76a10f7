"""The sandbox registers a customer once a key, and goes wrong exactly as it was told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import pytest
from google.type.money_pb2 import Money as MoneyMessage

from chassis.postgres.database import Database
from chassis.postgres.paging import PageRequest
from chassis.rpc.errors import RemoteRefusal
from chassis.timeline.store import verify
from kernel.clock import FixedClock
from kernel.errors import Code, Refusal, Unavailable
from kernel.money import Money
from services.erp.contract import (
    KeyUsedForAnotherRegistration,
    Registration,
    RegistrationNotFound,
    RegistrationOrder,
    RegistrationState,
)
from services.erp.sandbox.books import Books
from services.erp.sandbox.erp import SandboxErp
from services.erp.sandbox.faults import NONE, Faults
from services.erp.service import add_services
from tests.builders.callers import Callers, calling
from tests.builders.edge import Edge
from tests.integration.erp.test_sandbox import MIGRATIONS, NOW, OPERATOR, WORKER
from zhupi.erp.v1 import erp_pb2 as pb
from zhupi.erp.v1.erp_pb2_grpc import ErpServiceStub

KEY = "customer-onboarding/ON-2026-000001/1/register/"


def an_order(n: int = 1, **said: Any) -> RegistrationOrder:
    usual: dict[str, Any] = {
        "customer": "customers/C000001",
        "name": "河南康健医药有限公司",
        "credit_code": "91410100MA3X1C2D3E",
        "kind": "PRIMARY_COMMERCIAL",
        "credit_limit": Money.of(500_000),
        "payment_terms_days": 60,
        "document": "onboardings/ON-2026-000001",
    }
    return RegistrationOrder(f"{KEY}{n}", **(usual | said))


@pytest.fixture
async def database(migrated_database: Callable[[str], str]) -> AsyncIterator[Database]:
    database = Database(migrated_database(MIGRATIONS), name="erp", pool_size=30)
    yield database
    await database.close()


@pytest.fixture
def erp(database: Database) -> SandboxErp:
    return SandboxErp(partial(Books, database), FixedClock(NOW))


async def booked(erp: SandboxErp, customer: str = "") -> list[Registration]:
    return list((await erp.registrations(customer, PageRequest())).items)


async def look(erp: SandboxErp, n: int = 1) -> Registration:
    return await erp.registration(an_order(n).key, WORKER)


async def test_a_customer_is_registered_at_once_and_has_a_code(erp: SandboxErp) -> None:
    registered = await erp.register(an_order(), WORKER)
    assert (registered.state, registered.code) == (RegistrationState.REGISTERED, "K-000001")
    assert registered.register_time == NOW
    assert await look(erp) == await erp.register(an_order(), WORKER) == registered
    assert await booked(erp) == [registered]


@pytest.mark.parametrize(
    "said",
    [{"customer": "customers/C000002"}, {"credit_limit": None}, {"payment_terms_days": 30}, {"name": "别名"}],
)
async def test_a_key_stands_for_one_registration_only(erp: SandboxErp, said: dict[str, Any]) -> None:
    first = await erp.register(an_order(), WORKER)
    with pytest.raises(KeyUsedForAnotherRegistration):
        await erp.register(an_order(**said), WORKER)
    assert await booked(erp) == [first]


async def test_a_customer_has_one_code_under_whatever_keys_it_is_asked_for(erp: SandboxErp) -> None:
    asked = await asyncio.gather(*(erp.register(an_order(n), WORKER) for n in (1, 2, 3)))
    registered = [one for one in asked if one.state is RegistrationState.REGISTERED]
    refused = [one for one in asked if one.state is RegistrationState.REFUSED]
    assert (len(registered), len(refused)) == (1, 2)
    assert all(registered[0].code in one.refusal for one in refused)


async def test_what_was_never_asked_for_is_not_found(erp: SandboxErp) -> None:
    with pytest.raises(RegistrationNotFound):
        await look(erp)


async def test_a_refusal_stays_under_its_key_and_another_key_may_go_well(erp: SandboxErp) -> None:
    await erp.switch(Faults(refuse_reason="税号有误"), OPERATOR)
    refused = await erp.register(an_order(), WORKER)
    assert (refused.state, refused.refusal, refused.code) == (RegistrationState.REFUSED, "税号有误", "")
    await erp.switch(NONE, OPERATOR)
    assert await erp.register(an_order(), WORKER) == await look(erp) == refused
    assert (await erp.register(an_order(2), WORKER)).state is RegistrationState.REGISTERED


async def test_faults_strike_registrations_as_they_strike_payments(erp: SandboxErp) -> None:
    await erp.switch(Faults(unavailable=True, only_next=1), OPERATOR)
    with pytest.raises(Unavailable):
        await erp.register(an_order(), WORKER)
    assert await booked(erp) == []

    await erp.switch(Faults(lose_answers=True, only_next=1), OPERATOR)
    with pytest.raises(Unavailable):
        await erp.register(an_order(), WORKER)
    assert (await look(erp)).state is RegistrationState.REGISTERED

    another = {"customer": "customers/C000002"}
    await erp.switch(Faults(never_settle=True), OPERATOR)
    assert (await erp.register(an_order(2, **another), WORKER)).state is RegistrationState.PENDING
    assert (await look(erp, 2)).state is RegistrationState.PENDING
    await erp.switch(NONE, OPERATOR)
    assert (await look(erp, 2)).state is RegistrationState.REGISTERED
    assert len(await booked(erp, "customers/C000002")) == 1


async def test_the_chains_of_the_master_file_hold(erp: SandboxErp, database: Database) -> None:
    await erp.register(an_order(), WORKER)
    await erp.register(an_order(2), WORKER)
    checked = await verify(database)
    assert (checked.documents, checked.rows, checked.breaks) == (2, 4, [])


async def test_only_the_workflow_registers_and_those_who_keep_masters_read_them(
    tmp_path_factory: pytest.TempPathFactory, database: Database
) -> None:
    edge = Edge(tmp_path_factory.mktemp("erp-home"))
    async with calling(edge, "erp", lambda server: add_services(server, database)) as callers:
        await over_the_wire(callers)


async def over_the_wire(callers: Callers) -> None:
    asked = pb.RegisterCustomerRequest(
        key=f"{KEY}1",
        customer="customers/C000001",
        display_name="河南康健医药有限公司",
        kind="PRIMARY_COMMERCIAL",
        credit_limit=MoneyMessage(currency_code="CNY", units=1000),
        document="onboardings/ON-2026-000001",
    )
    erp = await callers.service("worker", ErpServiceStub)
    registered = await erp.RegisterCustomer(asked)
    assert (registered.state, registered.code) == (pb.Registration.STATE_REGISTERED, "K-000001")
    assert await erp.GetRegistration(pb.GetRegistrationRequest(key=asked.key)) == registered

    asked.credit_limit.units = 0
    with pytest.raises(RemoteRefusal) as caught:
        await erp.RegisterCustomer(asked)
    assert (caught.value.reason, caught.value.field) == ("AMOUNT_NOT_POSITIVE", "credit_limit")

    listing = pb.ListRegistrationsRequest(customer="customers/C000001")
    keeper = await callers.person("zhouyan", ErpServiceStub, "master-data")
    assert list((await keeper.ListRegistrations(listing)).registrations) == [registered]
    for other in (
        await callers.service("customer", ErpServiceStub),
        await callers.person("lihua", ErpServiceStub, "operator"),
    ):
        with pytest.raises(Refusal) as refused:
            await other.RegisterCustomer(asked)
        assert refused.value.code is Code.PERMISSION_DENIED
