"""Renewals of licences: asked for, held against the rules, moved by their case; and orders, which go on with the approval."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from chassis.cases.attachments import AttachmentNotOfDocument
from chassis.postgres.paging import PageRequest
from chassis.security.authorisation import NotPermitted
from chassis.timeline.store import verify
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.decided import DocumentChanged, DocumentHasCase, EditedSince
from kernel.errors import EtagMismatch, IllegalTransition, NotFound, NotYours, Refusal
from services.customer.domain.configuration import UnknownLicenceType
from services.customer.domain.customer import Customer
from services.customer.domain.kinds import Kind
from services.customer.domain.licence import ExpiryBeforeStart, LicenceRecorded
from services.customer.domain.licence_rules import LicenceOfWrongKind
from services.customer.domain.licence_watch import Block
from services.customer.domain.life import CustomerMerged
from services.customer.domain.renewal_life import (
    CustomerClosed,
    ExpiredAlready,
    LicenceOfAnotherType,
    LicenceToBeNamed,
    NothingRenewed,
    NotRegistered,
    RenewalOpen,
    RenewalState,
)
from services.customer.use_cases import licences, renewal_case, renewals, verbs
from services.customer.use_cases.decided import become_formal
from services.customer.use_cases.licence_watch import hold_to_licences
from services.customer.use_cases.ports import EVERYTHING, Work
from services.customer.use_cases.request_ports import RequestQuery
from services.customer.use_cases.requests import ListRequests
from tests.builders.customer_desk import BOSS, KEEPER, LIHUA, STRANGER, ZHANGWEI, Desk
from tests.builders.customers import a_file
from tests.builders.renewal_desk import (
    a_new_licence,
    approve,
    delete,
    draft,
    edit,
    hospital,
    in_days,
    licences_of,
    reopen,
    say,
    stored,
    submit,
    watch,
)
from zhupi.approval.v1.events_pb2 import CaseFact, CaseRequested

QUALITY = Actor(person="sunli", roles=frozenset({"quality"}))


async def test_a_renewed_licence_takes_the_place_of_the_old_one_and_orders_go_on(desk: Desk) -> None:
    customer = await hospital(desk, -1)
    await watch(desk)
    assert (await desk.customer(customer.number)).blocked == Block.LICENCE_EXPIRED.value
    renewal = await submit(desk, await draft(desk, customer))
    assert (renewal.number, renewal.version, renewal.previous and renewal.previous.number) == (
        "LR-2026-000001",
        1,
        "OLD1",
    )
    assert await licences_of(desk, customer) == [("1", "OLD1")]
    approved = await approve(desk, renewal)
    assert (approved.state, approved.case_open) == (RenewalState.RENEWED, False)
    assert await licences_of(desk, customer) == [("1", "NEW1")]
    assert (await desk.customer(customer.number)).blocked == ""
    assert (await desk.messages(customer.name))[-2:] == ["CustomerChanged", "OrdersUnblocked"]
    assert (await desk.kinds(customer.name))[-2:] == ["LicenceRenewed", "OrdersUnblocked"]
    assert await desk.kinds(renewal.name) == ["RenewalCreated", "RenewalSubmitted", "RenewalApproved"]
    assert (await verify(desk.database)).breaks == []


async def test_the_request_for_a_case_shows_the_old_licence_beside_the_new_one(desk: Desk) -> None:
    customer = await hospital(desk, 20)
    renewal = await submit(desk, await draft(desk, customer))
    asked = CaseRequested.FromString(await desk.body(renewal.name))
    assert (asked.process, asked.document, asked.title) == (
        "licence-renewal",
        renewal.name,
        "郑州第一人民医院",
    )
    assert asked.snapshot["previous"]["number"] == "OLD1"
    assert asked.snapshot["licence"]["number"] == "NEW1"
    assert asked.facts["licence_type"].text == "medical-institution"


async def block(number: str, *, uow: Work, actor: Actor, clock: Clock) -> Customer:
    customer = await uow.customers.get_for_update(number, EVERYTHING)
    held = await hold_to_licences(customer, (), uow=uow, actor=actor, clock=clock)
    await uow.customers.save(held)
    return held


async def test_orders_stay_blocked_while_another_licence_is_lacking(desk: Desk) -> None:
    customer = await desk.create(a_file("康源大药房", kind=Kind.PHARMACY))
    await desk.decided(become_formal, customer.number, "K-1")
    await desk.decided(block, customer.number)
    renewal = await submit(desk, await draft(desk, customer, id="", type="business"))
    await approve(desk, renewal)
    assert (await desk.customer(customer.number)).blocked == Block.LICENCE_EXPIRED.value
    second = await submit(desk, await draft(desk, customer, id="", type="medicine-trade", number="N2"))
    await approve(desk, second)
    assert (await desk.customer(customer.number)).blocked == ""
    assert await licences_of(desk, customer) == [("1", "NEW1"), ("2", "N2")]


async def test_a_licence_that_begins_later_stands_beside_the_old_one_until_then(desk: Desk) -> None:
    customer = await hospital(desk, 20)
    renewal = await submit(desk, await draft(desk, customer, valid_from=in_days(21)))
    await approve(desk, renewal)
    assert await licences_of(desk, customer) == [("1", "OLD1"), ("2", "NEW1")]
    said = len(await desk.messages(customer.name))
    for days in (0, 20, 21, 22):
        await watch(desk, days)
    assert (await desk.customer(customer.number)).blocked == ""
    assert len(await desk.messages(customer.name)) == said  # nothing is said of a licence that was renewed


async def test_between_an_old_licence_and_one_that_begins_days_later_no_orders_are_taken(desk: Desk) -> None:
    customer = await hospital(desk, 20)
    await approve(desk, await submit(desk, await draft(desk, customer, valid_from=in_days(25))))
    blocked = []
    for days in (20, 21, 24, 25):
        await watch(desk, days)
        blocked.append((await desk.customer(customer.number)).blocked != "")
    assert blocked == [False, True, True, False]


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"expiry": in_days(-1), "valid_from": None}, ExpiredAlready),
        ({"expiry": in_days(5), "valid_from": in_days(6)}, ExpiryBeforeStart),
        ({"type": "nothing-we-know"}, UnknownLicenceType),
        ({"type": "medicine-trade"}, LicenceOfWrongKind),
        ({"type": "gsp"}, LicenceOfAnotherType),
        ({"number": "OLD1", "expiry": in_days(20)}, NothingRenewed),
        ({"number": "OLD2"}, LicenceRecorded),
        ({"id": "9"}, NotFound),
        ({"id": ""}, LicenceToBeNamed),
        ({"scan": "attachments/1"}, AttachmentNotOfDocument),
    ],
)
async def test_what_is_wrong_with_a_new_licence_is_said_from_the_draft_on_and_changes_nothing(
    desk: Desk, said: dict[str, Any], refusal: type[Refusal]
) -> None:
    customer = await hospital(desk, 20, 40)
    before = await desk.everything()
    with pytest.raises(refusal):
        await draft(desk, customer, **said)
    assert await desk.everything() == before
    if "id" not in said:
        renewal = await draft(desk, customer)
        before = await desk.everything()
        with pytest.raises(refusal):
            await edit(desk, renewal, **said)
        assert await desk.everything() == before


async def test_what_nobody_needs_anybody_may_have(desk: Desk) -> None:
    customer = await hospital(desk, 20)
    renewal = await submit(desk, await draft(desk, customer, id="", type="gsp"))
    await approve(desk, renewal)
    assert await licences_of(desk, customer) == [("1", "OLD1"), ("2", "NEW1")]


async def test_licences_of_a_customer_that_is_not_registered_are_its_owners_own_affair(desk: Desk) -> None:
    with pytest.raises(NotRegistered):
        await draft(desk, await desk.create(a_file("郑州中心医院", kind=Kind.HOSPITAL)), id="")


async def test_a_customer_that_has_closed_down_or_was_merged_renews_nothing(desk: Desk) -> None:
    customer = await hospital(desk, 20)
    renewal = await draft(desk, customer)
    await desk.act(verbs.close_down, customer, "拆迁", LIHUA)
    with pytest.raises(CustomerClosed):
        await submit(desk, renewal)
    other = await hospital(desk, 20, name="开封第一人民医院")
    drafted = await draft(desk, other)
    await desk.merge(await hospital(desk, name="洛阳中心医院"), other)
    with pytest.raises(CustomerMerged):
        await submit(desk, drafted)


async def test_a_customer_is_not_merged_while_its_licences_are_asked_about(desk: Desk) -> None:
    other = await hospital(desk, 20)
    renewal = await submit(desk, await draft(desk, other))
    into = await hospital(desk, name="洛阳中心医院")
    before = await desk.everything()
    with pytest.raises(RenewalOpen) as refused:
        await desk.merge(into, other)
    assert refused.value.values["renewal"] == renewal.name
    assert await desk.everything() == before
    await say(desk, renewal_case.reject_renewal, renewal, "reject/1")
    await desk.merge(into, await desk.customer(other.number))


async def test_people_are_asked_about_a_licence_once_at_a_time(desk: Desk) -> None:
    customer = await hospital(desk, 20, 40)
    second = await draft(desk, customer, number="NEW2")
    first = await submit(desk, await draft(desk, customer))
    with pytest.raises(RenewalOpen):
        await submit(desk, second)
    with pytest.raises(RenewalOpen):
        await draft(desk, customer)
    other = await submit(desk, await draft(desk, customer, id="2", number="NEW3"))
    assert (first.state, other.state) == (RenewalState.IN_APPROVAL, RenewalState.IN_APPROVAL)


async def test_of_two_who_submit_at_once_one_is_asked_about(desk: Desk) -> None:
    customer = await hospital(desk, 20)
    drafts = [await draft(desk, customer, number=f"NEW{n}") for n in range(4)]
    ends = await asyncio.gather(*(submit(desk, one) for one in drafts), return_exceptions=True)
    assert sum(isinstance(end, RenewalOpen) for end in ends) == len(drafts) - 1


async def test_quality_does_not_keep_a_licence_that_it_is_asked_about(desk: Desk) -> None:
    customer = await hospital(desk, 20, 40)
    renewal = await submit(desk, await draft(desk, customer))
    keep = partial(licences.keep_licence, directory=desk.directory, attachments=desk.files)
    remove = partial(licences.remove_licence, directory=desk.directory)
    first = a_new_licence(customer, "1", number="OTHER")
    for one in (first, a_new_licence(customer, "")):
        with pytest.raises(RenewalOpen):
            await desk.do(keep, licences.KeepLicence(one, customer.etag), QUALITY)
    with pytest.raises(RenewalOpen):
        await desk.do(remove, licences.RemoveLicence(customer.number, "1", customer.etag), QUALITY)
    await desk.do(
        keep, licences.KeepLicence(a_new_licence(customer, "2", number="X"), customer.etag), QUALITY
    )
    await say(desk, renewal_case.withdraw_renewal, renewal, "withdraw/1")
    customer = await desk.customer(customer.number)
    await desk.do(keep, licences.KeepLicence(first, customer.etag), QUALITY)


async def test_only_who_owns_the_customer_asks_and_only_the_requester_goes_on(desk: Desk) -> None:
    customer = await hospital(desk, 20)
    with pytest.raises(NotFound):
        await draft(desk, customer, STRANGER)
    with pytest.raises(NotYours):
        await draft(desk, customer, QUALITY)
    for owner in (BOSS, KEEPER):
        await draft(desk, customer, owner)
    renewal = await draft(desk, customer)
    with pytest.raises(NotFound):
        await submit(desk, renewal, ZHANGWEI)
    with pytest.raises(NotYours):
        await submit(desk, renewal, KEEPER)
    with pytest.raises(EtagMismatch):
        await submit(desk, replace(renewal, revision=9))
    for by in (LIHUA, KEEPER, Actor(service="expense")):
        with pytest.raises(NotPermitted):
            await approve(desk, renewal, by=by)


async def test_a_returned_renewal_is_edited_and_submitted_again_in_the_same_case(desk: Desk) -> None:
    customer = await hospital(desk, 20)
    renewal = await submit(desk, await draft(desk, customer))
    returned = await say(desk, renewal_case.return_renewal, renewal, "return/1")
    assert (returned.state, returned.reason, returned.case_open) == (RenewalState.DRAFT, "看不清", True)
    with pytest.raises(DocumentHasCase):
        await delete(desk, returned)
    desk.files.by_document[renewal.name] = frozenset({"attachments/1"})
    again = await submit(desk, await edit(desk, returned, scan="attachments/1"))
    assert (again.version, again.reason) == (2, "")
    assert CaseFact.FromString(await desk.body(renewal.name)).name == "resubmitted"
    with pytest.raises(DocumentChanged):
        await approve(desk, replace(again, version=1))
    await approve(desk, again)
    async with desk.uow() as uow:
        (licence,) = await uow.licences.of(customer.number)
    assert licence.scan == "attachments/1"


async def test_what_a_case_has_done_it_has_done_once(desk: Desk) -> None:
    customer = await hospital(desk, 20)
    renewal = await submit(desk, await draft(desk, customer))
    await approve(desk, renewal)
    before = await desk.everything()
    assert (await approve(desk, renewal)).state is RenewalState.RENEWED
    assert await desk.everything() == before
    with pytest.raises(IllegalTransition):
        await approve(desk, renewal, "approve/2")


async def test_a_rejected_renewal_is_decided_anew_as_long_as_it_is_right(desk: Desk) -> None:
    customer = await hospital(desk, 20)
    renewal = await submit(desk, await draft(desk, customer))
    rejected = await say(desk, renewal_case.reject_renewal, renewal, "reject/1", "看不清")
    assert (rejected.state, rejected.case_open) == (RenewalState.REJECTED, False)
    reopened = await reopen(desk, renewal)
    assert (reopened.state, reopened.case_open) == (RenewalState.IN_APPROVAL, True)
    await say(desk, renewal_case.reject_renewal, renewal, "reject/2")
    other = await submit(desk, await draft(desk, customer, number="NEW2"))
    with pytest.raises(RenewalOpen):
        await reopen(desk, renewal, "reopen/2")
    await approve(desk, other)
    await reopen(desk, renewal, "reopen/3")


async def test_a_withdrawn_renewal_that_was_edited_is_not_decided_anew(desk: Desk) -> None:
    renewal = await submit(desk, await draft(desk, await hospital(desk, 20)))
    withdrawn = await say(desk, renewal_case.withdraw_renewal, renewal, "withdraw/1")
    await edit(desk, withdrawn, number="NEW2")
    with pytest.raises(EditedSince):
        await reopen(desk, renewal)


async def test_a_deleted_draft_is_in_no_list_but_its_own(desk: Desk) -> None:
    customer = await hospital(desk, 20)
    kept, gone = await draft(desk, customer), await draft(desk, customer, number="NEW2")
    await delete(desk, gone)
    assert (await stored(desk, gone)).state is RenewalState.DELETED

    async def listed(by: Actor = LIHUA, **asked: Any) -> list[str]:
        page = partial(renewals.ASKING.page, directory=desk.directory)
        found = await desk.do(page, ListRequests(RequestQuery(**asked), PageRequest(50)), by)
        return [one.number for one in found.items]

    assert await listed() == [kept.number]
    assert await listed(state=RenewalState.DELETED) == [gone.number]
    assert await listed(customer=customer.number, words="第一人民") == [kept.number]
    assert await listed(STRANGER) == []
    assert await listed(BOSS) == []  # a draft is its requester's
    await submit(desk, kept)
    assert await listed(BOSS) == [kept.number]
