"""Whichever way a claim goes, budget, invoices, timeline and messages go with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict

from chassis.postgres.tables import outbox
from kernel.decided import DocumentChanged, EditedSince
from kernel.errors import IllegalTransition, Refusal
from services.expense.domain.budget import OverBudget
from services.expense.domain.invoice import InvoiceUsed
from services.expense.domain.life import ClaimHasOpenCase, ClaimState
from services.expense.domain.months import Month, MonthClosed
from services.expense.use_cases import case_verbs, drafts, months
from tests.builders.expense import a_key, a_line, an_invoice, yuan
from tests.builders.expense_desk import FINANCE, LIHUA, ZHANGWEI, Desk
from zhupi.approval.v1.events_pb2 import CaseFact, CaseRequested
from zhupi.expense.v1.events_pb2 import ClaimPaid


async def test_a_claim_from_draft_to_payment(desk: Desk) -> None:
    claim = await desk.create(a_line("100"), a_line("50.50"))
    assert await desk.columns() == ("0.00", "0.00", "0.00", "10000.00")

    claim = await desk.submit(claim)
    assert await desk.columns() == ("150.50", "0.00", "0.00", "9849.50")

    claim = await desk.approve(claim)
    assert await desk.columns() == ("150.50", "0.00", "0.00", "9849.50")

    claim = await desk.pass_finance(claim)
    assert await desk.columns() == ("0.00", "150.50", "0.00", "9849.50")

    claim = await desk.pay(claim)
    assert await desk.columns() == ("0.00", "0.00", "150.50", "9849.50")

    assert claim == await desk.claim(claim.number)
    assert (claim.state, claim.payment) == (ClaimState.PAID, "PAY-2026-000001")
    kinds = ["ClaimCreated", "ClaimSubmitted", "ClaimApproved", "ClaimPassed", "ClaimPaid"]
    assert await desk.kinds(claim.name) == kinds
    assert await desk.messages(claim.name) == ["ClaimSubmitted", "CaseRequested", "ClaimPaid"]


async def test_the_case_is_asked_for_with_all_that_approval_needs(desk: Desk) -> None:
    claim = await desk.submitted(a_line("100", invoice=an_invoice()))
    (row,) = [row for row in await desk.rows(outbox) if row.subject.endswith("CaseRequested")]
    asked = CaseRequested.FromString(row.body)
    assert (asked.process, asked.document, asked.number) == ("expense-claim", claim.name, claim.number)
    assert (asked.document_version, asked.requester) == (1, "people/lihua")
    assert (asked.organisation, asked.policy) == ("organisations/henan", "policies/expense-claim/versions/1")
    assert asked.amount.units == 100
    assert asked.facts["amount"].money.units == 100
    assert list(asked.facts["expense_types"].texts.values) == ["travel"]
    assert asked.facts["claimant"].person == "people/lihua"
    assert asked.facts["grade"].text == "S1"
    snapshot = MessageToDict(asked.snapshot)
    assert snapshot["state"] == "STATE_IN_APPROVAL"
    assert snapshot["lines"][0]["invoice"]["seller"] == "郑州大酒店"


async def test_a_returned_claim_gives_the_budget_back_keeps_its_invoices_and_goes_on_in_its_case(
    desk: Desk,
) -> None:
    invoice = an_invoice()
    claim = await desk.submitted(a_line("100", invoice=invoice))
    claim = await desk.refuse(case_verbs.return_claim, claim, "请补充行程单")
    assert (claim.state, claim.reason, claim.case_open) == (ClaimState.DRAFT, "请补充行程单", True)
    assert await desk.columns() == ("0.00", "0.00", "0.00", "10000.00")
    with pytest.raises(InvoiceUsed):
        await desk.submitted(a_line("100", invoice=invoice), by=ZHANGWEI)

    claim = await desk.submit(await desk.edit(claim, *claim.lines, a_line("20")))
    assert (claim.version, claim.reason) == (2, "")
    assert await desk.columns() == ("120.00", "0.00", "0.00", "9880.00")
    assert await desk.messages(claim.name) == [
        "ClaimSubmitted",
        "CaseRequested",
        "ClaimSubmitted",
        "CaseFact",
    ]
    (row,) = [row for row in await desk.rows(outbox) if row.subject.endswith("CaseFact")]
    fact = CaseFact.FromString(row.body)
    assert (fact.name, fact.fact_id, fact.document_version) == ("resubmitted", "resubmitted/2", 2)
    assert fact.facts["amount"].money.units == 120
    assert fact.policy == "policies/expense-claim/versions/1"


async def test_an_invoice_is_free_once_its_line_is_removed_from_a_returned_claim(desk: Desk) -> None:
    invoice = an_invoice()
    claim = await desk.submitted(a_line("100", invoice=invoice), a_line("5"))
    claim = await desk.refuse(case_verbs.return_claim, claim)
    claim = await desk.edit(claim, claim.lines[1])
    other = await desk.submitted(a_line("100", invoice=invoice), by=ZHANGWEI)
    assert other.state is ClaimState.IN_APPROVAL


async def test_an_invoice_is_free_once_its_line_carries_another_one(desk: Desk) -> None:
    invoice = an_invoice()
    claim = await desk.submitted(a_line("100", invoice=invoice))
    claim = await desk.refuse(case_verbs.return_claim, claim)
    await desk.edit(claim, a_line("100", id="1", invoice=an_invoice()))
    assert await desk.submitted(a_line("100", invoice=invoice), by=ZHANGWEI)


async def test_a_rejected_claim_gives_budget_and_invoices_back(desk: Desk) -> None:
    invoice = an_invoice()
    claim = await desk.submitted(a_line("100", invoice=invoice))
    claim = await desk.refuse(case_verbs.reject_claim, claim)
    assert (claim.state, claim.case_open) == (ClaimState.REJECTED, False)
    assert await desk.columns() == ("0.00", "0.00", "0.00", "10000.00")
    assert (await desk.messages(claim.name))[-1] == "ClaimRejected"
    assert await desk.submitted(a_line("100", invoice=invoice), by=ZHANGWEI)


@pytest.mark.parametrize("ended", [case_verbs.reject_claim, case_verbs.withdraw_claim])
async def test_a_reopened_claim_takes_budget_and_invoices_again(
    desk: Desk, ended: Callable[..., Awaitable[Any]]
) -> None:
    invoice = an_invoice()
    claim = await desk.refuse(ended, await desk.submitted(a_line("100", invoice=invoice)))
    claim = await desk.reopen(claim)
    assert (claim.state, claim.version, claim.case_open) == (ClaimState.IN_APPROVAL, 1, True)
    assert claim.reason == "误拒"
    assert await desk.columns() == ("100.00", "0.00", "0.00", "9900.00")
    assert (await desk.kinds(claim.name))[-1] == "ClaimReopened"
    with pytest.raises(InvoiceUsed):
        await desk.submitted(a_line("100", invoice=invoice), by=ZHANGWEI)
    assert (await desk.approve(claim)).state is ClaimState.IN_FINANCE_REVIEW


async def test_a_claim_is_not_reopened_with_a_budget_an_invoice_or_a_month_that_is_gone(desk: Desk) -> None:
    invoice = an_invoice()
    claim = await desk.submitted(a_line("100", invoice=invoice))
    claim = await desk.refuse(case_verbs.reject_claim, claim)

    async def unchanged(refusal: type[Refusal]) -> None:
        before = await desk.everything()
        with pytest.raises(refusal):
            await desk.reopen(claim)
        assert await desk.everything() == before

    other = await desk.submitted(a_line("9950", invoice=invoice), by=ZHANGWEI)
    await unchanged(InvoiceUsed)
    await desk.refuse(case_verbs.reject_claim, other)
    other = await desk.submitted(a_line("9950"), by=ZHANGWEI)
    await unchanged(OverBudget)
    await desk.refuse(case_verbs.reject_claim, other)
    await desk.do(months.close_month, months.CloseMonth(Month(2026, 11)), FINANCE)
    await unchanged(MonthClosed)


async def test_a_claim_is_reopened_only_as_it_was_decided_on(desk: Desk) -> None:
    claim = await desk.refuse(case_verbs.withdraw_claim, await desk.submitted(a_line("100")))
    edited = await desk.edit(claim, a_line("9000", id="1"))
    with pytest.raises(EditedSince):
        await desk.reopen(edited)
    returned = await desk.refuse(case_verbs.return_claim, await desk.submit(edited))
    with pytest.raises(ClaimHasOpenCase):
        await desk.reopen(returned)
    with pytest.raises(DocumentChanged):
        await desk.reopen(claim)  # the version of before
    paid = await desk.pay(await desk.pass_finance(await desk.approve(await desk.submitted())))
    with pytest.raises(IllegalTransition):
        await desk.reopen(paid)


async def test_a_reopened_claim_keeps_what_finance_had_cut(desk: Desk) -> None:
    claim = await desk.cut(await desk.approve(await desk.submitted(a_line("100"))), "1", "40")
    claim = await desk.reopen(await desk.refuse(case_verbs.reject_claim, claim))
    assert (claim.version, claim.payable) == (2, yuan(60))
    assert await desk.columns() == ("60.00", "0.00", "0.00", "9940.00")


@pytest.mark.parametrize("reached", ["submitted", "approved", "passed", "returned"])
async def test_a_withdrawn_claim_gives_the_budget_back_wherever_it_was(desk: Desk, reached: str) -> None:
    invoice = an_invoice()
    claim = await desk.submitted(a_line("100", invoice=invoice))
    if reached in ("approved", "passed"):
        claim = await desk.approve(claim)
    if reached == "passed":
        claim = await desk.pass_finance(claim)
    if reached == "returned":
        claim = await desk.refuse(case_verbs.return_claim, claim)
    claim = await desk.refuse(case_verbs.withdraw_claim, claim, "")
    assert (claim.state, claim.case_open) == (ClaimState.DRAFT, False)
    assert await desk.columns() == ("0.00", "0.00", "0.00", "10000.00")

    with pytest.raises(InvoiceUsed):  # until the draft lets it go
        await desk.submitted(a_line("100", invoice=invoice), by=ZHANGWEI)
    claim = await desk.submit(claim)
    assert (await desk.messages(claim.name))[-1] == "CaseRequested"  # a case of its own
    claim = await desk.refuse(case_verbs.withdraw_claim, claim, "")
    await desk.delete(claim)
    assert await desk.submitted(a_line("100", invoice=invoice), by=ZHANGWEI)


async def test_a_returned_claim_is_not_deleted_while_its_case_waits_for_it(desk: Desk) -> None:
    claim = await desk.refuse(case_verbs.return_claim, await desk.submitted())
    with pytest.raises(ClaimHasOpenCase):
        await desk.delete(claim)


async def test_a_cut_lowers_the_reservation_and_makes_a_new_version_to_decide_on(desk: Desk) -> None:
    claim = await desk.approve(await desk.submitted(a_line("100"), a_line("50")))
    cut = await desk.cut(claim, "1", "40")
    assert (cut.version, cut.payable, cut.total) == (2, yuan(110), yuan(150))
    assert cut.lines[0].cut is not None
    assert cut.lines[0].cut.by == "wangfang"
    assert await desk.columns() == ("110.00", "0.00", "0.00", "9890.00")
    assert (await desk.messages(claim.name))[-1] == "CaseFact"

    with pytest.raises(DocumentChanged) as caught:
        await desk.pass_finance(claim)  # decided on what it was before
    assert caught.value.values["current"] == 2
    paid = await desk.pay(await desk.pass_finance(cut))
    assert await desk.columns() == ("0.00", "0.00", "110.00", "9890.00")
    (row,) = [row for row in await desk.rows(outbox) if row.subject.endswith("ClaimPaid")]
    assert ClaimPaid.FromString(row.body).paid.units == 110
    assert paid.payable == yuan(110)


async def test_a_cut_cannot_be_taken_back_once_others_have_used_the_money(desk: Desk) -> None:
    claim = await desk.cut(await desk.approve(await desk.submitted(a_line("10000"))), "1", "4000")
    await desk.submitted(a_line("3500"), by=ZHANGWEI)
    with pytest.raises(OverBudget):
        await desk.cut(claim, "1", "0")
    assert (await desk.cut(claim, "1", "3500")).payable == yuan(6500)


async def test_a_refused_payment_reserves_again_and_may_be_passed_again(desk: Desk) -> None:
    claim = await desk.pass_finance(await desk.approve(await desk.submitted(a_line("100"))))
    claim = await desk.refuse(case_verbs.refuse_payment, claim, "账号不存在")
    assert (claim.state, claim.reason) == (ClaimState.IN_FINANCE_REVIEW, "账号不存在")
    assert await desk.columns() == ("100.00", "0.00", "0.00", "9900.00")
    await desk.pay(await desk.pass_finance(claim))
    assert await desk.columns() == ("0.00", "0.00", "100.00", "9900.00")


async def test_a_claim_draws_on_a_budget_for_each_month_and_type(desk: Desk) -> None:
    keys = [a_key(month="2026-10"), a_key(expense_type="meeting")]
    for key in keys:
        await desk.load_budget(500, key)
    october = a_line("30", date=dt.date(2026, 10, 9))
    meeting = a_line("40", expense_type="meeting", invoice=an_invoice())
    claim = await desk.submitted(a_line("20"), october, meeting)
    assert [(await desk.columns(key))[0] for key in (a_key(), *keys)] == ["20.00", "30.00", "40.00"]

    returned = await desk.refuse(case_verbs.return_claim, claim)
    await desk.submit(await desk.edit(returned, returned.lines[1]))
    assert [(await desk.columns(key))[0] for key in (a_key(), *keys)] == ["0.00", "30.00", "0.00"]


@pytest.mark.parametrize(
    "verb", ["approve", "return", "reject", "withdraw", "reopen", "pass", "pay", "refuse"]
)
async def test_a_verb_that_is_repeated_changes_nothing(desk: Desk, verb: str) -> None:
    claim = await desk.submitted(a_line("100"))
    if verb in ("pass", "pay", "refuse"):
        claim = await desk.approve(claim)
    if verb in ("pay", "refuse"):
        claim = await desk.pass_finance(claim)

    if verb == "reopen":
        claim = await desk.refuse(case_verbs.reject_claim, claim)

    async def act() -> object:
        match verb:
            case "reopen":
                return await desk.reopen(claim)
            case "approve":
                return await desk.approve(claim)
            case "pass":
                return await desk.pass_finance(claim)
            case "pay":
                return await desk.pay(claim)
            case "refuse":
                return await desk.refuse(case_verbs.refuse_payment, claim)
        return await desk.refuse(getattr(case_verbs, f"{verb}_claim"), claim)

    first, before = await act(), await desk.everything()
    assert await act() == first
    assert await desk.everything() == before


async def test_a_second_payment_is_not_taken_for_a_repetition(desk: Desk) -> None:
    claim = await desk.pass_finance(await desk.approve(await desk.submitted()))
    await desk.pay(claim, "PAY-2026-000001")
    with pytest.raises(IllegalTransition):
        await desk.pay(claim, "PAY-2026-000002")


async def test_a_copy_is_a_new_draft_without_invoices_and_attachments(desk: Desk) -> None:
    claim = await desk.create(a_line("100", invoice=an_invoice()), a_line("50"))
    desk.files.by_document[claim.name] = frozenset({"attachments/1"})
    claim = await desk.submit(await desk.attach(claim, "attachments/1"))
    copying = partial(drafts.copy_claim, directory=desk.directory)
    copy = await desk.do(copying, drafts.CopyClaim(claim.number), LIHUA)
    assert copy.number != claim.number
    assert [(line.amount, line.invoice) for line in copy.lines] == [(yuan(100), None), (yuan(50), None)]
    assert (copy.state, copy.attachments, copy.version) == (ClaimState.DRAFT, (), 0)
