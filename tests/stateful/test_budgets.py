"""Whatever happens to budgets in whatever order: never overspent, sums always right, refusals change nothing."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import settings

from kernel.errors import NotFound, Refusal
from services.expense.domain.budget import (
    Budget,
    BudgetKey,
    Change,
    Holdings,
    Movement,
    MovementKind,
    SameBudget,
    Stage,
    at_stage,
    changed,
    load,
    set_holdings,
    transfer,
)
from services.expense.domain.months import BookingMonth, Month
from tests.builders.budget_machine import BudgetMachine, Needs, cents


class PureBooks:
    """The domain by itself, in dictionaries."""

    def __init__(self) -> None:
        self.kept: dict[BudgetKey, Budget] = {}
        self.moved: list[Movement] = []
        self.held: dict[str, Holdings] = {}
        self.months: dict[Month, BookingMonth] = {}

    def load(self, key: BudgetKey, amount: int) -> str:
        def act() -> list[Change]:
            self.month(key.month).must_be_open()
            return load(self.kept.get(key) or Budget.empty(key), cents(amount))

        return self.kept_unless_refused(act)

    def adjust(self, key: BudgetKey, change: int) -> str:
        def act() -> list[Change]:
            self.month(key.month).must_be_open()
            before = self.budget(key)
            return [changed(before, before.adjusted(cents(change)), MovementKind.ADJUSTED)]

        return self.kept_unless_refused(act)

    def transfer(self, source: BudgetKey, target: BudgetKey, amount: int) -> str:
        def act() -> list[Change]:
            if source == target:
                raise SameBudget(field="target")
            self.month(source.month).must_be_open()
            self.month(target.month).must_be_open()
            return transfer(self.budget(source), self.budget(target), cents(amount))

        return self.kept_unless_refused(act)

    def hold(self, document: str, stage: Stage, needs: Needs) -> str:
        wanted = at_stage(stage, {key: cents(amount) for key, amount in needs.items()})

        def act() -> list[Change]:
            if stage is Stage.RESERVED:
                for key in needs:
                    self.month(key.month).must_be_open()
            return set_holdings(document, self.kept, self.held.get(document, {}), wanted)

        refused = self.kept_unless_refused(act)
        if not refused:
            self.held[document] = wanted
        return refused

    def close(self, month: str) -> str:
        return self.move_month(Month.parse(month), BookingMonth.close)

    def reopen(self, month: str) -> str:
        return self.move_month(Month.parse(month), BookingMonth.reopen)

    def budgets(self) -> dict[BudgetKey, Budget]:
        return self.kept

    def movements(self) -> list[Movement]:
        return self.moved

    def budget(self, key: BudgetKey) -> Budget:
        if key not in self.kept:
            raise NotFound(name=str(key))
        return self.kept[key]

    def month(self, month: Month) -> BookingMonth:
        return self.months.get(month) or BookingMonth(month)

    def move_month(self, month: Month, verb: Callable[[BookingMonth], BookingMonth]) -> str:
        try:
            self.months[month] = verb(self.month(month))
        except Refusal as refusal:
            return refusal.reason
        return ""

    def kept_unless_refused(self, act: Callable[[], list[Change]]) -> str:
        try:
            changes = act()
        except Refusal as refusal:
            return refusal.reason
        for change in changes:
            self.kept[change.after.key] = change.after
            self.moved.append(change.movement)
        return ""


class PureBudgets(BudgetMachine):
    def __init__(self) -> None:
        super().__init__()
        self.books = PureBooks()


PureBudgets.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestBudgets = PureBudgets.TestCase
