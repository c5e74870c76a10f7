"""Whatever activities and claims do to the same budgets in whatever order, on a real PostgreSQL.

After every act the tables say what the model of plain numbers says:

    amount = reserved + committed + spent + free
    for each line of a settled activity   committed + spent = claimable,   drawn = what its claims draw ≤ claimable
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from copy import deepcopy
from typing import Any

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
from sqlalchemy import text

from chassis.postgres.database import Database
from kernel.errors import Refusal
from services.expense.use_cases import case_verbs
from tests.builders.allotment_desk import AllotmentDesk, a_term, on_activity
from tests.builders.allotment_model import (
    AMOUNT,
    LINES,
    Model,
    ModelActivity,
    ModelClaim,
    Spent,
    Terms,
)
from tests.builders.expense import a_key, a_line, yuan
from tests.builders.expense_desk import Desk
from tests.chaos.checker.money import money
from tests.chaos.checker.state import State, tables_of

ACTIVITIES = ("AC-2026-000001", "AC-2026-000002")
MONTHS = {"1": "2026-11", "2": "2026-10"}
EMPTY = """
ALTER TABLE budget_movements DISABLE TRIGGER movements_stay;
TRUNCATE budgets, budget_holdings, budget_movements, allotments, allotment_lines, allotment_draws, claims, claim_lines,
    invoice_uses, case_verbs, months CASCADE;
