"""The customer service over gRPC: who sees what, masked phones, etags, repeated requests, lists."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from kernel.clock import local_date
from kernel.errors import Code, Refusal
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.licence import Licence
from services.customer.file_mapping import file_to_message
from tests.builders.callers import Callers
from tests.builders.customer_desk import KEEPER, STRANGER, Desk
from tests.builders.customers import a_file
from zhupi.customer.v1 import customer_pb2 as pb
from zhupi.customer.v1.customer_pb2_grpc import CustomerServiceStub


def an_id() -> str:
    return str(uuid4())


def creating(name: str = "河南康源医药有限公司", **said: object) -> pb.CreateCustomerRequest:
    return pb.CreateCustomerRequest(request_id=an_id(), file=file_to_message(a_file(name, **said)))


async def refused(call: object, code: Code, reason: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await call  # type: ignore[misc]  # a call of any stub
    assert (caught.value.code, caught.value.reason) == (code, reason)
    return caught.value


async def test_a_repeated_creation_answers_what_it_answered(callers: Callers, desk: Desk) -> None:
    customers = await callers.person("lihua", CustomerServiceStub)
    creation = creating(phone="13812345678")
    first = await customers.CreateCustomer(creation)
    assert await customers.CreateCustomer(creation) == first
    assert first.name == "customers/C000001"
    assert first.file.phone == "13812345678"
    assert (first.organisation, first.salesperson) == ("organisations/henan", "people/lihua")
    assert await desk.kinds(first.name) == ["CustomerCreated"]
    assert await desk.messages(first.name) == ["CustomerCreated"]


async def test_everybody_sees_their_own_and_phones_whole_of_those_only(callers: Callers, desk: Desk) -> None:
    made = await desk.create(a_file(phone="13812345678"))
    seen = {
        ("lihua",): "13812345678",
        ("boss",): "13812345678",
        ("chenjing", "master-data"): "*******5678",
        ("nobody", "quality"): "*******5678",
    }
    for (person, *roles), phone in seen.items():
        stub = await callers.person(person, CustomerServiceStub, *roles)
        assert (await stub.GetCustomer(pb.GetCustomerRequest(name=made.name))).file.phone == phone
        listed = await stub.ListCustomers(pb.ListCustomersRequest())
        assert [one.file.phone for one in listed.customers] == [phone]
    for person in ("zhangwei", "stranger"):
        stub = await callers.person(person, CustomerServiceStub)
        await refused(stub.GetCustomer(pb.GetCustomerRequest(name=made.name)), Code.NOT_FOUND, "NOT_FOUND")
        assert not (await stub.ListCustomers(pb.ListCustomersRequest())).customers


async def test_a_phone_that_was_seen_masked_and_comes_back_stays_as_it_is(
    callers: Callers, desk: Desk
) -> None:
    made = await desk.create(a_file(phone="13812345678"))
    keeper = await callers.person("chenjing", CustomerServiceStub, "master-data")
    seen = await keeper.GetCustomer(pb.GetCustomerRequest(name=made.name))
    updating = pb.UpdateCustomerRequest(name=made.name, request_id=an_id(), etag=seen.etag, file=seen.file)
    updating.file.web_site = "kangyuan.example"
    changed = await keeper.UpdateCustomer(updating)
    assert changed.file.phone == "*******5678"
    assert (await desk.customer(made.number)).file.phone == "13812345678"
    again = pb.UpdateCustomerRequest(name=made.name, request_id=an_id(), etag=changed.etag, file=changed.file)
    again.file.phone = "***5678"
    said = await refused(keeper.UpdateCustomer(again), Code.INVALID_ARGUMENT, "PHONE_MASKED")
    assert said.violations[0].field == "phone"
    stale = pb.UpdateCustomerRequest(name=made.name, request_id=an_id(), etag=seen.etag, file=seen.file)
    await refused(keeper.UpdateCustomer(stale), Code.ABORTED, "ETAG_MISMATCH")


async def test_lookalikes_are_shown_before_a_customer_is_created(callers: Callers, desk: Desk) -> None:
    made = await desk.create(a_file(credit_code="91410000MA9FQ5RT1X"))
    customers = await callers.person("lihua", CustomerServiceStub)
    before = await desk.everything()
    creation = creating()
    said = await refused(customers.CreateCustomer(creation), Code.FAILED_PRECONDITION, "POSSIBLE_DUPLICATES")
    assert said.values["customers"] == made.name
    same = creating("另一家", credit_code="91410000MA9FQ5RT1X")
    await refused(customers.CreateCustomer(same), Code.ALREADY_EXISTS, "DUPLICATE_CREDIT_CODE")
    assert await desk.everything() == before
    creation.despite.append(made.name)
    assert (await customers.CreateCustomer(creation)).name != made.name


async def test_a_customer_is_made_for_others_by_whoever_is_in_charge(callers: Callers, desk: Desk) -> None:
    request = creating()
    request.salesperson, request.organisation = "people/zhangwei", "organisations/henan"
    lihua = await callers.person("lihua", CustomerServiceStub)
    await refused(lihua.CreateCustomer(request), Code.PERMISSION_DENIED, "NOT_YOURS")
    boss = await callers.person("boss", CustomerServiceStub)
    assert (await boss.CreateCustomer(request)).salesperson == "people/zhangwei"


async def test_lists_find_by_what_customers_are(callers: Callers, desk: Desk) -> None:
    store = await desk.create(a_file("和平药店", kind=Kind.PHARMACY, trade=Trade.INDIRECT))
    trader = await desk.create(a_file("100%康源", credit_code="91410000MA9FQ5RT1X"))
    other = await desk.create(a_file("河北仁和"), by=STRANGER)
    keeper = await callers.person(KEEPER.person, CustomerServiceStub, *KEEPER.roles)

    async def found(**query: object) -> list[str]:
        page = await keeper.ListCustomers(pb.ListCustomersRequest(**query))  # type: ignore[arg-type]  # fields of the query
        return [customer.name for customer in page.customers]

    assert await found() == [other.name, trader.name, store.name]
    assert await found(kind=pb.CUSTOMER_KIND_PHARMACY) == [store.name]
    assert await found(trade=pb.CUSTOMER_TRADE_DIRECT) == [other.name, trader.name]
    assert await found(organisation="organisations/hebei") == [other.name]
    assert await found(organisation="organisations/north") == [other.name, trader.name, store.name]
    assert await found(organisation="organisations/nowhere") == []
    assert await found(salesperson="people/lihua") == [trader.name, store.name]
    assert await found(query="0%康") == [trader.name]
    assert await found(query="ma9fq") == [trader.name]
    assert await found(blocked=pb.ListCustomersRequest.BLOCKED_YES) == []
    first = await keeper.ListCustomers(
        pb.ListCustomersRequest(page_size=2, sort=pb.ListCustomersRequest.SORT_NAME)
    )
    rest = pb.ListCustomersRequest(
        page_size=2, sort=pb.ListCustomersRequest.SORT_NAME, page_token=first.next_page_token
    )
    last = await keeper.ListCustomers(rest)
    names = [customer.file.display_name for customer in (*first.customers, *last.customers)]
    assert names == sorted(names)
    assert len(names) == 3


async def test_of_two_who_create_the_same_customer_at_once_one_is_told_whose_it_is(callers: Callers) -> None:
    lihua = await callers.person("lihua", CustomerServiceStub)
    requests = [creating(name, credit_code="91410000MA9FQ5RT1X") for name in ("康源医药", "仁和堂")]
    answers = await asyncio.gather(*map(lihua.CreateCustomer, requests), return_exceptions=True)
    made = [answer for answer in answers if isinstance(answer, pb.Customer)]
    (told,) = [answer for answer in answers if isinstance(answer, Refusal)]
    assert told.reason == "DUPLICATE_CREDIT_CODE"
    assert told.values["customer"] == made[0].name


async def test_lists_find_by_licences_as_they_are_today(callers: Callers, desk: Desk) -> None:
    today = local_date(desk.clock.now())
    bare, fresh, old, renewed, soon = [
        await desk.create(a_file(name)) for name in ("甲医药", "乙药业", "丙商贸", "丁大药房", "戊器械")
    ]
    days = {fresh: [None], old: [-1], renewed: [-1, 400], soon: [30]}
    async with desk.uow() as uow:
        for customer, ends in days.items():
            for n, end in enumerate(ends):
                expiry = None if end is None else today + timedelta(end)
                said = {"customer": customer.number, "type": "gsp", "number": "1", "expiry": expiry}
                await uow.licences.put(Licence(id=str(n + 1), **said))  # type: ignore[arg-type]  # a licence's fields
        await uow.commit()
    lihua = await callers.person("lihua", CustomerServiceStub)
    for asked, expected in (
        (pb.ListCustomersRequest.LICENCES_NONE, bare),
        (pb.ListCustomersRequest.LICENCES_EXPIRED, old),
        (pb.ListCustomersRequest.LICENCES_EXPIRING, soon),
    ):
        found = await lihua.ListCustomers(pb.ListCustomersRequest(licences=asked))
        assert [customer.name for customer in found.customers] == [expected.name]
