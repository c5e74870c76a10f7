"""Onboardings: asked for, held against the rules, frozen, moved by their case, formal in the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chassis.cases.attachments import AttachmentNotOfDocument
from chassis.postgres.tables import timeline
from chassis.security.authorisation import NotPermitted
from chassis.timeline.store import verify
from kernel.decided import DocumentChanged, DocumentHasCase, EditedSince
from kernel.errors import EtagMismatch, FailedPrecondition, IllegalTransition, NotFound, NotYours, Refusal
from kernel.money import Money
from services.customer.domain.duplicates import PossibleDuplicates
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.licence_rules import LicenceExpired, LicenceMissing, LicenceOfWrongKind
from services.customer.domain.life import CustomerState
from services.customer.domain.onboarding import Terms
from services.customer.domain.onboarding_life import (
    AlreadyFormal,
    CreditNegative,
    CreditWithoutTerms,
    NotDirect,
    OnboardingOpen,
    OnboardingState,
)
from services.customer.use_cases import onboarding_case, verbs
from tests.builders.customer_desk import BOSS, KEEPER, STRANGER, WORKER, ZHANGWEI, Desk
from tests.builders.customers import a_file
from tests.builders.onboarding_desk import (
    CREDIT,
    decide,
    delete,
    draft,
    edit,
    licensed,
    look,
    register,
    reopen,
    say,
    stored,
    submit,
)
from zhupi.approval.v1.events_pb2 import CaseFact, CaseRequested


class NobodyToApprove(FailedPrecondition):
    zh = "没有可以审批的人"
    en = "Nobody could decide it"


async def test_a_customer_becomes_formal_by_its_onboarding_and_the_erp_s_code(desk: Desk) -> None:
    customer = await licensed(desk)
    onboarding = await submit(desk, await draft(desk, customer))
    assert (onboarding.number, onboarding.version) == ("ON-2026-000001", 1)
    await decide(desk, onboarding)
    formal = await register(desk, onboarding)
    assert (formal.state, formal.erp_code, formal.case_open) == (OnboardingState.FORMAL, "K-000001", False)
    customer = await desk.customer(customer.number)
    assert (customer.state, customer.erp_code) == (CustomerState.FORMAL, "K-000001")
    assert await desk.kinds(onboarding.name) == [
        "OnboardingCreated",
        "OnboardingSubmitted",
        "OnboardingApproved",
        "CustomerRegistered",
    ]
    assert await desk.messages(customer.name) == ["CustomerCreated", "CustomerBecameFormal"]
    assert (await verify(desk.database)).breaks == []


async def test_the_case_is_asked_for_with_what_the_route_depends_on(desk: Desk) -> None:
    onboarding = await submit(desk)
    assert await desk.messages(onboarding.name) == ["CaseRequested"]
    requested = CaseRequested.FromString(await desk.body(onboarding.name))
    assert (requested.process, requested.document) == ("customer-onboarding", onboarding.name)
    assert (requested.title, requested.requester) == ("河南康源医药有限公司", "people/lihua")
    assert requested.facts["credit_limit"].money.units == requested.amount.units == 500_000
    assert requested.policy == "policies/customer-onboarding/versions/1"
    assert requested.snapshot["frozen"]["licences"][0]["type"] == "business"


async def test_without_credit_the_route_is_told_of_none(desk: Desk) -> None:
    onboarding = await submit(desk, await draft(desk, terms=Terms()))
    requested = CaseRequested.FromString(await desk.body(onboarding.name))
    assert requested.facts["credit_limit"].money.units == 0
    assert not requested.HasField("amount")


async def test_what_was_submitted_is_frozen_and_what_changed_since_is_shown(desk: Desk) -> None:
    customer = await licensed(desk)
    onboarding = await submit(desk, await draft(desk, customer))
    assert (await look(desk, onboarding)).since == ()
    address = replace(customer.file.address, street="花园路 2 号")
    await desk.edit(customer, replace(customer.file, address=address))
    looked = await look(desk, onboarding)
    (since,) = looked.since
    assert (since.field, since.then, since.now) == (
        "customer.file.address.street",
        "花园路 1 号",
        "花园路 2 号",
    )
    assert looked.onboarding.frozen == onboarding.frozen


async def test_phone_numbers_are_frozen_masked(desk: Desk) -> None:
    customer = await licensed(desk, customer=await desk.create(a_file(phone="13812345678")))
    onboarding = await submit(desk, await draft(desk, customer))
    assert onboarding.frozen is not None
    assert "13812345678" not in str(onboarding.frozen.said)


async def test_what_was_returned_is_submitted_again_and_told_to_the_same_case(desk: Desk) -> None:
    onboarding = await submit(desk)
    returned = await say(desk, onboarding_case.return_onboarding, onboarding, "缺仓库照片", "return/1")
    assert (returned.state, returned.reason) == (OnboardingState.DRAFT, "缺仓库照片")
    with pytest.raises(DocumentHasCase):
        await delete(desk, returned)
    again = await submit(desk, await edit(desk, returned, Terms(note="补充")))
    assert (again.version, again.reason) == (2, "")
    news = CaseFact.FromString(await desk.body(onboarding.name))
    assert (news.name, news.document_version, news.facts["credit_limit"].money.units) == ("resubmitted", 2, 0)


async def test_what_the_erp_refuses_is_a_draft_again_and_says_why(desk: Desk) -> None:
    onboarding = await submit(desk)
    await decide(desk, onboarding)
    refused = await say(desk, onboarding_case.refuse_registration, onboarding, "税号有误", "refuse/1")
    assert (refused.state, refused.reason, refused.case_open) == (OnboardingState.DRAFT, "税号有误", True)
    assert (await desk.kinds(onboarding.name))[-1] == "RegistrationRefused"


async def test_a_verb_is_done_once_for_its_effect_however_often_it_is_asked_for(desk: Desk) -> None:
    onboarding = await submit(desk)
    for _ in range(2):
        await decide(desk, onboarding, "approve/1")
    for _ in range(2):
        await register(desk, onboarding)
    assert len(await desk.kinds(onboarding.name)) == 4
    with pytest.raises(IllegalTransition):
        await register(desk, onboarding, "K-000002")


async def test_an_older_version_is_not_decided(desk: Desk) -> None:
    onboarding = await submit(desk)
    with pytest.raises(DocumentChanged) as caught:
        await decide(desk, replace(onboarding, version=7))
    assert caught.value.values["current"] == 1


async def test_rejected_and_withdrawn_ones_leave_the_customer_free_for_another(desk: Desk) -> None:
    customer = await licensed(desk)
    first = await submit(desk, await draft(desk, customer))
    with pytest.raises(OnboardingOpen) as caught:
        await draft(desk, customer)
    assert caught.value.values["onboarding"] == first.name
    rejected = await say(desk, onboarding_case.reject_onboarding, first, "资质不符", "reject/1")
    assert (rejected.state, rejected.case_open) == (OnboardingState.REJECTED, False)
    second = await submit(desk, await draft(desk, customer))
    with pytest.raises(OnboardingOpen):
        await reopen(desk, first)
    await say(desk, onboarding_case.withdraw_onboarding, second, "", "withdraw/1")
    assert (await reopen(desk, first)).state is OnboardingState.IN_APPROVAL


async def test_two_drafts_of_a_customer_are_not_both_submitted(desk: Desk) -> None:
    customer = await licensed(desk)
    drafts = [await draft(desk, customer), await draft(desk, customer, by=BOSS)]
    submitting = (submit(desk, drafts[0]), submit(desk, drafts[1], by=BOSS))
    done = await asyncio.gather(*submitting, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Onboarding", "OnboardingOpen"]


async def test_an_edited_draft_is_not_reopened(desk: Desk) -> None:
    onboarding = await submit(desk)
    withdrawn = await say(desk, onboarding_case.withdraw_onboarding, onboarding, "", "withdraw/1")
    await edit(desk, withdrawn, Terms())
    with pytest.raises(EditedSince):
        await reopen(desk, onboarding)


async def test_who_cannot_become_formal_is_not_asked_for(desk: Desk) -> None:
    indirect = await desk.create(a_file("和平药店", trade=Trade.INDIRECT))
    with pytest.raises(NotDirect):
        await draft(desk, indirect)
    onboarding = await submit(desk)
    await decide(desk, onboarding)
    await register(desk, onboarding)
    with pytest.raises(AlreadyFormal) as caught:
        await draft(desk, await desk.customer(onboarding.customer))
    assert caught.value.values["erp_code"] == "K-000001"


async def test_whoever_buys_from_another_is_the_group_s_own_once_it_is_formal(desk: Desk) -> None:
    above = await desk.create(a_file("郑州华康医药有限公司"))
    file = a_file("和平大药房", kind=Kind.PHARMACY, trade=Trade.INDIRECT)
    customer = await licensed(desk, customer=await desk.create(file, upstream=above.number))
    onboarding = await submit(desk, await draft(desk, customer, Terms(becomes_direct=True)))
    assert desk.planner.asked[-1].facts["becomes_direct"].flag
    await decide(desk, onboarding)
    assert (await desk.customer(customer.number)).upstream == above.number
    await register(desk, onboarding)
    formal = await desk.customer(customer.number)
    assert (formal.state, formal.file.trade, formal.upstream) == (CustomerState.FORMAL, Trade.DIRECT, "")
    assert (await desk.messages(customer.name))[-2:] == ["CustomerBecameFormal", "CustomerChanged"]
    rows = await desk.rows(timeline, timeline.c.sequence)
    (said,) = [row.details for row in rows if row.kind == "CustomerBecameFormal"]
    assert (said["was_indirect"], said["upstream_before"]) == (True, above.number)


@pytest.mark.parametrize("verb", [verbs.mark_lost, verbs.close_down])
async def test_a_customer_that_people_or_the_erp_are_asked_about_does_not_go(desk: Desk, verb: Any) -> None:
    async def stays() -> None:
        before = await desk.everything()
        with pytest.raises(OnboardingOpen) as caught:
            await desk.act(verb, await desk.customer(onboarding.customer), "竞品")
        assert caught.value.values["onboarding"] == onboarding.name
        assert await desk.everything() == before

    onboarding = await submit(desk)
    await stays()
    onboarding = await say(desk, onboarding_case.return_onboarding, onboarding, "补证照", "return/1")
    await stays()
    onboarding = await submit(desk, onboarding)
    onboarding = await decide(desk, onboarding)
    await stays()
    onboarding = await say(desk, onboarding_case.refuse_registration, onboarding, "重复", "refuse/1")
    await say(desk, onboarding_case.withdraw_onboarding, onboarding, "不再合作", "withdraw/1")
    gone = await desk.act(verb, await desk.customer(onboarding.customer), "竞品")
    assert gone.state in (CustomerState.LOST, CustomerState.CLOSED)


@pytest.mark.parametrize("amount", [-1, 0])
async def test_a_limit_of_nothing_is_none(desk: Desk, amount: int) -> None:
    with pytest.raises(CreditNegative) as caught:
        await draft(desk, terms=Terms(Money.of(amount), 30))
    assert caught.value.violations[0].field == "terms.credit_limit"


async def refused_to_submit(
    desk: Desk, refusal: type[Refusal], customer: object = None, **said: object
) -> Refusal:
    onboarding = await draft(desk, customer, **said)  # type: ignore[arg-type]  # of the builder
    before = await desk.everything()
    with pytest.raises(refusal) as caught:
        await submit(desk, onboarding)
    assert await desk.everything() == before
    return caught.value


async def test_credit_needs_a_time_to_pay(desk: Desk) -> None:
    await refused_to_submit(desk, CreditWithoutTerms, terms=Terms(Money.of(1000)))


async def test_each_kind_needs_its_licences(desk: Desk) -> None:
    bare = await desk.create(a_file())
    said = await refused_to_submit(desk, LicenceMissing, bare)
    assert said.values["type"] == "business"
    hospital = await desk.create(a_file("郑州市人民医院", kind=Kind.HOSPITAL))
    wrong = await licensed(desk, "business", customer=hospital)
    said = await refused_to_submit(desk, LicenceOfWrongKind, wrong)
    assert (said.values["type"], said.values["needed"]) == ("business", "medical-institution")
    late = await desk.create(a_file("许昌医药", credit_code=""))
    expired = await licensed(desk, *("business", "medicine-trade"), customer=late, expiry=date(2026, 11, 21))
    said = await refused_to_submit(desk, LicenceExpired, expired)
    assert said.values["licence"] == f"{late.name}/licences/1"


async def test_a_licence_holds_on_its_last_day_and_without_end(desk: Desk) -> None:
    assert await submit(desk, await draft(desk, await licensed(desk, expiry=date(2026, 11, 22))))
    endless = await desk.create(a_file("洛阳医药"))
    assert await submit(desk, await draft(desk, await licensed(desk, customer=endless, expiry=None)))


async def test_lookalikes_are_named_before_it_is_submitted(desk: Desk) -> None:
    customer = await licensed(desk)
    twin = await desk.create(a_file(), despite=frozenset({customer.number}))
    said = await refused_to_submit(desk, PossibleDuplicates, customer)
    assert said.values["customers"] == twin.name
    assert await submit(desk, await draft(desk, customer, replace(CREDIT, despite=(twin.number,))))


async def test_a_route_without_people_refuses_the_submission(desk: Desk) -> None:
    desk.planner.refusal = NobodyToApprove()
    await refused_to_submit(desk, NobodyToApprove)


async def test_files_belong_to_the_onboarding(desk: Desk) -> None:
    onboarding = await draft(desk)
    with pytest.raises(AttachmentNotOfDocument):
        await edit(desk, onboarding, Terms(attachments=("attachments/elsewhere",)))
    desk.files.by_document[onboarding.name] = frozenset({"attachments/1"})
    edited = await edit(desk, onboarding, Terms(attachments=("attachments/1",)))
    assert edited.terms.attachments == ("attachments/1",)
    customer = await desk.customer(onboarding.customer)
    with pytest.raises(AttachmentNotOfDocument):
        await draft(desk, customer, Terms(attachments=("attachments/1",)))


async def test_only_who_owns_a_customer_asks_and_only_who_asked_submits(desk: Desk) -> None:
    customer = await licensed(desk)
    with pytest.raises(NotFound):
        await draft(desk, customer, by=STRANGER)
    onboarding = await draft(desk, customer, by=BOSS)
    with pytest.raises(NotFound):
        await submit(desk, onboarding)
    with pytest.raises(NotYours):
        await submit(desk, onboarding, by=KEEPER)
    with pytest.raises(EtagMismatch):
        await submit(desk, replace(onboarding, revision=9), by=BOSS)
    for actor in (BOSS, KEEPER, replace(WORKER, service="expense")):
        with pytest.raises(NotPermitted):
            await desk.do(
                onboarding_case.approve_onboarding,
                onboarding_case.Decided(onboarding.number, 1, "approve/1"),
                actor,
            )


async def test_an_onboarding_is_seen_by_who_asked_and_once_submitted_by_who_is_responsible(
    desk: Desk,
) -> None:
    onboarding = await draft(desk)
    for hidden in (BOSS, ZHANGWEI, STRANGER):
        with pytest.raises(NotFound):
            await look(desk, onboarding, hidden)
    assert await look(desk, onboarding, KEEPER)
    await submit(desk, onboarding)
    assert await look(desk, onboarding, BOSS)
    with pytest.raises(NotFound):
        await look(desk, onboarding, ZHANGWEI)


async def test_a_deleted_draft_is_kept(desk: Desk) -> None:
    onboarding = await draft(desk)
    await delete(desk, onboarding)
    assert (await stored(desk, onboarding)).state is OnboardingState.DELETED
