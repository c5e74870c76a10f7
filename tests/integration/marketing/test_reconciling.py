"""What is believed of the money behind activities is held against expense: what was lost is repaired, the rest reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from google.type.money_pb2 import Money as MoneyMessage

from chassis.postgres.paging import PageRequest
from chassis.rpc.values import money_to_message, time_to_message
from chassis.security.authorisation import NotPermitted
from kernel.actor import Actor
from kernel.money import Money
from services.marketing.books import allotment_from_message
from services.marketing.domain.activity import Activity
from services.marketing.domain.allotment import KnownAllotment
from services.marketing.domain.comparing import Sums
from services.marketing.domain.difference import Difference, DifferenceState
from services.marketing.domain.reconciliation import Reconciliation, ReconciliationState
from services.marketing.use_cases import allotments, reconciling
from services.marketing.use_cases.reconciliation_ports import DifferenceQuery
from tests.builders.activities import terms
from tests.builders.marketing_desk import LIHUA, WORKER, Desk
from zhupi.expense.v1.allotment_pb2 import Allotment, AllotmentLine
from zhupi.expense.v1.events_pb2 import AllotmentChanged

OPERATOR = Actor(person="root", roles=frozenset({"operator"}))
BUDGET = "budgets/henan/2026-03/meeting"
State = Allotment.State.ValueType


def told(
    desk: Desk, activity: Activity, state: State = Allotment.STATE_COMMITTED, version: int = 2, less: int = 0
) -> AllotmentChanged:
    """An allotment that fits the activity's terms; committed `less` of the first line."""
    lines = []
    for line in activity.terms.lines:
        amount = money_to_message(line.amount)
        committed = money_to_message(line.amount - Money.of(less if line.id == "1" else 0))
        said = {"amount": amount, "committed": committed}
        if state == Allotment.STATE_RESERVED:
            said = {"amount": MoneyMessage(currency_code="CNY"), "reserved": amount}
        lines.append(AllotmentLine(id=line.id, expense_type=line.expense_type, month=line.month, **said))
    return AllotmentChanged(
        activity=activity.name,
        version=version,
        state=state,
        lines=lines,
        time=time_to_message(desk.clock.now()),
        organisation="organisations/henan",
    )


def hold(desk: Desk, message: AllotmentChanged) -> KnownAllotment:
    """Expense says so, of the allotment and of the budgets."""
    held = allotment_from_message(message)
    desk.books.held[held.activity] = held
    sums: dict[str, list[Money]] = {}
    for one in desk.books.held.values():
        for share in one.shares:
            name = f"budgets/henan/{share.month}/{share.expense_type}"
            before = sums.get(name, [Money.of(0)] * 3)
            more = [share.amounts.get(key, Money.of(0)) for key in ("reserved", "committed", "spent")]
            sums[name] = [a + b for a, b in zip(before, more, strict=True)]
    desk.books.budgets_held = {
        name: Sums(name, *amounts)
        for name, amounts in sums.items()
        if any(amount.minor for amount in amounts)
    }
    return held


async def hear(desk: Desk, message: AllotmentChanged) -> None:
    await desk.do(allotments.take_allotment, hold(desk, message), WORKER)


async def reconcile(desk: Desk, *, waits: bool = True) -> Reconciliation:
    """A whole run, in as many turns as it takes."""
    run: Reconciliation = await desk.do(reconciling.start_reconciliation, None, OPERATOR)
    for _ in range(50):
        if run.state is ReconciliationState.FINISHED:
            return run
        if run.resume_time is not None:
            if not waits:
                return run
            desk.clock.advance(run.resume_time - desk.clock.now())
        turn = partial(reconciling.continue_reconciliation, books=desk.books)
        run = await desk.do(turn, run.id, WORKER)
    raise AssertionError("it goes on for ever")


async def found(desk: Desk, state: DifferenceState | None = None) -> list[Difference]:
    command = reconciling.ListDifferences(DifferenceQuery(state), PageRequest())
    page = await desk.do(reconciling.list_differences, command, OPERATOR)
    return list(page.items)


def said(differences: list[Difference]) -> list[tuple[str, str, str]]:
    return sorted((one.subject, one.kind.value, one.state.value) for one in differences)


