"""Customers that another system has kept so far: taken over as they are, once, and held to what holds for new ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from chassis.cases.ports import Employee
from chassis.rpc.values import date_to_message
from demo.customers import customers
from demo.group import Size, build
from kernel.clock import local_date
from kernel.credit_code import made_of
from kernel.errors import Code, Refusal
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.life import CustomerState
from services.customer.file_mapping import file_to_message
from services.customer.store.tables import StateChangeRow
from services.customer.use_cases.licence_watch import Watched, WatchLicences, watch_licences
from services.customer.use_cases.ports import EVERYTHING
from tests.builders.callers import Callers
from tests.builders.customer_desk import WORKER, Desk
from tests.builders.customers import NOW, a_file
from zhupi.customer.v1 import customer_pb2
from zhupi.customer.v1 import takeover_pb2 as pb
from zhupi.customer.v1.customer_pb2_grpc import CustomerServiceStub
from zhupi.customer.v1.licence_service_pb2 import LicenceContent
from zhupi.customer.v1.takeover_pb2_grpc import TakeoverServiceStub

TODAY = local_date(NOW)
ONE, OTHER = (made_of("91", "410100", f"XX{n:06}") for n in (1, 2))
FORMAL = customer_pb2.CUSTOMER_STATE_FORMAL


def kept(name: str = "河南康源医药有限公司", **said: Any) -> pb.KeptCustomer:
    """A potential customer of lihua's; `file` are fields of its file."""
    file = file_to_message(a_file(name, **said.pop("file", {})))
    usual = {"salesperson": "people/lihua", "state": customer_pb2.CUSTOMER_STATE_POTENTIAL}
    return pb.KeptCustomer(file=file, **(usual | said))


def licence(type_: str = "business", days: int = 400, number: str = "N1") -> LicenceContent:
    expiry = date_to_message(TODAY + timedelta(days=days))
    return LicenceContent(type=type_, number=number, expiry=expiry)


async def take(callers: Callers, *customers: pb.KeptCustomer, role: str = "administrator") -> Any:
    stub = await callers.person("zhengjie", TakeoverServiceStub, role)
    request = pb.TakeOverCustomersRequest(request_id=str(uuid4()), customers=customers)
    return (await stub.TakeOverCustomers(request)).customers


async def test_a_customer_comes_with_all_that_the_other_system_knew(callers: Callers, desk: Desk) -> None:
    (taken,) = await take(
        callers,
        kept(
            file={"credit_code": ONE, "phone": "14200000001"},
            state=FORMAL,
            erp_code="10000001",
            level="A",
            progress="cooperation",
            aliases=["康源"],
            licences=[licence(), licence("medicine-trade")],
        ),
    )
    assert not taken.known
    customer = await desk.customer("C000001")
    assert (customer.state, customer.erp_code, customer.level) == (CustomerState.FORMAL, "10000001", "A")
    assert (customer.organisation, customer.progress, customer.aliases) == ("henan", "cooperation", ("康源",))
    assert customer.blocked == ""
    assert await desk.kinds(taken.name) == ["CustomerTakenOver"]
    assert await desk.messages(taken.name) == ["CustomerCreated", "CustomerBecameFormal", "LevelChanged"]
    changes = [(row.before, row.after) for row in await desk.rows(StateChangeRow.__table__)]
    assert changes == [("", "formal")]
    async with desk.uow() as uow:
        assert [one.name for one in await uow.licences.of("C000001")] == [
            f"{taken.name}/licences/1",
            f"{taken.name}/licences/2",
        ]


async def test_what_is_here_already_stays_as_it_is(callers: Callers, desk: Desk) -> None:
    first = kept(file={"credit_code": ONE}, state=FORMAL, erp_code="10000001", licences=[licence()])
    nameless = kept("登封镇卫生院", file={"kind": Kind.TOWNSHIP_HEALTH, "trade": Trade.INDIRECT})
    before = await take(callers, first, nameless)
    there = await desk.everything()
    again = await take(callers, nameless, first)
    assert [one.name for one in again] == [one.name for one in reversed(before)]
    assert all(one.known for one in again)
    now = await desk.everything()
    assert {name for name in there if there[name] != now[name]} <= {"requests"}


async def test_indirect_customers_name_whom_they_buy_from_by_its_credit_code(
    callers: Callers, desk: Desk
) -> None:
    await take(callers, kept(file={"credit_code": ONE}))
    second = kept("郑州二级医药有限公司", file={"credit_code": OTHER, "trade": Trade.INDIRECT}, upstream=ONE)
    third = kept("和平药店", file={"kind": Kind.PHARMACY, "trade": Trade.INDIRECT}, upstream=OTHER)
    await take(callers, second, third)
    async with desk.uow() as uow:
        assert await uow.hierarchy.from_here_up("C000003") == ("C000003", "C000002", "C000001")
        assert (await uow.customers.get("C000003", EVERYTHING)).file.kind is Kind.PHARMACY


