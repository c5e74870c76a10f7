"""Activities, the budgets behind them and the claims on them, whatever becomes of the messages in between.

Each activity has a case that may stop after every single step and go on later. People, finance and claimants act meanwhile;
what expense tells is delivered late, twice, out of order, or never. Then a reconciliation makes marketing believe what
expense holds, and finds a difference only where a case stands between its two sides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chassis.cases.commands import Decided, Undecided
from chassis.postgres.database import Database
from kernel.errors import Refusal
from services.expense.use_cases import allotment_case, budgets, case_verbs
from services.expense.use_cases.allotment_case import Change, Commit, OfCase, Reserve, Settle
from services.marketing.domain.activity import Activity
from services.marketing.use_cases import activity_case
from tests.builders.activities import a_closure
from tests.builders.activity_house import House
from tests.builders.activity_model import (
    CATALOGUE,
    MONTH,
    TYPES,
    Budgets,
    Life,
    allotted,
    claimed,
    is_there,
    written,
)
from tests.builders.allotment_model import AMOUNT, LINES, ModelActivity, ModelClaim, Spent, Terms
from tests.builders.expense import a_key, yuan
from tests.builders.expense_desk import FINANCE
from tests.builders.marketing_desk import NEEDED, WORKER

SLOTS = (0, 1)
slots = st.sampled_from(SLOTS)
few = st.integers(1, 50).map(lambda tens: tens * 10)
asked_terms = st.builds(lambda one, two: {"1": one, "2": two}, few, few)
picks = st.integers(0, 5)
shares = st.sampled_from((50, 100, 100, 120))
decisions = st.sampled_from(("approve", "approve", "approve", "return", "reject", "withdraw"))
closings = st.sampled_from(("settle", "settle", "settle", "return", "reject"))

UNDECIDED = {
    "return": activity_case.return_activity,
    "reject": activity_case.reject_activity,
    "withdraw": activity_case.withdraw_activity,
}


class ActivityMachine(RuleBasedStateMachine):
    runner: asyncio.Runner
    house: House

    def __init__(self) -> None:
        super().__init__()
        self.runner.run(self.begin())

    async def begin(self) -> None:
        await self.house.clear()
        await self.house.expense.set_catalogue(CATALOGUE)
        for kind in TYPES.values():
            await self.house.expense.load_budget(AMOUNT, a_key(month=MONTH, expense_type=kind))
        drafts = [await self.house.marketing.draft(written({"1": 10, "2": 10})) for _ in SLOTS]
        self.lives = [Life(draft.number) for draft in drafts]
        self.model = Budgets({life.number: ModelActivity() for life in self.lives})

    def do(self, act: Awaitable[Any]) -> str:
        """The reason of the refusal, empty where it was done."""

        async def run() -> str:
            try:
                await act
            except Refusal as refusal:
                return refusal.reason
            finally:
                await self.house.collect()
            return ""

        return self.runner.run(run())

    def stored(self, life: Life) -> Activity:
        return self.runner.run(self.house.stored(life.number))

    def case(self, use_case: Any, command: Any) -> str:
        return self.do(self.house.marketing.do(use_case, command, WORKER))

    def money(self, use_case: Any, command: Any) -> str:
        return self.do(self.house.expense.do(use_case, command, WORKER))

    @initialize(asked=asked_terms, share=shares)
    def one_is_settled(self, asked: Terms, share: int) -> None:
        """One of them can be claimed on from the beginning, where its budget allows it."""
        self.submit(0, asked)
        self.finish(0)
        self.decide(0, "approve")
        self.finish(0)
        self.begin_and_end(0, early=False)
        self.begin_and_end(0, early=False)
        self.submit_closure(0, share)
        self.finish(0)
        self.decide_closure(0, "settle")
        self.finish(0)

    def finish(self, slot: int) -> None:
        while self.lives[slot].to_do:
            self.go_on_with(slot)

    # What people do.

    @rule(slot=slots, asked=asked_terms)
    def submit(self, slot: int, asked: Terms) -> None:
        life = self.lives[slot]
        if life.state != "draft" or life.to_do:
            return
        desk, before = self.house.marketing, self.stored(life)
        assert not self.do(desk.submit(self.runner.run(desk.edit(before, written(asked, before)))))
        life.state, life.terms, life.to_do = "in_approval", asked, ["reserve"]

    @rule(slot=slots)
    def cancel(self, slot: int) -> None:
        """Also between the approval and what its case has to do for it."""
        life = self.lives[slot]
        expected = "" if life.state == "approved" else "ILLEGAL_TRANSITION"
        assert self.do(self.house.marketing.cancel(self.stored(life))) == expected
        if not expected:
            life.state = "cancelled"
            life.to_do.append("release")

    @rule(slot=slots, share=shares)
    def submit_closure(self, slot: int, share: int) -> None:
        life, desk = self.lives[slot], self.house.marketing
        if life.state != "to_close" or life.to_do:
            return
        over = self.stored(life)
        life.costs = {line: life.terms[line] * share // 100 for line in LINES}
        proof = self.runner.run(desk.evidence(over, *NEEDED))
        closed = desk.write_closure(over, a_closure(*life.costs.values(), evidence=proof))
        assert not self.do(desk.submit_closure(self.runner.run(closed)))
        life.state = "closure_in_approval"
        life.to_do = ["cover"] if any(life.costs[line] > life.terms[line] for line in LINES) else []

    # What cases do, and what was decided in them.

    @rule(slot=slots, how=decisions)
    def decide(self, slot: int, how: str) -> None:
        life = self.lives[slot]
        if life.state != "in_approval" or life.to_do:
            return
        activity, effect = self.stored(life), self.house.effect()
        if how == "approve":
            said: Any = Decided(life.number, activity.version, effect)
            assert not self.case(activity_case.approve_activity, said)
            life.state, life.to_do = "approved", ["commit"]
            return
        assert not self.case(UNDECIDED[how], Undecided(life.number, "不同意", effect))
        life.state, life.to_do = ("rejected" if how == "reject" else "draft"), ["release"]

    @rule(slot=slots, early=st.booleans())
    def begin_and_end(self, slot: int, early: bool) -> None:
        life, desk = self.lives[slot], self.house.marketing
        if life.to_do:
            return
        activity, effect = self.stored(life), self.house.effect()
        if life.state == "approved":
            assert not self.do(desk.start(activity, effect=effect))
            life.state = "running"
        elif life.state == "running":
            assert not self.do(desk.end_early(activity) if early else desk.end(activity, effect=effect))
            life.state = "to_close"

    @rule(slot=slots, how=closings)
    def decide_closure(self, slot: int, how: str) -> None:
        """Expense first, marketing as the next step."""
        life = self.lives[slot]
        if life.state != "closure_in_approval" or life.to_do:
            return
        activity, number, model = self.stored(life), life.number, self.model.activities
        if how == "settle":
            costs = tuple((line, yuan(cost)) for line, cost in life.costs.items())
            said = Settle(number, self.house.effect(), activity.version, costs)
            assert not self.money(allotment_case.settle_allotment, said)
            before = model[number]
            agreed = before.asked if before.asked is not None else before.agreed
            model[number] = ModelActivity("settled", agreed, claimable=dict(life.costs))
        elif how == "return":
            assert not self.money(allotment_case.abandon_change, OfCase(number, self.house.effect()))
            model[number].asked = None
        else:
            assert not self.money(allotment_case.release_allotment, OfCase(number, self.house.effect()))
            model[number] = ModelActivity("released")
        life.to_do = [f"{how} here"]

    @rule(slot=slots)
    def close(self, slot: int) -> None:
        life = self.lives[slot]
        if life.state != "settled" or life.to_do:
            return
        assert not self.money(allotment_case.close_allotment, OfCase(life.number, self.house.effect()))
        self.model.activities[life.number].state = "closed"
        self.model.close(life.number)
        life.to_do = ["close here"]

    @precondition(lambda self: any(life.to_do for life in self.lives))
    @rule(slot=slots)
    def go_on_with(self, slot: int) -> None:
        life = self.lives[slot]
        if not life.to_do:
            return
        step, activity = life.to_do.pop(0), self.stored(life)
        number, effect, model = life.number, self.house.effect(), self.model.activities
        if step == "reserve":
            expected = self.model.reserving(number, life.terms)
            asked = Reserve(number, effect, activity.version, "henan", "订货会", allotted(life.terms))
            assert self.money(allotment_case.reserve_allotment, asked) == expected
            if expected:
                refused = activity_case.Refused(number, activity.version, expected, effect)
                assert not self.case(activity_case.refuse_reservation, refused)
                life.state = "draft"
            else:
                model[number] = ModelActivity("reserved", asked=life.terms)
        elif step == "cover":
            wanted = {line: life.costs[line] or life.terms[line] for line in LINES}
            expected = self.model.reserving(number, wanted)
            said = Change(number, effect, activity.version, allotted(wanted))
            assert self.money(allotment_case.change_allotment, said) == expected
            if expected:
                refused = activity_case.Refused(number, activity.version, expected, effect)
                assert not self.case(activity_case.refuse_overrun, refused)
                life.state = "to_close"
            else:
                model[number].asked = wanted
        elif step == "commit":
            assert not self.money(allotment_case.commit_allotment, Commit(number, effect, activity.version))
            model[number] = ModelActivity("committed", life.terms)
        elif step == "release":
            assert not self.money(allotment_case.release_allotment, OfCase(number, effect))
            model[number] = ModelActivity("released" if model[number].state else "")
        else:
            self.go_on_here(life, activity, step, effect)

    def go_on_here(self, life: Life, activity: Activity, step: str, effect: str) -> None:
        number = life.number
        use_case, command, life.state = {
            "settle here": (
                activity_case.settle_activity,
                activity_case.Settle(number, activity.version, (), effect),
                "settled",
            ),
            "return here": (activity_case.return_closure, Undecided(number, "补充", effect), "to_close"),
            "reject here": (activity_case.reject_closure, Undecided(number, "不实", effect), "closed"),
            "close here": (activity_case.close_activity, activity_case.Close(number, effect), "closed"),
        }[step]
        assert not self.case(use_case, command)

    # Claims, and finance.

    @rule(
        slot=slots,
        lines=st.lists(st.tuples(st.sampled_from(LINES), few), min_size=1, max_size=2),
        paid=st.booleans(),
    )
    def claim(self, slot: int, lines: list[tuple[str, int]], paid: bool) -> None:
        claim = ModelClaim([Spent(self.lives[slot].number, line, amount) for line, amount in lines])
        desk = self.house.expense
        made = self.runner.run(desk.create(*map(claimed, claim.lines)))
        expected = self.model.drawing(claim, [])
        assert self.do(desk.submit(made)) == expected
        if not expected:
            claim.state = "in_approval"
        self.model.claims[made.number] = claim
        while paid and not expected and claim.state != "paid":
            self.go_on_with_claim(made.number)

    @precondition(lambda self: self.claims_in("in_approval", "in_finance_review", "payable"))
    @rule(pick=picks)
    def some_claim_goes_on(self, pick: int) -> None:
        found = self.claims_in("in_approval", "in_finance_review", "payable")
        self.go_on_with_claim(found[pick % len(found)])

    def go_on_with_claim(self, number: str) -> None:
        claim, desk = self.model.claims[number], self.house.expense
        verb, claim.state = {
            "in_approval": (desk.approve, "in_finance_review"),
            "in_finance_review": (desk.pass_finance, "payable"),
            "payable": (desk.pay, "paid"),
        }[claim.state]
        assert not self.do(verb(self.runner.run(desk.claim(number))))

    @precondition(lambda self: self.claims_in("in_approval", "in_finance_review"))
    @rule(pick=picks)
    def turn_down(self, pick: int) -> None:
        found = self.claims_in("in_approval", "in_finance_review")
        number, desk = found[pick % len(found)], self.house.expense
        assert not self.do(desk.refuse(case_verbs.reject_claim, self.runner.run(desk.claim(number))))
        self.model.claims[number].state = "rejected"
        self.model.give_back()

    def claims_in(self, *states: str) -> list[str]:
        return [number for number, claim in self.model.claims.items() if claim.state in states]

    @rule(line=st.sampled_from(LINES), by=st.sampled_from((-300, -50, 100)))
    def adjust(self, line: str, by: int) -> None:
        key = a_key(month=MONTH, expense_type=TYPES[line])
        command = budgets.AdjustBudget(key, "", yuan(by), "调整")
        refused = self.do(self.house.expense.do(budgets.adjust_budget, command, FINANCE))
        assert bool(refused) == (self.model.free(line) + by < 0)
        if not refused:
            self.model.amounts[line] += by

    # What becomes of messages.

    @precondition(lambda self: self.house.under_way)
    @rule(pick=picks, again=st.booleans())
    def a_message_arrives(self, pick: int, again: bool) -> None:
        messages = self.house.under_way
        message = messages[pick % len(messages)]
        assert not self.do(self.house.deliver(message))
        if not again:
            messages.remove(message)

    @precondition(lambda self: self.house.under_way)
    @rule(pick=picks)
    def a_message_is_lost(self, pick: int) -> None:
        self.house.under_way.pop(pick % len(self.house.under_way))

    @rule()
    def reconcile(self) -> None:
        self.runner.run(self.house.reconcile())
        assert self.runner.run(self.house.believed()) == self.runner.run(self.house.held())
        known, held = (
            self.runner.run(self.house.copies([life.number for life in self.lives])),
            self.model.activities,
        )
        for life in self.lives:
            state = held[life.number].state
            assert known.get(life.number, "") == (f"STATE_{state.upper()}" if state else "")
        found = [one for one in self.runner.run(self.house.differences()) if is_there(one)]
        between = {f"activities/{life.number}" for life in self.lives if life.to_do}
        assert [(one.subject, one.sentence.en) for one in found if one.subject not in between] == []

    # What holds whatever has happened.

    @invariant()
    def budgets_say_what_the_model_says(self) -> None:
        for line, kind in TYPES.items():
            budget = self.runner.run(self.house.expense.budget(a_key(month=MONTH, expense_type=kind)))
            columns = (budget.reserved, budget.committed, budget.spent)
            assert columns == tuple(map(yuan, self.model.columns(line)))
            assert budget.free == yuan(self.model.free(line)) >= yuan(0)

    @invariant()
    def activities_are_where_the_model_says(self) -> None:
        for life in self.lives:
            assert self.stored(life).state.value == life.state

    def teardown(self) -> None:
        for slot in SLOTS:
            self.finish(slot)
        self.reconcile()


@pytest.mark.timeout(600)
def test_activities_their_budgets_and_claims_with_messages_that_get_lost(
    migrated_database: Callable[[str], str],
) -> None:
    # A loop of its own: the machine is not a coroutine.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        marketing = Database(migrated_database("services/marketing/migrations"), name="marketing")
        expense = Database(migrated_database("services/expense/migrations"), name="expense")
        ActivityMachine.runner, ActivityMachine.house = runner, House.on(marketing, expense)
        few_runs = settings(
            max_examples=5,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink takes minutes
        )
        run_state_machine_as_test(ActivityMachine, settings=few_runs)
        runner.run(marketing.close())
        runner.run(expense.close())
