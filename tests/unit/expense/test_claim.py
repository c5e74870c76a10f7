"""What a claim lets happen to itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from kernel.decided import DocumentChanged
from kernel.errors import EtagMismatch, IllegalTransition, Refusal
from kernel.money import Money
from services.expense.domain.claim import Claim
from services.expense.domain.life import (
    WORDS,
    ClaimHasOpenCase,
    ClaimState,
    ClaimVerb,
    NothingWouldBePaid,
    OwnClaim,
)
from services.expense.domain.limits import InvoiceMissing, OverLimit, UnknownExpenseType
from services.expense.domain.lines import ClaimHasNoLines, CutAboveLine, CutBelowZero, LineTwice, UnknownLine
from tests.builders.expense import (
    NOW,
    a_catalogue,
    a_claim,
    a_cut,
    a_key,
    a_limit,
    a_line,
    an_invoice,
    yuan,
)

LATER = NOW + dt.timedelta(hours=1)


def submitted(claim: Claim | None = None) -> Claim:
    return (claim or a_claim()).submit(a_catalogue(), "S1", at=NOW)


def in_finance_review(claim: Claim | None = None) -> Claim:
    return submitted(claim).approve(at=NOW)


def payable(claim: Claim | None = None) -> Claim:
    return in_finance_review(claim).pass_finance(at=NOW)


def edited(claim: Claim, *lines: object) -> Claim:
    return claim.edit(claim.title, lines, (), at=LATER)  # type: ignore[arg-type]  # lines only, in tests


def test_a_new_claim_numbers_its_lines() -> None:
    assert [line.id for line in a_claim(a_line(), a_line()).lines] == ["1", "2"]


def test_a_removed_line_s_number_is_not_given_again() -> None:
    claim = a_claim(a_line(), a_line())
    claim = edited(claim, claim.lines[0])
    assert [line.id for line in edited(claim, claim.lines[0], a_line()).lines] == ["1", "3"]


def test_a_line_keeps_its_number_wherever_it_stands() -> None:
    first, second = a_claim(a_line("1"), a_line("2")).lines
    turned = edited(a_claim(a_line("1"), a_line("2")), second, first)
    assert [(line.id, line.amount) for line in turned.lines] == [("2", yuan(2)), ("1", yuan(1))]


def test_a_line_of_another_claim_is_not_taken_for_one_of_this() -> None:
    with pytest.raises(UnknownLine) as caught:
        edited(a_claim(), a_line(id="7"))
    assert caught.value.field == "lines[0].id"


def test_a_line_cannot_stand_in_a_claim_twice() -> None:
    (line,) = a_claim().lines
    with pytest.raises(LineTwice):
        edited(a_claim(), line, line)


def test_a_cut_sent_by_the_claimant_is_not_taken_over() -> None:
    assert a_claim(a_line(cut=a_cut())).payable == yuan(100)
    (line,) = a_claim().lines
    assert edited(a_claim(), replace(line, cut=a_cut())).payable == yuan(100)


def test_the_etag_changes_with_every_change() -> None:
    claim = a_claim()
    tags = [claim.etag, edited(claim, *claim.lines).etag]
    tags += [c.etag for c in (submitted(edited(claim, *claim.lines)),)]
    assert len(set(tags)) == 3


def test_a_stale_etag_is_refused_and_the_present_one_named() -> None:
    claim = edited(a_claim(), a_line())
    with pytest.raises(EtagMismatch) as caught:
        claim.expecting("1")
    assert caught.value.values["current"] == "2"


def test_submitting_makes_a_version_to_decide_on() -> None:
    claim = submitted()
    assert (claim.state, claim.version, claim.case_open) == (ClaimState.IN_APPROVAL, 1, True)
    assert claim.submit_time == NOW


def test_a_claim_without_lines_may_be_kept_but_not_submitted() -> None:
    empty = edited(a_claim())
    with pytest.raises(ClaimHasNoLines):
        submitted(empty)


def test_approvals_do_not_change_what_was_decided_on() -> None:
    assert payable().version == submitted().version


def test_deciding_on_an_older_version_is_refused() -> None:
    claim = in_finance_review(a_claim(a_line("100"), a_line("50")))
    cut = claim.cut_line("1", a_cut("40"), at=NOW)
    assert cut.deciding_on(2) is cut
    with pytest.raises(DocumentChanged) as caught:
        cut.deciding_on(1)
    assert caught.value.values["current"] == 2


def test_a_cut_lowers_what_is_paid_and_what_the_budget_must_hold() -> None:
    claim = in_finance_review(a_claim(a_line("100"), a_line("50")))
    cut = claim.cut_line("1", a_cut("40.50"), at=NOW)
    assert (cut.total, cut.payable) == (yuan(150), yuan("109.50"))
    assert cut.budget_needs == {a_key(): yuan("109.50")}


def test_a_second_cut_replaces_the_first_and_a_cut_of_zero_takes_it_back() -> None:
    claim = in_finance_review().cut_line("1", a_cut("40"), at=NOW)
    assert claim.cut_line("1", a_cut("10"), at=NOW).payable == yuan(90)
    assert claim.cut_line("1", a_cut("0"), at=NOW).lines[0].cut is None


@pytest.mark.parametrize(
    ("line", "cut", "refusal"),
    [
        ("1", a_cut("100.01"), CutAboveLine),
        ("1", a_cut("-1"), CutBelowZero),
        ("1", a_cut("100"), NothingWouldBePaid),
        ("9", a_cut("1"), UnknownLine),
        ("1", a_cut("1", by="lihua"), OwnClaim),
    ],
)
def test_a_wrong_cut_is_refused(line: str, cut: object, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        in_finance_review().cut_line(line, cut, at=NOW)  # type: ignore[arg-type]  # a Cut, parametrised


def test_a_resubmission_starts_without_the_former_cuts() -> None:
    cut = in_finance_review(a_claim(a_line("100"), a_line("50"))).cut_line("1", a_cut("40"), at=NOW)
    returned = cut.return_to_claimant("缺少附件", at=LATER)
    assert returned.payable == yuan(110)  # the claimant still sees what finance thought of it
    again = submitted(returned)
    assert (again.payable, again.version, again.reason) == (yuan(150), 3, "")


def test_a_returned_claim_keeps_its_case_and_a_withdrawn_one_does_not() -> None:
    assert submitted().return_to_claimant("改", at=NOW).case_open
    assert not submitted().withdraw("", at=NOW).case_open


def test_a_returned_claim_can_be_withdrawn() -> None:
    claim = submitted().return_to_claimant("改", at=NOW).withdraw("", at=NOW)
    assert (claim.state, claim.case_open) == (ClaimState.DRAFT, False)


def test_a_draft_can_be_deleted_but_not_while_a_case_waits_for_it() -> None:
    assert a_claim().delete(at=NOW).state is ClaimState.DELETED
    with pytest.raises(ClaimHasOpenCase):
        submitted().return_to_claimant("改", at=NOW).delete(at=NOW)


def test_a_refused_payment_goes_back_to_finance() -> None:
    claim = payable().refuse_payment("账号不存在", at=NOW)
    assert (claim.state, claim.reason) == (ClaimState.IN_FINANCE_REVIEW, "账号不存在")


def test_a_paid_claim_moves_no_more() -> None:
    paid = payable().pay("PAY-2026-000001", NOW, at=LATER)
    assert (paid.state, paid.payment, paid.pay_time) == (ClaimState.PAID, "PAY-2026-000001", NOW)
    for verb in (paid.withdraw, paid.reject, paid.return_to_claimant, paid.refuse_payment):
        with pytest.raises(IllegalTransition):
            verb("", at=LATER)


def test_a_line_above_its_limit_is_refused_by_name() -> None:
    catalogue = a_catalogue(a_limit("300", grade="S1", city="郑州"))
    with pytest.raises(OverLimit) as caught:
        a_claim(a_line("10"), a_line("301")).submit(catalogue, "S1", at=NOW)
    assert caught.value.field == "lines[1].amount"
    assert caught.value.values["limit"] == yuan(300)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    lines = (a_line(expense_type="meeting"), a_line(expense_type="rent"), a_line())
    with pytest.raises(InvoiceMissing) as caught:
        submitted(a_claim(*lines))
    assert [(v.field, v.rule) for v in caught.value.violations] == [
        ("lines[0].invoice", "INVOICE_MISSING"),
        ("lines[1].expense_type", "UNKNOWN_EXPENSE_TYPE"),
    ]


def test_an_expense_type_that_is_gone_cannot_be_submitted() -> None:
    with pytest.raises(UnknownExpenseType):
        submitted(a_claim(a_line(expense_type="rent")))


def test_an_invoice_meets_the_need_for_one() -> None:
    assert submitted(a_claim(a_line(expense_type="meeting", invoice=an_invoice()))).invoices


def test_budget_needs_are_summed_by_month_and_type() -> None:
    october = dt.date(2026, 10, 31)
    lines = (a_line("1"), a_line("2"), a_line("4", date=october), a_line("8", expense_type="meeting"))
    assert a_claim(*lines).budget_needs == {
        a_key(): yuan(3),
        a_key(month="2026-10"): yuan(4),
        a_key(expense_type="meeting"): yuan(8),
    }


def test_an_empty_claim_is_worth_nothing() -> None:
    assert a_claim(lines=()).total == Money.of(0)


def test_what_a_state_does_not_allow_is_said_in_words() -> None:
    with pytest.raises(IllegalTransition) as refused:
        a_claim().approve(at=NOW)
    assert refused.value.text.zh == "claims/EC-2026-000001 当前为“草稿”，不能通过审批"
    assert refused.value.text.en == "claims/EC-2026-000001 is a draft; approving is not possible"
    assert (refused.value.values["state"], refused.value.values["verb"]) == ("DRAFT", "APPROVE")


def test_every_state_and_every_verb_has_its_words() -> None:
    assert set(WORDS) == {*ClaimState, *ClaimVerb}
