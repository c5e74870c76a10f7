"""The tables are what the code says and keep what they are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from chassis.postgres.migrations import differences
from kernel.money import Money
from services.customer.domain.customer import Agreement
from services.customer.domain.file import Commercial, Department, KeyPerson, ProductOnSale, Relation
from services.customer.domain.licence import Licence
from services.customer.domain.life import CustomerState
from services.customer.store.tables import Table
from tests.builders.customer_desk import Desk
from tests.builders.customers import a_customer, a_file
from tests.integration.customer.conftest import MIGRATIONS


def test_the_migrated_tables_are_those_of_the_code(migrated_database: Callable[[str], str]) -> None:
    assert differences(migrated_database(MIGRATIONS), Table.metadata) == []


async def test_a_customer_comes_back_as_it_was(desk: Desk) -> None:
    file = a_file(
        responsible_phone="13812345678",
        commercial=Commercial(yearly_sales=Money.of("1000000.50"), profit_and_tax=Money.of("-3"), b_share=30),
        people=(KeyPerson(id="1", name="张主任", phone="13900001111"),),
        departments=(Department("药剂科", "王芳"),),
        relations=(Relation("C000009", "总院"),),
        products=(ProductOnSale("P1", "阿莫西林胶囊"),),
    )
    head = a_customer("C000009", file=a_file("总院"))
    full = a_customer(
        "C000002",
        file=file,
        upstream="C000009",
        aliases=("康源",),
        agreements=(
            Agreement("documents/A-1", "年度协议", date(2026, 1, 1), date(2026, 12, 31), ("attachments/1",)),
        ),
        blocked="licence_expired",
        state=CustomerState.LOST,
        reason="不再采购",
        erp_code="K-000001",
        people_given=1,
    )
    licence = Licence(customer="C000002", id="1", type="gsp", number="豫A1", expiry=date(2027, 1, 1))
    async with desk.uow() as uow:
        await uow.customers.add(head)
        await uow.customers.add(full)
        await uow.licences.put(licence)
        await uow.licences.put(replace(licence, scope="药品"))
        await uow.commit()
    assert await desk.customer("C000002") == full
    async with desk.uow() as uow:
        assert await uow.licences.of("C000002") == (replace(licence, scope="药品"),)
