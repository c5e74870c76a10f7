"""Documents that name what another service owns: it is asked when they are submitted, and what it says is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kernel.errors import Unavailable, Violation
from kernel.text import Text
from services.approval.domain.forms.filling_in import Reference
from tests.builders.approval_desk import Desk
from tests.builders.approval_house import House, Referred
from tests.builders.documents import creating, publish, submit
from tests.builders.forms import with_fields
from tests.builders.refusals import refused
from zhupi.approval.v1.document_pb2 import Document, ListDocumentsRequest

CUSTOMER: dict[str, Any] = {"type": "string", "maxLength": 50, "x-reference": "customers"}
NAMED = {"purpose": "找回", "customer": "customers/C000001"}
POLICY = """
process: small
title: {zh: 小流程, en: Small}
stages:
  only:
    title: {zh: 审批, en: Approval}
    steps:
      - {key: manager, title: {zh: 直属上级, en: Line manager}, approvers: [{manager: 1}]}
"""


@pytest.fixture
async def desk(house: House) -> Desk:
    """Where a process is published whose documents may name a customer."""
    schema = with_fields(customer=CUSTOMER) | {"x-process": "small"}
    await publish(house, json.dumps(schema), POLICY)
    return await house.desk("wangfang")


async def draft(desk: Desk, values: dict[str, Any]) -> Document:
    return await desk.documents.CreateDocument(creating(values, "small"))


def owner(house: House) -> Referred:
    assert isinstance(house.parts.references, Referred)
    return house.parts.references


async def test_the_owner_is_asked_when_a_document_is_submitted_and_not_before(
    house: House, desk: Desk
) -> None:
    document = await draft(desk, NAMED)
    assert owner(house).asked == []
    submitted = await submit(desk, document)
    assert submitted.state == Document.STATE_IN_APPROVAL
    named = (Reference("customer", "customers", "customers/C000001"),)
    assert owner(house).asked == [("small", named)]


async def test_what_is_named_stands_in_the_title_by_its_name_once_it_is_submitted(
    house: House, desk: Desk
) -> None:
    owner(house).called = ("和平药店", "仁和堂", "康源医药")
    document = await draft(desk, NAMED)
    assert document.title == "找回"
    submitted = await submit(desk, document)
    assert submitted.title == "和平药店、仁和堂 +1：找回"
    found = await desk.documents.ListDocuments(ListDocumentsRequest(query="仁和堂"))
    assert [one.name for one in found.documents] == [document.name]


async def test_what_names_nothing_asks_nobody(house: House, desk: Desk) -> None:
    await submit(desk, await draft(desk, {"purpose": "找回"}))
    assert owner(house).asked == []


async def test_what_the_owner_finds_wrong_is_told_at_its_field_and_changes_nothing(
    house: House, desk: Desk
) -> None:
    document = await draft(desk, NAMED)
    owner(house).faults = (Violation("customer", "ILLEGAL_TRANSITION", Text("未流失", "not lost")),)
    before = await house.dump()
    with refused("VALUES_NOT_VALID") as refusal:
        await submit(desk, document)
    (violation,) = refusal.value.violations
    assert (violation.field, violation.rule, violation.text.zh) == (
        "values.customer",
        "ILLEGAL_TRANSITION",
        "未流失",
    )
    assert await house.dump() == before


async def test_while_the_owner_is_away_nothing_is_submitted(house: House, desk: Desk) -> None:
    document = await draft(desk, NAMED)
    owner(house).refusal = Unavailable(what="customer")
    with refused("UNAVAILABLE"):
        await submit(desk, document)
    owner(house).refusal = None
    assert (await submit(desk, document)).state == Document.STATE_IN_APPROVAL


async def test_a_form_that_refers_to_what_nobody_owns_is_not_published(house: House) -> None:
    schema = with_fields(ship={**CUSTOMER, "x-reference": "ships"}) | {"x-process": "small"}
    with refused("PROCESS_NOT_VALID") as refusal:
        await publish(house, json.dumps(schema), POLICY)
    assert [(one.field, one.rule) for one in refusal.value.violations] == [
        ("form.properties.ship.x-reference", "UNKNOWN_COLLECTION")
    ]