async def later(desk: Desk, **than: Any) -> None:
    desk.clock.advance(timedelta(**(than or {"minutes": 5})))


async def test_where_both_sides_say_the_same_nothing_is_found(desk: Desk) -> None:
    await desk.draft()
    await hear(desk, told(desk, await desk.approved(terms(customers=("C000002",)))))
    await hear(desk, told(desk, await desk.running(terms(customers=("C000003",)))))
    run = await reconcile(desk)
    assert await found(desk) == []
    assert (run.counts.allotments, run.counts.budgets, run.counts.reported) == (2, 2, 0)
    assert await desk.kinds(run.name) == ["ReconciliationBegun", "ReconciliationFinished"]


async def test_a_message_that_was_lost_is_taken_over(desk: Desk) -> None:
    approved = await desk.approved()
    await hear(desk, told(desk, approved, Allotment.STATE_RESERVED, 1))
    hold(desk, told(desk, approved))
    await later(desk)
    run = await reconcile(desk)
    assert said(await found(desk)) == [(approved.name, "lost_message", "repaired")]
    assert run.counts.repaired == 1
    async with desk.uow() as uow:
        known = await uow.allotments.of(approved.number)
    assert known is not None
    assert (known.version, known.state) == (2, "STATE_COMMITTED")
    assert "DifferenceRepaired" in await desk.kinds(run.name)
    assert (await reconcile(desk)).counts.repaired == 0


async def test_a_message_that_is_only_late_is_left_to_come(desk: Desk) -> None:
    approved = await desk.approved()
    late = told(desk, approved)
    hold(desk, late)
    run = await reconcile(desk, waits=False)
    assert run.state is ReconciliationState.WAITING
    suspected = await found(desk, DifferenceState.SUSPECTED)
    assert "lost_message" in {one.kind.value for one in suspected}
    assert await found(desk) == []
    await hear(desk, late)
    assert (await reconcile(desk)).counts.repaired == 0
    assert await found(desk) == await found(desk, DifferenceState.SUSPECTED) == []


async def test_a_message_that_does_not_come_within_the_run_is_lost(desk: Desk) -> None:
    approved = await desk.approved()
    hold(desk, told(desk, approved))
    run = await reconcile(desk)
    assert (run.counts.repaired, run.counts.reported) == (1, 0)
    assert said(await found(desk)) == [(approved.name, "lost_message", "repaired")]


async def test_the_case_hears_of_what_a_repair_says_too(desk: Desk) -> None:
    settled = await desk.settled()
    lost = told(desk, settled, Allotment.STATE_SETTLED, 9)
    lost.fully_claimed = True
    hold(desk, lost)
    await later(desk)
    await reconcile(desk)
    assert (await desk.messages(settled.name))[-1] == "CaseFact"
    assert "AllClaimed" in await desk.kinds(settled.name)


async def test_a_number_that_was_tampered_with_is_reported_and_not_repaired(desk: Desk) -> None:
    approved = await desk.approved()
    await hear(desk, told(desk, approved))
    hold(desk, told(desk, approved, less=100))
    await later(desk)
    await reconcile(desk)
    differences = await found(desk)
    assert said(differences) == [
        (approved.name, "other_numbers", "reported"),
        (BUDGET, "other_sums", "reported"),
    ]
    by_kind = {one.kind.value: one.sentence for one in differences}
    assert "committed 5,000.00" in by_kind["other_numbers"].en or "committed" in by_kind["other_numbers"].en
    assert "committed +100.00 CNY" in by_kind["other_sums"].zh
    async with desk.uow() as uow:
        known = await uow.allotments.of(approved.number)
    assert known is not None
    assert sum(share.amounts["committed"].minor for share in known.shares) == approved.total.minor


async def test_a_difference_is_gone_once_it_is_not_there_any_more(desk: Desk) -> None:
    approved = await desk.approved()
    right = told(desk, approved)
    await hear(desk, right)
    hold(desk, told(desk, approved, less=100))
    await later(desk)
    first = await reconcile(desk)
    (before, _) = await found(desk)
    await later(desk, hours=1)
    again = await reconcile(desk)
    assert (first.counts.reported, again.counts.reported) == (2, 0)
    (after, _) = await found(desk)
    assert (after.id, after.first_seen) == (before.id, before.first_seen)
    assert after.last_seen > before.last_seen
    hold(desk, right)
    run = await reconcile(desk)
    assert {one.state for one in await found(desk)} == {DifferenceState.GONE}
    assert run.counts.gone == 2
    assert (await desk.kinds(run.name)).count("DifferenceGone") == 2


