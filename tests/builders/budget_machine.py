"""A machine that does anything that may happen to budgets, next to a model of plain numbers that says what must come of it."""

from __future__ import annotations

from typing import Protocol

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kernel.money import Money
from services.expense.domain.budget import Budget, BudgetKey, Movement, Stage
from tests.builders.expense import a_key

MONTHS = ("2026-10", "2026-11")
KEYS = tuple(
    a_key(organisation, month, kind)
    for organisation in ("henan", "hebei")
    for month in MONTHS
    for kind in ("meeting", "travel")
)
DOCUMENTS = tuple(f"claims/EC-2026-{n:06}" for n in range(1, 5))
keys = st.sampled_from(KEYS)
amounts = st.integers(1, 1000).map(lambda cents: cents * 10)
Needs = dict[BudgetKey, int]
COLUMNS = {Stage.RESERVED: 0, Stage.COMMITTED: 1, Stage.SPENT: 2}


class Books(Protocol):
    """What the machine drives. Each act answers the reason of its refusal, empty where it was done. Amounts in cents."""

    def load(self, key: BudgetKey, amount: int) -> str: ...
    def adjust(self, key: BudgetKey, change: int) -> str: ...
    def transfer(self, source: BudgetKey, target: BudgetKey, amount: int) -> str: ...
    def hold(self, document: str, stage: Stage, needs: Needs) -> str:
        """Make `document` hold exactly this. A reservation is refused in closed months, whatever else is wrong."""
        ...

    def close(self, month: str) -> str: ...
    def reopen(self, month: str) -> str: ...
    def budgets(self) -> dict[BudgetKey, Budget]: ...
    def movements(self) -> list[Movement]: ...


class BudgetMachine(RuleBasedStateMachine):
    """Drives `books` and compares them, after every act, with `amounts` and `held`."""

    books: Books

    def __init__(self) -> None:
        super().__init__()
        self.amounts: dict[BudgetKey, int] = {}
        self.held: dict[str, tuple[Stage, Needs]] = {}
        self.closed: set[str] = set()

    def column(self, key: BudgetKey, stage: Stage) -> int:
        return sum(needs.get(key, 0) for held, needs in self.held.values() if held is stage)

    def free(self, key: BudgetKey) -> int:
        return self.amounts[key] - sum(self.column(key, stage) for stage in Stage)

    def is_closed(self, *used: BudgetKey) -> bool:
        return any(str(key.month) in self.closed for key in used)

    @rule(key=keys, amount=amounts)
    def load(self, key: BudgetKey, amount: int) -> None:
        expected = ""
        if self.is_closed(key):
            expected = "MONTH_CLOSED"
        elif key in self.amounts and amount < self.amounts[key] - self.free(key):
            expected = "OVER_BUDGET"
        assert self.books.load(key, amount) == expected
        if not expected:
            self.amounts[key] = amount

    @rule(key=keys, change=amounts, sign=st.sampled_from((1, -1)))
    def adjust(self, key: BudgetKey, change: int, sign: int) -> None:
        expected = ""
        if self.is_closed(key):
            expected = "MONTH_CLOSED"
        elif key not in self.amounts:
            expected = "NOT_FOUND"
        elif self.free(key) + sign * change < 0:
            expected = "OVER_BUDGET"
        assert self.books.adjust(key, sign * change) == expected
        if not expected:
            self.amounts[key] += sign * change

    @rule(source=keys, goal=keys, amount=amounts)
    def transfer(self, source: BudgetKey, goal: BudgetKey, amount: int) -> None:
        expected = ""
        if source == goal:
            expected = "SAME_BUDGET"
        elif self.is_closed(source, goal):
            expected = "MONTH_CLOSED"
        elif not {source, goal} <= self.amounts.keys():
            expected = "NOT_FOUND"
        elif self.free(source) < amount:
            expected = "OVER_BUDGET"
        assert self.books.transfer(source, goal, amount) == expected
        if not expected:
            self.amounts[source] -= amount
            self.amounts[goal] += amount

    @rule(document=st.sampled_from(DOCUMENTS), needs=st.dictionaries(keys, amounts, min_size=1, max_size=3))
    def reserve(self, document: str, needs: Needs) -> None:
        stage, before = self.held.get(document, (Stage.RESERVED, {}))
        if stage is not Stage.RESERVED:
            return
        expected = self.expected_of(before, needs)
        if self.is_closed(*needs):
            expected = {"MONTH_CLOSED"}
        self.do(document, Stage.RESERVED, needs, expected)

    @rule(document=st.sampled_from(DOCUMENTS), stage=st.sampled_from((Stage.COMMITTED, Stage.SPENT)))
    def move_on(self, document: str, stage: Stage) -> None:
        """What was reserved is committed, what was committed is spent; closed months do not matter."""
        before, needs = self.held.get(document, (Stage.SPENT, {}))
        if COLUMNS[stage] == COLUMNS[before] + 1:
            self.do(document, stage, needs, set())

    @rule(document=st.sampled_from(DOCUMENTS))
    def release(self, document: str) -> None:
        stage, before = self.held.get(document, (Stage.RESERVED, {}))
        self.do(document, Stage.RESERVED, {}, {"BUDGET_SPENT"} if stage is Stage.SPENT and before else set())

    @rule(month=st.sampled_from(MONTHS))
    def close(self, month: str) -> None:
        assert self.books.close(month) == ("ILLEGAL_TRANSITION" if month in self.closed else "")
        self.closed.add(month)

    @rule(month=st.sampled_from(MONTHS))
    def reopen(self, month: str) -> None:
        assert self.books.reopen(month) == ("" if month in self.closed else "ILLEGAL_TRANSITION")
        self.closed.discard(month)

    def expected_of(self, before: Needs, needs: Needs) -> set[str]:
        """Which refusals may come of reserving `needs` in place of `before`; which one is first does not matter."""
        expected = {"NO_BUDGET"} if any(key not in self.amounts for key in needs) else set()
        known = [key for key in needs if key in self.amounts]
        if any(needs[key] - before.get(key, 0) > self.free(key) for key in known):
            expected.add("OVER_BUDGET")
        return expected

    def do(self, document: str, stage: Stage, needs: Needs, expected: set[str]) -> None:
        refused = self.books.hold(document, stage, needs)
        assert refused in expected if expected else refused == ""
        if not refused:
            self.held[document] = (stage, needs)

    @invariant()
    def books_say_what_the_model_says(self) -> None:
        found = self.books.budgets()
        assert found.keys() == self.amounts.keys()
        for key, budget in found.items():
            assert budget.amount.minor == self.amounts[key]
            columns = (budget.reserved.minor, budget.committed.minor, budget.spent.minor)
            assert columns == tuple(self.column(key, stage) for stage in Stage)
            assert budget.free.minor == self.free(key) >= 0
            assert budget.amount == budget.reserved + budget.committed + budget.spent + budget.free

    @invariant()
    def columns_are_the_sums_of_their_movements(self) -> None:
        sums = {key: [0, 0, 0, 0] for key in self.amounts}
        for movement in self.books.movements():
            changes = (movement.amount, movement.reserved, movement.committed, movement.spent)
            assert any(change.amount for change in changes)
            sums[movement.key] = [
                sum_ + change.minor for sum_, change in zip(sums[movement.key], changes, strict=True)
            ]
        for key, budget in self.books.budgets().items():
            columns = (budget.amount, budget.reserved, budget.committed, budget.spent)
            assert sums[key] == [column.minor for column in columns]


def cents(amount: int) -> Money:
    return Money.from_minor(amount)