async def test_orders_are_held_to_the_licences_from_the_first_day_on_and_the_watch_says_which_expire(
    callers: Callers, desk: Desk
) -> None:
    formal = {"state": FORMAL, "file": {"kind": Kind.OTHER_COMMERCIAL}}
    expired = kept("甲商业", **formal, erp_code="1", licences=[licence(days=-3)])
    soon = kept("乙商业", **formal, erp_code="2", licences=[licence(days=20)])
    await take(callers, expired, soon)
    assert [(await desk.customer(f"C00000{n}")).blocked for n in (1, 2)] == ["licence_expired", ""]
    assert await desk.kinds("customers/C000001") == ["CustomerTakenOver", "OrdersBlocked"]
    watched: Watched = await desk.do(watch_licences, WatchLicences(TODAY), WORKER)
    assert (watched.expiring, watched.blocked) == (2, 0)


async def test_only_administrators_take_over(callers: Callers, desk: Desk) -> None:
    """Nor master data, who has the last word on an onboarding."""
    for role in ("master-data", "quality", "operator"):
        with pytest.raises(Refusal) as refused:
            await take(callers, kept(), role=role)
        assert refused.value.code is Code.PERMISSION_DENIED


REFUSED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("ERP_CODE_MISSING", "customers[1].erp_code", {"state": FORMAL}),
    ("ERP_CODE_TOO_EARLY", "customers[1].erp_code", {"erp_code": "1"}),
    ("NOT_DIRECT", "customers[1]", {"state": FORMAL, "erp_code": "1", "file": {"trade": Trade.INDIRECT}}),
    ("REASON_MISSING", "customers[1].reason", {"state": customer_pb2.CUSTOMER_STATE_LOST}),
    ("LISTED_TWICE", "customers[1]", {"file": {"credit_code": ONE}}),
    ("CREDIT_CODE_CHECKSUM", "customers[1].file.credit_code", {"file": {"credit_code": ONE[:-1] + "0"}}),
    ("UNKNOWN_PERSON", "customers[1].salesperson", {"salesperson": "people/nobody"}),
    ("UNKNOWN_ORGANISATION", "customers[1].organisation", {"organisation": "organisations/moon"}),
    ("UNKNOWN_UPSTREAM", "customers[1].upstream", {"file": {"trade": Trade.INDIRECT}, "upstream": OTHER}),
    ("DIRECT_HAS_NO_UPSTREAM", "customers[1].file", {"upstream": ONE}),
    ("UNKNOWN_LEVEL", "customers[1].level", {"level": "Z"}),
    ("UNKNOWN_PROGRESS", "customers[1].progress", {"progress": "x"}),
    ("UNKNOWN_LICENCE_TYPE", "customers[1].licences[0].type", {"licences": [licence("driving")]}),
    ("LISTED_TWICE", "customers[1].licences[1]", {"licences": [licence(), licence()]}),
    (
        "ATTACHMENT_NOT_OF_DOCUMENT",
        "customers[1].licences[0].scan[0]",
        {"licences": [LicenceContent(type="business", number="1", scan="attachments/1")]},
    ),
)


@pytest.mark.parametrize(("reason", "field", "said"), REFUSED)
async def test_one_that_is_refused_keeps_all_of_them_out(
    callers: Callers, desk: Desk, reason: str, field: str, said: dict[str, Any]
) -> None:
    before = await desk.everything()
    with pytest.raises(Refusal) as refused:
        await take(callers, kept("甲商业", file={"credit_code": ONE}), kept("乙商业", **said))
    assert refused.value.reason == reason
    assert [violation.field for violation in refused.value.violations][:1] in ([field], [])
    assert await desk.everything() == before


async def test_who_sells_to_them_sees_what_was_taken_over(callers: Callers, desk: Desk) -> None:
    await take(callers, kept())
    stub = await callers.person("lihua", CustomerServiceStub)
    found = await stub.ListCustomers(customer_pb2.ListCustomersRequest())
    assert [one.name for one in found.customers] == ["customers/C000001"]


async def test_the_service_takes_the_demo_s_customers_of_an_office_once(callers: Callers, desk: Desk) -> None:
    group = build()
    desk.directory.employees |= {
        person.login: Employee(person.organisation, person.grade) for person in group.people
    }
    here = next(customers(group, Size.SMALL, TODAY))
    assert not any(one.known for one in await take(callers, *here))
    assert all(one.known for one in await take(callers, *here))
    sells = [one.file.display_name for one in here if one.salesperson == "people/lihua"]
    stub = await callers.person("lihua", CustomerServiceStub)
    found = await stub.ListCustomers(customer_pb2.ListCustomersRequest())
    assert sorted(one.file.display_name for one in found.customers) == sorted(sells)