async def test_what_stands_alone_on_either_side_is_reported(desk: Desk) -> None:
    without = await desk.approved()
    strange = replace(without, number="AC-2020-000001")
    await hear(desk, told(desk, strange))
    await later(desk)
    await reconcile(desk)
    assert said(await found(desk)) == [
        ("activities/AC-2020-000001", "activity_missing", "reported"),
        (without.name, "allotment_missing", "reported"),
    ]


async def test_states_and_lines_that_do_not_fit_are_reported(desk: Desk) -> None:
    running = await desk.running()
    await hear(desk, told(desk, running, Allotment.STATE_RELEASED))
    other = await desk.approved(terms(customers=("C000002",)))
    less = told(desk, other)
    del less.lines[-1]
    await hear(desk, less)
    await later(desk)
    await reconcile(desk)
    differences = await found(desk)
    assert said(differences) == [
        (running.name, "states_do_not_fit", "reported"),
        (other.name, "other_terms", "reported"),
    ]
    sentences = {one.kind.value: one.sentence for one in differences}
    assert sentences["states_do_not_fit"].zh == "状态不相符：活动执行中，额度已释放"


async def test_expense_that_was_put_back_to_an_older_state_is_reported(desk: Desk) -> None:
    approved = await desk.approved()
    await hear(desk, told(desk, approved, version=5))
    hold(desk, told(desk, approved, version=4))
    await later(desk)
    await reconcile(desk)
    assert said(await found(desk)) == [(approved.name, "expense_behind", "reported")]


@pytest.mark.parametrize("at_once", [1, 2, 200])
async def test_pages_of_both_sides_end_where_the_shorter_one_does(
    desk: Desk, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "AT_ONCE", 2)
    desk.books.at_once = at_once
    lost = []
    for n in range(1, 6):
        activity = await desk.approved(terms(customers=(f"C00000{n}",)))
        if n % 2:
            hold(desk, told(desk, activity))
            lost.append((activity.name, "lost_message", "repaired"))
        else:
            await hear(desk, told(desk, activity))
    for n in (1, 3):
        strange = replace(activity, number=f"AC-2027-00000{n}")
        await hear(desk, told(desk, strange))
    await later(desk)
    run = await reconcile(desk)
    strangers = [(f"activities/AC-2027-00000{n}", "activity_missing", "reported") for n in (1, 3)]
    assert said(await found(desk)) == sorted([*lost, *strangers])
    assert run.counts.allotments == 7


async def test_one_is_under_way_at_a_time_and_the_next_is_due_an_hour_later(desk: Desk) -> None:
    first = await desk.do(reconciling.begin_reconciliation, None, WORKER)
    asked = await desk.do(reconciling.start_reconciliation, None, OPERATOR)
    assert asked.id == first.id
    await reconcile(desk)
    assert await desk.do(reconciling.begin_reconciliation, None, WORKER) is None
    asked = await desk.do(reconciling.start_reconciliation, None, OPERATOR)
    taken = await desk.do(reconciling.begin_reconciliation, None, WORKER)
    assert (taken.id, taken.begun_by) == (asked.id, "people/root")
    await reconcile(desk)
    await later(desk, hours=1)
    assert await desk.do(reconciling.begin_reconciliation, None, WORKER) is not None


async def test_operators_have_it_done_and_only_the_worker_does_it(desk: Desk) -> None:
    for use_case, by in (
        (reconciling.start_reconciliation, LIHUA),
        (reconciling.begin_reconciliation, OPERATOR),
        (reconciling.start_reconciliation, Actor(person="zhaolei", roles=frozenset({"market"}))),
    ):
        with pytest.raises(NotPermitted):
            await desk.do(use_case, None, by)
    with pytest.raises(NotPermitted):
        await desk.do(reconciling.list_reconciliations, PageRequest(), LIHUA)
