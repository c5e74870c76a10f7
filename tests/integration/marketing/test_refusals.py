"""What is refused, by which name, and that nothing has changed by it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chassis.cases.attachments import AttachmentNotOfDocument
from kernel.errors import EtagMismatch, FailedPrecondition, NotFound, NotYours, Refusal
from services.marketing.domain.closure import (
    Closure,
    ClosureBeforeStart,
    EvidenceMissing,
    EvidenceNotOfActivity,
)
from services.marketing.domain.configuration import EvidenceKind
from services.marketing.domain.life import ActivityState
from services.marketing.domain.overlap import (
    ClosuresOverdue,
    CustomerClosed,
    NotYourCustomer,
    OverlappingActivity,
    UnknownCustomer,
    UnknownOrganisation,
)
from services.marketing.use_cases import activity_case
from services.marketing.use_cases.requests import NotYourOrganisation
from tests.builders.activities import a_closure, a_line, terms
from tests.builders.marketing_desk import BOSS, STRANGER, ZHANGWEI, Desk


class NobodyToApprove(FailedPrecondition):
    zh = "没有可以审批的人"
    en = "Nobody could decide it"


async def test_customers_have_to_be_there_from_the_draft_on(desk: Desk) -> None:
    with pytest.raises(UnknownCustomer) as caught:
        await desk.draft(terms(customers=("C000001", "C999999")))
    assert caught.value.violations[0].field == "terms.customers[1]"


@pytest.mark.parametrize("state", ["CLOSED", "LOST", "STOPPED"])
async def test_nobody_goes_to_a_customer_that_does_not_trade_any_more(desk: Desk, state: str) -> None:
    draft = await desk.draft()
    desk.shops.become("C000001", state=f"CUSTOMER_STATE_{state}")
    before = await desk.everything()
    with pytest.raises(CustomerClosed) as caught:
        await desk.submit(draft)
    assert (caught.value.values["customer"], caught.value.values["state"]) == ("customers/C000001", state)
    assert await desk.everything() == before


async def test_nobody_goes_to_a_customer_that_became_part_of_another(desk: Desk) -> None:
    draft = await desk.draft()
    desk.shops.become("C000001", merged_into="C000002")
    with pytest.raises(CustomerClosed):
        await desk.submit(draft)


async def test_nobody_goes_to_customers_of_others_but_whoever_is_responsible_for_them(desk: Desk) -> None:
    with pytest.raises(NotYourCustomer):
        await desk.submit(await desk.draft(terms(customers=("C000009",))))
    assert (await desk.submit(await desk.draft(by=BOSS), by=BOSS)).version == 1


async def test_two_of_a_class_are_not_at_one_customer_in_the_same_days(desk: Desk) -> None:
    first = await desk.submit()
    other = await desk.draft(terms(customers=("C000002", "C000001"), start_date=date(2026, 3, 10)))
    with pytest.raises(OverlappingActivity) as caught:
        await desk.submit(other)
    assert caught.value.values["activity"] == first.name
    assert caught.value.values["customer"] == "customers/C000001"
    later = terms(start_date=date(2026, 3, 11), end_date=date(2026, 3, 12))
    assert (await desk.submit(await desk.draft(later))).version == 1
    of_another = terms(activity_class="patient-education")
    assert (await desk.submit(await desk.draft(of_another))).version == 1


async def test_of_two_that_are_submitted_at_once_one_is_refused(desk: Desk) -> None:
    drafts = [await desk.draft() for _ in range(4)]
    done = await asyncio.gather(*map(desk.submit, drafts), return_exceptions=True)
    assert sum(isinstance(one, OverlappingActivity) for one in done) == 3


async def test_what_was_rejected_or_cancelled_is_in_nobody_s_way(desk: Desk) -> None:
    await desk.say(activity_case.reject_activity, await desk.submit(), "不办")
    await desk.cancel(await desk.approved())
    assert (await desk.submit()).version == 1


async def test_who_leaves_closures_undone_asks_for_nothing_new(desk: Desk) -> None:
    over = await desk.over()
    later = terms(start_date=date(2026, 6, 1), end_date=date(2026, 6, 2))
    draft = await desk.draft(later)
    assert over.overdue_date == date(2026, 4, 7)
    desk.clock.advance(timedelta(days=35))
    assert (await desk.submit(await desk.draft(replace(later, customers=("C000002",))))).version == 1
    desk.clock.advance(timedelta(days=1))
    with pytest.raises(ClosuresOverdue) as caught:
        await desk.submit(draft)
    assert caught.value.values["activities"] == over.name
    written = await desk.write_closure(over, a_closure(evidence=await desk.evidence(over, *KINDS)))
    await desk.submit_closure(written)
    assert (await desk.submit(draft)).version == 1


KINDS = (EvidenceKind.PHOTO, EvidenceKind.PHOTO, EvidenceKind.SIGN_IN_SHEET)


async def test_a_closure_needs_the_evidence_of_its_class_and_its_own(desk: Desk) -> None:
    over = await desk.over()
    other = await desk.over(terms(customers=("C000002",)))
    foreign = await desk.evidence(other, EvidenceKind.PHOTO)
    with pytest.raises(EvidenceNotOfActivity):
        await desk.write_closure(over, a_closure(evidence=foreign))
    photo = await desk.evidence(over, EvidenceKind.PHOTO)
    written = await desk.write_closure(over, a_closure(evidence=photo))
    with pytest.raises(EvidenceMissing) as caught:
        await desk.submit_closure(written)
    assert caught.value.values["missing"] == "PHOTO 1/2, SIGN_IN_SHEET 0/1"


async def test_nothing_is_closed_before_it_began(desk: Desk) -> None:
    approved = await desk.approved()
    with pytest.raises(ClosureBeforeStart):
        await desk.write_closure(approved, Closure())


async def test_nobody_to_approve_refuses_the_submission(desk: Desk) -> None:
    draft = await desk.draft()
    desk.planner.refusal = NobodyToApprove()
    before = await desk.everything()
    with pytest.raises(NobodyToApprove):
        await desk.submit(draft)
    assert await desk.everything() == before


async def test_an_organisation_is_one_s_own_or_one_that_one_is_responsible_for(desk: Desk) -> None:
    with pytest.raises(UnknownOrganisation):
        await desk.draft(organisation="atlantis")
    with pytest.raises(NotYourOrganisation):
        await desk.draft(organisation="hebei")


async def test_a_draft_is_its_requester_s_alone(desk: Desk) -> None:
    draft = await desk.draft()
    for other in (BOSS, STRANGER, ZHANGWEI):
        with pytest.raises(NotFound):
            await desk.edit(draft, terms(), other)
    submitted = await desk.submit(draft)
    with pytest.raises(NotYours):
        await desk.edit(submitted, terms(), BOSS)


async def test_what_has_changed_since_it_was_read_is_not_written_over(desk: Desk) -> None:
    draft = await desk.draft()
    await desk.edit(draft, terms(title="改名"))
    with pytest.raises(EtagMismatch):
        await desk.edit(draft, terms(title="再改"))


async def test_an_activity_is_proved_by_its_own_files(desk: Desk) -> None:
    draft = await desk.draft()
    with pytest.raises(AttachmentNotOfDocument):
        await desk.edit(draft, draft.terms, attachments=("attachments/1",))
    desk.files.by_document[draft.name] = frozenset({"attachments/1"})
    edited = await desk.edit(draft, draft.terms, attachments=("attachments/1",))
    assert edited.attachments == ("attachments/1",)


async def test_a_copy_moves_to_another_day_and_takes_no_files_along(desk: Desk) -> None:
    draft = await desk.draft()
    copy = await desk.copy(draft, date(2026, 4, 13))
    assert (copy.terms.start_date, copy.terms.end_date) == (date(2026, 4, 13), date(2026, 4, 14))
    assert {line.month for line in copy.terms.lines} == {"2026-04"}
    assert (await desk.delete(copy)).state is ActivityState.DELETED


async def test_a_refused_verb_leaves_everything_as_it_was(desk: Desk) -> None:
    draft = await desk.draft(terms(lines=(a_line(),)))
    before = await desk.everything()
    for verb in (desk.cancel, desk.end_early, desk.submit_closure, desk.decide, desk.settle, desk.close):
        with pytest.raises(Refusal):
            await verb(draft)
    assert await desk.everything() == before
