"""Many at once on a real PostgreSQL: no yuan is spent twice, no invoice used twice, nobody waits in a circle."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Iterable
from dataclasses import replace
from typing import Any

from chassis.cases.ports import Employee
from kernel.actor import Actor
from kernel.errors import Refusal
from services.expense.domain.claim import Claim
from services.expense.domain.life import ClaimState
from services.expense.domain.months import Month
from services.expense.use_cases import case_verbs, months
from tests.builders.expense import a_key, a_line, an_invoice
from tests.builders.expense_desk import FINANCE, LIHUA, Desk


async def outcomes(acts: Iterable[Awaitable[Any]]) -> Counter[str]:
    """How many acts were done (empty) and how many refused, by reason. Anything but a refusal is an error."""
    done = await asyncio.gather(*acts, return_exceptions=True)
    for result in done:
        if isinstance(result, BaseException) and not isinstance(result, Refusal):
            raise result
    return Counter(result.reason if isinstance(result, Refusal) else "" for result in done)


async def drafts(desk: Desk, count: int, *lines: Any) -> list[tuple[Claim, Actor]]:
    made = []
    for n in range(count):
        person = f"person{n}"
        desk.directory.employees[person] = Employee("henan", "S1")
        actor = Actor(person=person)
        made.append((await desk.create(*lines, by=actor), actor))
    return made


async def test_of_fifty_submissions_at_once_exactly_as_many_succeed_as_the_budget_has_room_for(
    desk: Desk,
) -> None:
    claims = await drafts(desk, 50, a_line("590"))  # 16 of them fit into 10,000
    assert await outcomes(desk.submit(*claim) for claim in claims) == {"": 16, "OVER_BUDGET": 34}

    assert await desk.columns() == ("9440.00", "0.00", "0.00", "560.00")
    states = [(await desk.claim(claim.number)).state for claim, _ in claims]
    assert Counter(states) == {ClaimState.IN_APPROVAL: 16, ClaimState.DRAFT: 34}


async def test_of_twenty_claims_with_one_invoice_exactly_one_wins(desk: Desk) -> None:
    claims = await drafts(desk, 20, a_line("100", invoice=an_invoice()))
    assert await outcomes(desk.submit(*claim) for claim in claims) == {"": 1, "INVOICE_USED": 19}
    assert await desk.columns() == ("100.00", "0.00", "0.00", "9900.00")


async def test_claims_that_draw_on_the_same_budgets_in_any_order_do_not_wait_in_a_circle(desk: Desk) -> None:
    other = a_key(month="2026-10")
    await desk.load_budget(10_000, other)
    november, october = a_line("100"), a_line("100", date=dt.date(2026, 10, 9))
    one = await drafts(desk, 10, november, october)
    two = await drafts(desk, 10, october, november)
    assert await outcomes(desk.submit(*claim) for claim in [*one, *two]) == {"": 20}
    assert await desk.columns() == await desk.columns(other) == ("2000.00", "0.00", "0.00", "8000.00")


async def test_invoices_taken_and_given_back_in_any_order_do_not_wait_in_a_circle(desk: Desk) -> None:
    left, right = an_invoice(), an_invoice()
    lines = [a_line("1", invoice=left), a_line("1", invoice=right)]
    held = await desk.submitted(*reversed(lines))
    claims = [*await drafts(desk, 10, *lines), *await drafts(desk, 10, *reversed(lines))]
    acts = [desk.submit(*claim) for claim in claims]
    done = await outcomes([desk.refuse(case_verbs.reject_claim, held), *acts])
    assert done[""] in (1, 2)  # the rejection, and whoever asked after it
    assert done["INVOICE_USED"] == 21 - done[""]


async def test_one_claim_submitted_many_times_at_once_is_submitted_once(desk: Desk) -> None:
    claim = await desk.create(a_line("100", invoice=an_invoice()))
    assert await outcomes(desk.submit(claim) for _ in range(10)) == {"": 1, "ETAG_MISMATCH": 9}
    assert await desk.columns() == ("100.00", "0.00", "0.00", "9900.00")
    assert await desk.kinds(claim.name) == ["ClaimCreated", "ClaimSubmitted"]


async def test_numbers_given_at_once_are_all_different_and_without_gaps(desk: Desk) -> None:
    made = await asyncio.gather(*(desk.create() for _ in range(30)))
    assert sorted(claim.number for claim in made) == [f"EC-2026-{n:06}" for n in range(1, 31)]


async def test_a_month_closed_while_many_submit_lets_in_nobody_afterwards(desk: Desk) -> None:
    claims = await drafts(desk, 20, a_line("10"))
    closing = desk.do(months.close_month, months.CloseMonth(Month(2026, 11)), FINANCE)
    done = await outcomes(
        [*(desk.submit(*c) for c in claims[:10]), closing, *(desk.submit(*c) for c in claims[10:])]
    )
    assert done[""] + done["MONTH_CLOSED"] == 21
    assert await outcomes([desk.submit(await desk.create(), LIHUA)]) == {"MONTH_CLOSED": 1}
    reserved = (await desk.columns())[0]
    assert reserved == f"{(done[''] - 1) * 10}.00"


async def test_verbs_of_a_case_repeated_at_once_move_the_claim_once(desk: Desk) -> None:
    claim = await desk.pass_finance(await desk.approve(await desk.submitted(a_line("100"))))
    assert await outcomes(desk.pay(claim) for _ in range(10)) == {"": 10}
    assert await desk.columns() == ("0.00", "0.00", "100.00", "9900.00")
    assert (await desk.kinds(claim.name)).count("ClaimPaid") == 1


async def test_a_cut_and_a_pass_at_once_end_in_one_order_or_the_other(desk: Desk) -> None:
    claim = await desk.approve(await desk.submitted(a_line("100")))
    done = await outcomes([desk.cut(claim, "1", 40), desk.pass_finance(claim)])
    now = await desk.claim(claim.number)
    if done == {"": 1, "DOCUMENT_CHANGED": 1}:
        assert (now.state, now.version) == (ClaimState.IN_FINANCE_REVIEW, 2)
        assert await desk.columns() == ("60.00", "0.00", "0.00", "9940.00")
    else:
        assert done == {"": 1, "ETAG_MISMATCH": 1}
        assert replace(now, version=1).state is ClaimState.PAYABLE
        assert await desk.columns() == ("0.00", "100.00", "0.00", "9900.00")
