"""What documents without code may name: approval asks over the wire, on behalf of whoever submits one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from chassis.rpc.client import channel
from chassis.transaction.requests import Request, handling
from kernel.actor import Actor
from services.approval.document_owners import ReferenceOwners
from services.approval.domain.forms.filling_in import Reference
from services.customer.use_cases import verbs
from tests.builders.callers import Callers
from tests.builders.customer_desk import LIHUA, STRANGER, Desk
from tests.builders.customers import a_file
from tests.builders.edge import Edge

LEVEL = "customer-level-change"
AGREEMENT = "customer-agreement"
WIN_BACK = "customer-win-back"


@pytest.fixture
async def owners(edge: Edge, callers: Callers) -> AsyncIterator[ReferenceOwners]:
    settings = edge.settings("approval", peers={"customer": callers.server.address})
    owners = ReferenceOwners({"customers": "customer"}, lambda peer: channel(settings, peer))
    yield owners
    await owners.close()


async def faults(
    owners: ReferenceOwners, process: str, values: dict[str, Any], actor: Actor = LIHUA
) -> list[tuple[str, str]]:
    named = [Reference("customer", "customers", values["customer"])]
    with handling(Request(actor, "/zhupi.approval.v1.DocumentService/SubmitDocument")):
        found = await owners.checked(process, values, named)
    return [(one.field, one.rule) for one in found.faults]


async def test_whoever_is_there_is_called_by_name(desk: Desk, owners: ReferenceOwners) -> None:
    customer = await desk.create(a_file("信阳仁和堂"))
    named = [Reference(f"rows[{n}].customer", "customers", customer.name) for n in range(2)]
    with handling(Request(LIHUA, "/zhupi.approval.v1.DocumentService/SubmitDocument")):
        assert (await owners.checked("any-process", {}, named)).called == ("信阳仁和堂",)


async def test_a_level_is_asked_for_of_a_customer_that_is_there_and_not_rated_so(
    desk: Desk, owners: ReferenceOwners
) -> None:
    customer = await desk.create()
    asked = {"customer": customer.name, "level": "A", "reason": "年度评级"}
    assert await faults(owners, LEVEL, asked) == []
    assert await faults(owners, LEVEL, {**asked, "level": "Z"}) == [("level", "UNKNOWN_LEVEL")]
    assert await faults(owners, LEVEL, {**asked, "level": 7}) == [("level", "VALUE_MISSING")]
    await desk.act(verbs.mark_lost, customer, "竞品")
    assert await faults(owners, LEVEL, asked) == [("customer", "ILLEGAL_TRANSITION")]


async def test_what_the_requester_may_not_see_is_not_there(desk: Desk, owners: ReferenceOwners) -> None:
    customer = await desk.create()
    asked = {"customer": customer.name, "level": "A", "reason": "年度评级"}
    assert await faults(owners, LEVEL, asked, STRANGER) == [("customer", "NOT_FOUND")]
    for name in ("customers/C999999", "customers/x", "customers/C000001/licences/1"):
        ((field, rule),) = await faults(owners, LEVEL, {**asked, "customer": name})
        assert (field, rule in ("NOT_FOUND", "NAME_MALFORMED")) == ("customer", True)


async def test_only_a_lost_customer_is_won_back(desk: Desk, owners: ReferenceOwners) -> None:
    customer = await desk.create()
    asked = {"customer": customer.name, "reason": "重新合作"}
    assert await faults(owners, WIN_BACK, asked) == [("customer", "ILLEGAL_TRANSITION")]
    await desk.act(verbs.mark_lost, customer, "竞品")
    assert await faults(owners, WIN_BACK, asked) == []


async def test_an_agreement_ends_after_it_begins(desk: Desk, owners: ReferenceOwners) -> None:
    customer = await desk.create()
    asked = {
        "customer": customer.name,
        "title": "年度购销协议",
        "valid_from": "2027-01-01",
        "valid_to": "2027-12-31",
    }
    assert await faults(owners, AGREEMENT, asked) == []
    ends_first = {**asked, "valid_to": "2026-12-31"}
    assert await faults(owners, AGREEMENT, ends_first) == [("valid_to", "AGREEMENT_ENDS_BEFORE_IT_BEGINS")]


async def test_a_customer_that_has_become_part_of_another_is_named_nowhere(
    desk: Desk, owners: ReferenceOwners
) -> None:
    gone = await desk.create()
    into = await desk.create(a_file("信阳仁和堂"))
    await desk.merge(into, gone)
    for process in (LEVEL, "a-process-of-which-nothing-is-known-here"):
        assert await faults(owners, process, {"customer": gone.name}) == [("customer", "CUSTOMER_MERGED")]
