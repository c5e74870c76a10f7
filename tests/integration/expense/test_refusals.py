"""Bad input is refused, clearly, and changes nothing at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from chassis.security.authorisation import NotPermitted
from kernel.errors import EtagMismatch, FailedPrecondition, IllegalTransition, NotFound, NotYours, Refusal
from kernel.money import AmountNotPositive, MixedCurrencies, Money
from services.expense.domain.budget import NoBudget, OverBudget
from services.expense.domain.invoice import InvoiceUsed
from services.expense.domain.life import OwnClaim
from services.expense.domain.limits import InvoiceMissing, OverLimit, UnknownExpenseType
from services.expense.domain.lines import ClaimHasNoLines, CutAboveLine, LineDateInFuture
from services.expense.domain.months import Month, MonthClosed
from services.expense.use_cases import case_verbs, months
from tests.builders.expense import TODAY, a_catalogue, a_claim, a_limit, a_line, an_invoice, yuan
from tests.builders.expense_desk import BOSS, FINANCE, LIHUA, STRANGER, WORKER, ZHANGWEI, Desk

Act = Callable[[], Awaitable[Any]]


class NobodyToApprove(FailedPrecondition):
    zh = "没有人可以审批"
    en = "There is nobody who could approve it"


async def refused(desk: Desk, refusal: type[Refusal], act: Act) -> Refusal:
    """The refusal of `act`, after which every row of every table is as it was."""
    before = await desk.everything()
    with pytest.raises(refusal) as caught:
        await act()
    assert type(caught.value) is refusal
    assert await desk.everything() == before
    return caught.value


@pytest.mark.parametrize(
    ("line", "refusal", "field"),
    [
        (a_line("0"), AmountNotPositive, "lines[0].amount"),
        (a_line("-5"), AmountNotPositive, "lines[0].amount"),
        (a_line(date=TODAY + dt.timedelta(days=1)), LineDateInFuture, "lines[0].date"),
        (a_line(expense_type="rent"), UnknownExpenseType, "lines[0].expense_type"),
        (a_line(tax=Money.of(1, "USD")), MixedCurrencies, "lines[0].tax"),
    ],
)
async def test_a_wrong_line_is_not_even_a_draft(
    desk: Desk, line: Any, refusal: type[Refusal], field: str
) -> None:
    said = await refused(desk, refusal, lambda: desk.create(line))
    assert said.violations[0].field == field
    claim = await desk.create()
    await refused(desk, refusal, lambda: desk.edit(claim, line))


async def test_two_currencies_in_a_claim_are_refused(desk: Desk) -> None:
    await refused(desk, MixedCurrencies, lambda: desk.create(a_line(), a_line(Money.of(1, "USD"))))


async def test_another_currency_than_the_budget_s_is_refused(desk: Desk) -> None:
    claim = await desk.create(a_line(Money.of(1, "USD")))
    await refused(desk, MixedCurrencies, lambda: desk.submit(claim))


async def test_a_claim_without_lines_is_refused(desk: Desk) -> None:
    claim = await desk.edit(await desk.create())
    await refused(desk, ClaimHasNoLines, lambda: desk.submit(claim))


async def test_more_than_the_budget_is_refused_with_what_is_free(desk: Desk) -> None:
    await desk.submitted(a_line("9900"))
    claim = await desk.create(a_line("100.01"))
    said = await refused(desk, OverBudget, lambda: desk.submit(claim))
    assert said.values["budget"] == "budgets/henan/2026-11/travel"
    assert (said.values["free"], said.values["asked"]) == (yuan(100), yuan("100.01"))


async def test_a_line_without_a_budget_is_refused(desk: Desk) -> None:
    claim = await desk.create(a_line(), a_line(date=dt.date(2026, 9, 30)))
    said = await refused(desk, NoBudget, lambda: desk.submit(claim))
    assert str(said.values["budget"]) == "budgets/henan/2026-09/travel"


async def test_an_invoice_used_before_is_refused_and_the_other_claim_named(desk: Desk) -> None:
    invoice = an_invoice(seller="某某（河南）商贸有限公司")
    first = await desk.submitted(a_line(invoice=invoice))
    again = replace(invoice, seller="某某(河南) 商贸有限公司")
    claim = await desk.create(a_line(), a_line(invoice=again), by=ZHANGWEI)
    said = await refused(desk, InvoiceUsed, lambda: desk.submit(claim, ZHANGWEI))
    assert said.field == "lines[1].invoice"
    assert (said.values["number"], said.values["claim"]) == (invoice.number, first.name)


async def test_an_invoice_of_a_paid_claim_stays_used(desk: Desk) -> None:
    invoice = an_invoice()
    paid = await desk.pay(
        await desk.pass_finance(await desk.approve(await desk.submitted(a_line(invoice=invoice))))
    )
    claim = await desk.create(a_line(invoice=invoice), by=ZHANGWEI)
    said = await refused(desk, InvoiceUsed, lambda: desk.submit(claim, ZHANGWEI))
    assert said.values["claim"] == paid.name


async def test_a_line_above_its_limit_is_refused(desk: Desk) -> None:
    await desk.set_catalogue(a_catalogue(a_limit("300", city="郑州"), a_limit("900", grade="M3")))
    claim = await desk.create(a_line("301"))
    said = await refused(desk, OverLimit, lambda: desk.submit(claim))
    assert said.values["limit"] == yuan(300)


async def test_a_missing_invoice_is_refused(desk: Desk) -> None:
    claim = await desk.create(a_line(expense_type="meeting"))
    await refused(desk, InvoiceMissing, lambda: desk.submit(claim))


async def test_a_line_in_a_closed_month_is_refused_until_the_month_is_reopened(desk: Desk) -> None:
    claim = await desk.create()
    november = Month(2026, 11)
    await desk.do(months.close_month, months.CloseMonth(november), FINANCE)
    said = await refused(desk, MonthClosed, lambda: desk.submit(claim))
    assert said.values["month"] == november
    await desk.do(months.reopen_month, months.ReopenMonth(november, "补录"), FINANCE)
    assert await desk.submit(claim)


async def test_what_was_submitted_goes_its_way_though_its_month_is_closed(desk: Desk) -> None:
    claim = await desk.approve(await desk.submitted())
    await desk.do(months.close_month, months.CloseMonth(Month(2026, 11)), FINANCE)
    await desk.pay(await desk.pass_finance(claim))
    assert await desk.columns() == ("0.00", "0.00", "100.00", "9900.00")


async def test_nobody_to_approve_refuses_the_submission(desk: Desk) -> None:
    claim = await desk.create(a_line(invoice=an_invoice()))
    desk.planner.refusal = NobodyToApprove()
    await refused(desk, NobodyToApprove, lambda: desk.submit(claim))
    assert desk.planner.asked[-1].amount == yuan(100)


async def test_a_stale_etag_is_refused(desk: Desk) -> None:
    old = await desk.create()
    await desk.edit(old, *old.lines)
    for act in (lambda: desk.edit(old), lambda: desk.submit(old), lambda: desk.delete(old)):
        await refused(desk, EtagMismatch, act)


async def test_a_stranger_does_not_learn_that_a_claim_exists(desk: Desk) -> None:
    claim = await desk.create()
    for who in (STRANGER, BOSS):
        await refused(desk, NotFound, lambda who=who: desk.submit(claim, who))  # type: ignore[misc]  # bound at once
        await refused(desk, NotFound, lambda who=who: desk.edit(claim, by=who))  # type: ignore[misc]  # bound at once
        await refused(desk, NotFound, lambda who=who: desk.delete(claim, by=who))  # type: ignore[misc]  # bound at once


async def test_who_may_see_a_claim_may_not_therefore_move_it(desk: Desk) -> None:
    claim = await desk.create()
    await refused(desk, NotYours, lambda: desk.submit(claim, FINANCE))
    await refused(desk, NotYours, lambda: desk.edit(claim, by=FINANCE))
    await refused(desk, NotYours, lambda: desk.delete(claim, by=FINANCE))


@pytest.mark.parametrize("who", [LIHUA, FINANCE, replace(WORKER, service="approval")])
async def test_only_the_workflow_moves_a_claim_of_a_case(desk: Desk, who: Any) -> None:
    claim = await desk.submitted()
    for verb in (case_verbs.approve_claim, case_verbs.pass_claim):
        await refused(desk, NotPermitted, lambda verb=verb: desk.decide(verb, claim, who))  # type: ignore[misc]  # bound at once
    for verb in (case_verbs.return_claim, case_verbs.reject_claim, case_verbs.withdraw_claim):
        await refused(desk, NotPermitted, lambda verb=verb: desk.refuse(verb, claim, by=who))  # type: ignore[misc]  # bound at once
    await refused(desk, NotPermitted, lambda: desk.refuse(case_verbs.refuse_payment, claim, by=who))
    await refused(desk, NotPermitted, lambda: desk.pay(claim, by=who))


async def test_what_is_not_under_review_is_not_cut_returned_or_paid(desk: Desk) -> None:
    draft, submitted = await desk.create(), await desk.submitted()
    await refused(desk, IllegalTransition, lambda: desk.cut(submitted, "1", 10))
    await refused(desk, IllegalTransition, lambda: desk.pay(submitted))
    await refused(desk, IllegalTransition, lambda: desk.pass_finance(submitted))
    await refused(desk, IllegalTransition, lambda: desk.submit(submitted))
    await refused(desk, IllegalTransition, lambda: desk.edit(submitted))
    await refused(desk, IllegalTransition, lambda: desk.delete(submitted))
    await refused(desk, IllegalTransition, lambda: desk.approve(draft))


async def test_only_finance_cuts_and_never_its_own_claim(desk: Desk) -> None:
    claim = await desk.approve(await desk.submitted())
    await refused(desk, NotPermitted, lambda: desk.cut(claim, "1", 10, by=LIHUA))
    await refused(desk, CutAboveLine, lambda: desk.cut(claim, "1", 101))
    own = replace(LIHUA, roles=frozenset({"finance"}))
    await refused(desk, OwnClaim, lambda: desk.cut(claim, "1", 10, by=own))


async def test_a_claim_that_is_not_there_is_not_found(desk: Desk) -> None:
    await refused(desk, NotFound, lambda: desk.submit(a_claim(number="EC-2026-999999")))
