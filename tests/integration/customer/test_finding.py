"""Customers are found while somebody types, and before they are created twice."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from kernel.errors import Code, Refusal
from services.customer.domain.customer import Customer
from services.customer.domain.file import Address
from services.customer.domain.kinds import Kind, Trade
from tests.builders.callers import Callers
from tests.builders.customer_desk import KEEPER, STRANGER, Desk
from tests.builders.customers import a_customer, a_file
from zhupi.customer.v1 import customer_pb2, finding_pb2
from zhupi.customer.v1.customer_pb2_grpc import CustomerServiceStub
from zhupi.customer.v1.finding_pb2_grpc import FindingServiceStub

CODE = "91410000MA9FQ5RT1X"


async def stored(desk: Desk, *customers: Customer) -> None:
    async with desk.uow() as uow:
        for customer in customers:
            await uow.customers.add(customer)
        await uow.commit()


async def a_few(desk: Desk) -> None:
    await stored(
        desk,
        a_customer("C900001", file=a_file("河南仁和堂大药房有限公司", credit_code=CODE)),
        a_customer("C900002", file=a_file("仁和堂药店", kind=Kind.PHARMACY), aliases=("郑州老仁和",)),
        a_customer("C900003", file=a_file("郑州市第一人民医院", kind=Kind.HOSPITAL, phone="0371-5555 1234")),
        a_customer(
            "C900004", file=a_file("益丰大药房（二七路店）"), salesperson="stranger", organisation="hebei"
        ),
        a_customer("C900005", file=a_file("仁和堂旧档"), merged_into="C900001"),
        a_customer("C900006", file=a_file("ABC Pharma 第3药房"), erp_code="K-000017"),
    )


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("仁和堂", ["C900002", "C900001"]),
        ("仁", ["C900002", "C900001"]),
        ("renhe", ["C900002", "C900001"]),
        ("rht", ["C900002", "C900001"]),
        ("老仁和", ["C900002"]),
        ("zzlrh", ["C900002"]),
        ("河南 药房", ["C900001"]),
        ("药房 hn", ["C900001"]),
        ("一人民", ["C900003"]),
        ("5rt1x", ["C900001"]),
        ("91410000ma9fq5rt1x", ["C900001"]),
        ("C900003", ["C900003"]),
        ("900006", ["C900006"]),
        ("k-0000", ["C900006"]),
        ("ａｂｃ", ["C900006"]),
        ("第3药", ["C900006"]),
        ("大药房", ["C900004", "C900001"]),
        ("（二七", ["C900004"]),
        ("v", []),
        ("仁和堂医院", []),
        ("100%", []),
        ("'; DROP TABLE customers", []),
    ],
)
async def test_a_customer_is_found_by_any_fragment_as_it_is_typed(
    callers: Callers, desk: Desk, query: str, numbers: list[str]
) -> None:
    await a_few(desk)
    finding = await callers.person(KEEPER.person, FindingServiceStub, *KEEPER.roles)
    found = await finding.SearchCustomers(finding_pb2.SearchCustomersRequest(query=query))
    assert [hit.name.removeprefix("customers/") for hit in found.hits] == numbers


async def test_whoever_types_finds_their_own_only_and_as_many_as_they_want(
    callers: Callers, desk: Desk
) -> None:
    await a_few(desk)
    asked = finding_pb2.SearchCustomersRequest(query="药房")
    lihua = await callers.person("lihua", FindingServiceStub)
    assert len((await lihua.SearchCustomers(asked)).hits) == 2
    stranger = await callers.person(STRANGER.person, FindingServiceStub)
    [hit] = (await stranger.SearchCustomers(asked)).hits
    assert (hit.display_name, hit.organisation, hit.alias) == (
        "益丰大药房（二七路店）",
        "organisations/hebei",
        "",
    )
    asked.limit = 1
    assert len((await lihua.SearchCustomers(asked)).hits) == 1
    asked.kind = customer_pb2.CUSTOMER_KIND_HOSPITAL
    assert not (await lihua.SearchCustomers(asked)).hits


async def test_what_is_found_by_an_alias_says_so(callers: Callers, desk: Desk) -> None:
    await a_few(desk)
    lihua = await callers.person("lihua", FindingServiceStub)
    [hit] = (await lihua.SearchCustomers(finding_pb2.SearchCustomersRequest(query="lrh"))).hits
    assert (hit.name, hit.alias) == ("customers/C900002", "郑州老仁和")


async def test_a_changed_name_is_found_and_the_one_before_is_not(desk: Desk, callers: Callers) -> None:
    made = await desk.create(a_file("仁和堂"))
    await desk.edit(made, replace(made.file, name="康源堂"))
    lihua = await callers.person("lihua", FindingServiceStub)

    async def found(query: str) -> int:
        return len((await lihua.SearchCustomers(finding_pb2.SearchCustomersRequest(query=query))).hits)

    assert (await found("仁和堂"), await found("kyt")) == (0, 1)


Why = finding_pb2.DuplicateCandidate


@pytest.mark.parametrize(
    ("asked", "number", "why", "blocking"),
    [
        (
            {"display_name": "随便", "credit_code": "91410000-MA9FQ5RT1X"},
            "C900001",
            Why.WHY_CREDIT_CODE,
            True,
        ),
        ({"display_name": "郑州市第一人民医院"}, "C900003", Why.WHY_SAME_NAME, True),
        ({"display_name": "郑州第一人民医院"}, "C900003", Why.WHY_LIKE_NAME, True),
        ({"display_name": "老人家", "aliases": ["仁合堂药店"]}, "C900002", Why.WHY_LIKE_NAME, True),
        ({"display_name": "郑州老仁合"}, "C900002", Why.WHY_ALIAS, True),
        ({"display_name": "随便什么", "phones": ["037155551234"]}, "C900003", Why.WHY_PHONE, False),
        ({"display_name": "益丰大药房二七路分店"}, "C900004", Why.WHY_LIKE_NAME, True),
    ],
)
async def test_what_may_be_the_same_is_shown_with_the_reason_whoever_it_belongs_to(
    callers: Callers, desk: Desk, asked: dict[str, object], number: str, why: int, blocking: bool
) -> None:
    await a_few(desk)
    lihua = await callers.person("lihua", FindingServiceStub)
    found = await lihua.FindDuplicates(finding_pb2.FindDuplicatesRequest(**asked))  # type: ignore[arg-type]  # fields
    first = found.candidates[0]
    assert (first.customer.name, first.blocking) == (f"customers/{number}", blocking)
    assert why in first.why
    assert first.sentence.zh
    assert first.sentence.en


async def test_what_is_none_is_not_shown(callers: Callers, desk: Desk) -> None:
    await a_few(desk)
    lihua = await callers.person("lihua", FindingServiceStub)
    for name in ("洛阳市第二人民医院", "益丰大药房（建设路店）", "康源医药", "仁和堂旧档案馆"):
        found = await lihua.FindDuplicates(finding_pb2.FindDuplicatesRequest(display_name=name))
        assert [one.customer.name for one in found.candidates if one.blocking] == []
    own = finding_pb2.FindDuplicatesRequest(display_name="郑州市第一人民医院", customer="customers/C900003")
    assert not (await lihua.FindDuplicates(own)).candidates


async def test_nobody_creates_what_sounds_the_same_without_saying_that_it_is_another(
    callers: Callers, desk: Desk
) -> None:
    await a_few(desk)
    lihua = await callers.person("lihua", CustomerServiceStub)
    file = customer_pb2.CustomerFile(
        display_name="仁合堂药店",
        kind=customer_pb2.CUSTOMER_KIND_PHARMACY,
        trade=customer_pb2.CUSTOMER_TRADE_DIRECT,
    )
    creation = customer_pb2.CreateCustomerRequest(request_id=str(uuid4()), file=file)
    before = await desk.everything()
    with pytest.raises(Refusal) as caught:
        await lihua.CreateCustomer(creation)
    assert (caught.value.code, caught.value.reason) == (Code.FAILED_PRECONDITION, "POSSIBLE_DUPLICATES")
    assert await desk.everything() == before
    creation.despite.extend(["customers/C900001", "customers/C900002"])
    assert (await lihua.CreateCustomer(creation)).file.display_name == "仁合堂药店"


async def test_a_credit_code_is_kept_in_its_one_form_and_a_wrong_one_is_refused_with_its_field(
    callers: Callers,
) -> None:
    lihua = await callers.person("lihua", CustomerServiceStub)
    file = customer_pb2.CustomerFile(
        display_name="康源",
        kind=customer_pb2.CUSTOMER_KIND_PHARMACY,
        trade=customer_pb2.CUSTOMER_TRADE_DIRECT,
        credit_code="91410000 ma9f q5rt2x",
    )
    creation = customer_pb2.CreateCustomerRequest(request_id=str(uuid4()), file=file)
    with pytest.raises(Refusal) as caught:
        await lihua.CreateCustomer(creation)
    assert (caught.value.reason, caught.value.violations[0].field) == ("CREDIT_CODE_CHECKSUM", "credit_code")
    creation.file.credit_code = "91410000 ma9f q5rt1x"
    assert (await lihua.CreateCustomer(creation)).file.credit_code == CODE


async def test_those_nearby_are_looked_at_first_where_very_many_are_called_the_same(desk: Desk) -> None:
    from services.customer.domain.duplicates import Sought

    cities = ("洛阳市", "开封市", "郑州市")
    many = [
        a_customer(
            f"C{n:06}",
            file=a_file(
                "人民医院", kind=Kind.HOSPITAL, trade=Trade.DIRECT, address=Address("河南省", cities[n % 3])
            ),
        )
        for n in range(1, 700)
    ]
    await stored(desk, *many)
    async with desk.uow() as uow:
        found = await uow.lookalikes.like(Sought("郑州市人民医院"))
    assert len(found) == 20
    assert {one.known.city for one in found} == {"郑州市"}