ALTER TABLE budget_movements ENABLE ALWAYS TRIGGER movements_stay
"""
activities = st.sampled_from(ACTIVITIES)
few = st.integers(1, 60).map(lambda tens: tens * 10)
terms = st.dictionaries(st.sampled_from(LINES), few, min_size=1)
spent = st.builds(Spent, st.sampled_from(("", *ACTIVITIES)), st.sampled_from(LINES), few)
picks = st.integers(0, 5)


class AllotmentMachine(RuleBasedStateMachine):
    runner: asyncio.Runner
    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.model = Model({name: ModelActivity() for name in ACTIVITIES})
        self.desk = Desk(self.database)
        self.allotments = AllotmentDesk(self.desk)
        self.runner.run(self.begin())

    async def begin(self) -> None:
        async with self.database.engine.begin() as connection:
            for statement in EMPTY.strip().split(";\n"):
                await connection.execute(text(statement))
        await self.desk.set_catalogue()
        for month in MONTHS.values():
            await self.desk.load_budget(AMOUNT, a_key(month=month))

    def do(self, act: Awaitable[Any]) -> str:
        """The reason of the refusal, empty where it was done."""

        async def run() -> str:
            try:
                await act
            except Refusal as refusal:
                return refusal.reason
            return ""

        return self.runner.run(run())

    def not_in(self, name: str, *states: str) -> str:
        state = self.model.activities[name].state
        return "" if state in states else "ILLEGAL_TRANSITION" if state else "NOT_FOUND"

    @initialize(asked=terms, share=st.sampled_from((0, 50, 100)))
    def settled(self, asked: Terms, share: int) -> None:
        """One of them can be claimed on from the beginning."""
        self.reserve(ACTIVITIES[0], asked)
        self.commit(ACTIVITIES[0])
        self.settle(ACTIVITIES[0], share)

    # What the case of an activity does.

    @rule(name=activities, asked=terms)
    def reserve(self, name: str, asked: Terms) -> None:
        activity = self.model.activities[name]
        free = activity.state in ("", "released", "reserved")
        expected = self.model.reserving(name, asked) if free else "ILLEGAL_TRANSITION"
        assert self.do(self.allotments.reserve(*_terms(asked), activity=name)) == expected
        if not expected:
            self.model.activities[name] = ModelActivity("reserved", asked=asked)

    @rule(name=activities)
    def commit(self, name: str) -> None:
        activity = self.model.activities[name]
        version = 2 if activity.agreed and activity.asked is not None else 1
        expected = self.not_in(name, "reserved", "committed")
        if activity.state == "committed" and activity.asked is None:
            return  # of which version it would be does not matter here
        assert self.do(self.allotments.commit(name, version)) == expected
        if not expected and activity.asked is not None:
            self.model.activities[name] = ModelActivity("committed", activity.asked)

    @rule(name=activities, asked=terms)
    def change(self, name: str, asked: Terms) -> None:
        expected = self.not_in(name, "committed") or self.model.reserving(name, asked)
        assert self.do(self.allotments.change(*_terms(asked), activity=name)) == expected
        if not expected:
            self.model.activities[name].asked = asked

    @rule(name=activities)
    def abandon(self, name: str) -> None:
        activity = self.model.activities[name]
        expected = "" if activity.state else "NOT_FOUND"
        if activity.asked is not None:
            expected = self.not_in(name, "committed")
        assert self.do(self.allotments.abandon(name)) == expected
        if activity.asked is not None and not expected:
            activity.asked = None

    @rule(name=activities)
    def release(self, name: str) -> None:
        activity = self.model.activities[name]
        expected = "ILLEGAL_TRANSITION" if activity.state == "closed" else ""
        assert self.do(self.allotments.release(name)) == expected
        if activity.state == "settled":
            activity.state = "closed"
            self.model.close(name)
        elif activity.state and not expected:
            self.model.activities[name] = ModelActivity("released")

    @rule(name=activities, share=st.sampled_from((0, 50, 100, 120)))
    def settle(self, name: str, share: int) -> None:
        """Each line cost this share, in per cent, of what it was to cost."""
        activity = self.model.activities[name]
        last = activity.asked if activity.asked is not None else activity.agreed
        costs = {line: amount * share // 100 for line, amount in last.items()}
        held = {line: activity.agreed.get(line, 0) + activity.on_top(line) for line in LINES}
        expected = self.not_in(name, "committed")
        if not expected and any(cost > held[line] for line, cost in costs.items()):
            expected = "COST_ABOVE_COMMITTED"
        said = {f"_{line}": cost for line, cost in costs.items()}
        assert self.do(self.allotments.settle(name, **said)) == expected
        if not expected:
            self.model.activities[name] = ModelActivity("settled", last, claimable=costs)

    @rule(name=activities)
    def close(self, name: str) -> None:
        expected = self.not_in(name, "settled")
        assert self.do(self.allotments.close(name)) == expected
        if not expected:
            self.model.activities[name].state = "closed"
            self.model.close(name)

    # What becomes of claims.

    @rule(lines=st.lists(spent, min_size=1, max_size=3))
    def submit(self, lines: list[Spent]) -> None:
        self.submitted(self.runner.run(self.desk.create(*map(_line, lines))).number, ModelClaim(lines))

    @precondition(lambda self: self.claims_in("draft"))
    @rule(pick=picks)
    def submit_again(self, pick: int) -> None:
        number, claim = self.claim_in(pick, "draft")
        for line in claim.lines:
            line.cut = 0
        self.submitted(number, claim)

    def submitted(self, number: str, claim: ModelClaim) -> None:
        expected = self.model.drawing(claim, [])
        assert self.do(self.act(number, self.desk.submit)) == expected
        claim.state = "draft" if expected else "in_approval"
        self.model.claims[number] = claim

    @precondition(lambda self: self.claims_in("in_approval", "in_finance_review", "payable"))
    @rule(pick=picks)
    def go_on(self, pick: int) -> None:
        number, claim = self.claim_in(pick, "in_approval", "in_finance_review", "payable")
        verb, claim.state = {
            "in_approval": (self.desk.approve, "in_finance_review"),
            "in_finance_review": (self.desk.pass_finance, "payable"),
            "payable": (self.desk.pay, "paid"),
        }[claim.state]
        assert not self.do(self.act(number, verb))

    @precondition(lambda self: self.claims_in("in_approval", "in_finance_review"))
    @rule(pick=picks, verb=st.sampled_from((case_verbs.return_claim, case_verbs.reject_claim)))
    def turn_down(self, pick: int, verb: Any) -> None:
        number, claim = self.claim_in(pick, "in_approval", "in_finance_review")
        assert not self.do(self.act(number, lambda found: self.desk.refuse(verb, found)))
        claim.state = "draft" if verb is case_verbs.return_claim else "rejected"
        self.model.give_back()

    @precondition(lambda self: self.claims_in("payable"))
    @rule(pick=picks, verb=st.sampled_from((case_verbs.withdraw_claim, case_verbs.refuse_payment)))
    def stop(self, pick: int, verb: Any) -> None:
        number, claim = self.claim_in(pick, "payable")
        assert not self.do(self.act(number, lambda found: self.desk.refuse(verb, found)))
        claim.state = "draft" if verb is case_verbs.withdraw_claim else "in_finance_review"
        self.model.give_back()

    @precondition(lambda self: self.claims_in("in_finance_review"))
    @rule(pick=picks, index=st.integers(0, 2), share=st.sampled_from((0, 30, 100)))
    def cut(self, pick: int, index: int, share: int) -> None:
        number, claim = self.claim_in(pick, "in_finance_review")
        index, before = index % len(claim.lines), deepcopy(claim.lines)
        claim.lines[index].cut = claim.lines[index].amount * share // 100
        after, claim.lines = claim.lines, before
        expected = self.model.drawing(ModelClaim(after, claim.state), before)
        if not sum(line.payable for line in after):
            expected = "NOTHING_WOULD_BE_PAID"
        said = str(index + 1), after[index].cut
        assert self.do(self.act(number, lambda found: self.desk.cut(found, *said))) == expected
        if not expected:
            claim.lines = after
            self.model.give_back()

    def claims_in(self, *states: str) -> list[str]:
        return [number for number, claim in self.model.claims.items() if claim.state in states]

    def claim_in(self, pick: int, *states: str) -> tuple[str, ModelClaim]:
        found = self.claims_in(*states)
        number = found[pick % len(found)]
        return number, self.model.claims[number]

    async def act(self, number: str, verb: Callable[[Any], Awaitable[Any]]) -> None:
        await verb(await self.desk.claim(number))

    # What holds whatever has happened.

    @invariant()
    def budgets_say_what_the_model_says(self) -> None:
        for line, month in MONTHS.items():
            budget = self.runner.run(self.desk.budget(a_key(month=month)))
            columns = (budget.reserved, budget.committed, budget.spent)
            assert columns == tuple(map(yuan, self.model.columns(line)))
            assert budget.free == yuan(self.model.free(line)) >= yuan(0)

    @invariant()
    def lines_say_what_the_model_says(self) -> None:
        for name, activity in self.model.activities.items():
            if not activity.state:
                continue
            found = self.runner.run(self.allotments.get(name))
            assert found.state.value == activity.state
            assert {line.term.id for line in found.lines} == activity.agreed.keys()
            for line in found.lines:
                of = line.term.id
                assert (line.drawn, line.spent) == tuple(
                    map(yuan, (self.model.drawn(name, of), self.model.spent(name, of)))
                )
                assert line.committed == yuan(self.model.committed(name, of))
                claimable = activity.claimable
                assert line.claimable == (None if claimable is None else yuan(claimable[of]))

    def teardown(self) -> None:
        url = self.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        assert list(money(State(tables_of(url), {}, {}, {}, {}, []))) == []


def _terms(asked: Terms) -> list[Any]:
    return [a_term(amount, line, MONTHS[line]) for line, amount in asked.items()]


def _line(spent: Spent) -> Any:
    day = dt.date(2026, 11, 3)
    if not spent.activity:
        return a_line(spent.amount, date=day)
    return on_activity(spent.amount, spent.line, spent.activity, date=day)


def test_activities_and_claims_on_the_same_budgets(migrated_database: Callable[[str], str]) -> None:
    # A loop of its own: the machine is not a coroutine.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        database = Database(migrated_database("services/expense/migrations"), name="expense")
        AllotmentMachine.runner, AllotmentMachine.database = runner, database
        few_runs = settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink takes minutes
        )
        run_state_machine_as_test(AllotmentMachine, settings=few_runs)
        runner.run(database.close())
