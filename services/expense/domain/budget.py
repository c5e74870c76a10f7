"""Budgets: what an organisation may spend in a month on an expense type, and what documents hold of it.

    amount = reserved + committed + spent + free,   free ≥ 0, always

What a document holds of a budget is *set*: holding 80 after 100 gives 20 back, holding 80 twice changes nothing.
A document may hold at several stages at once: what it has, and what it asks for on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Final

from kernel.errors import FailedPrecondition, InvalidArgument
from kernel.money import AmountNotPositive, Money, zero
from services.expense.domain.months import Month


class OverBudget(FailedPrecondition):
    zh = "预算不足：{budget} 可用 {free}，需要 {asked}"
    en = "Not enough budget: {free} is free in {budget}, {asked} is asked for"


class NoBudget(FailedPrecondition):
    zh = "没有预算 {budget}"
    en = "There is no budget {budget}"


class BudgetSpent(FailedPrecondition):
    """What has been spent stays spent."""

    zh = "{document} 已从预算 {budget} 支出，不能更改"
    en = "{document} has spent its part of {budget}; that cannot be changed"


class SameBudget(InvalidArgument):
    zh = "调出与调入的预算相同"
    en = "Source and target are the same budget"


class BudgetBelowZero(InvalidArgument):
    zh = "预算不能为负数，实际为 {amount}"
    en = "A budget cannot be below zero, and this is {amount}"


class AdjustmentIsZero(InvalidArgument):
    zh = "调整金额不能为零"
    en = "An adjustment by nothing is none"


@dataclass(frozen=True, slots=True, order=True)
class BudgetKey:
    """Which budget: an organisation's id, a month, the code of an expense type."""

    organisation: str
    month: Month
    expense_type: str

    def __str__(self) -> str:
        return f"budgets/{self.organisation}/{self.month}/{self.expense_type}"


class Stage(Enum):
    """How firmly a document holds its part of a budget."""

    RESERVED = "reserved"
    COMMITTED = "committed"
    SPENT = "spent"


# What one document holds of one budget, by stage; only what is above zero.
Held = Mapping[Stage, Money]
# What one document holds of all budgets.
Holdings = Mapping[BudgetKey, Held]
NOTHING: Final[Held] = MappingProxyType({})


class MovementKind(Enum):
    LOADED = "loaded"
    ADJUSTED = "adjusted"
    TRANSFERRED = "transferred"
    RESERVED = "reserved"
    COMMITTED = "committed"
    SPENT = "spent"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of one budget: by how much each column changed. The columns of a budget are the sums of its movements."""

    kind: MovementKind
    key: BudgetKey
    amount: Money
    reserved: Money
    committed: Money
    spent: Money


@dataclass(frozen=True, slots=True)
class Budget:
    """One budget. `version` counts its changes."""

    key: BudgetKey
    amount: Money
    reserved: Money
    committed: Money
    spent: Money
    version: int = 0

    @classmethod
    def empty(cls, key: BudgetKey, currency: str = "CNY") -> Budget:
        nothing = zero(currency)
        return cls(key, nothing, nothing, nothing, nothing)

    @property
    def name(self) -> str:
        return str(self.key)

    @property
    def etag(self) -> str:
        return str(self.version)

    @property
    def in_use(self) -> Money:
        return self.reserved + self.committed + self.spent

    @property
    def free(self) -> Money:
        return self.amount - self.in_use

    def with_amount(self, amount: Money) -> Budget:
        """Raises OverBudget where less would be left than is in use."""
        if amount == self.amount:
            return self
        asked = self.amount - amount
        if amount < self.in_use:
            raise OverBudget(budget=self.name, free=self.free, asked=asked)
        return replace(self, amount=amount, version=self.version + 1)

    def adjusted(self, change: Money) -> Budget:
        """Raises AdjustmentIsZero, OverBudget."""
        if not change.amount:
            raise AdjustmentIsZero(field="change")
        return self.with_amount(self.amount + change)

    def held(self, document: str, before: Held, after: Held) -> Budget:
        """The budget once `document` holds `after` of it in place of `before`. Raises OverBudget, BudgetSpent."""
        if before == after:
            return self
        if Stage.SPENT in before:
            raise BudgetSpent(document=document, budget=self.name)
        now = self
        for stage, amount in before.items():
            now = now._with(stage, -amount)
        for stage, amount in after.items():
            now = now._with(stage, amount)
        if now.in_use > now.amount:
            asked = now.in_use - self.in_use
            raise OverBudget(budget=self.name, free=self.free, asked=asked)
        return replace(now, version=self.version + 1)

    def movement_to(self, after: Budget, kind: MovementKind) -> Movement:
        return Movement(
            kind,
            self.key,
            after.amount - self.amount,
            after.reserved - self.reserved,
            after.committed - self.committed,
            after.spent - self.spent,
        )

    def _with(self, stage: Stage, change: Money) -> Budget:
        match stage:
            case Stage.RESERVED:
                return replace(self, reserved=self.reserved + change)
            case Stage.COMMITTED:
                return replace(self, committed=self.committed + change)
            case Stage.SPENT:
                return replace(self, spent=self.spent + change)


@dataclass(frozen=True, slots=True)
class Change:
    """A budget before and after, and the movement between them."""

    before: Budget
    after: Budget
    movement: Movement


def set_holdings(
    document: str, budgets: Mapping[BudgetKey, Budget], held: Holdings, wanted: Holdings
) -> list[Change]:
    """What changes once `document` holds exactly `wanted` instead of `held`; nothing where any part is refused.

    Raises NoBudget, OverBudget, BudgetSpent. `budgets` has every budget of `held`.
    """
    changes = []
    for key in sorted(held.keys() | wanted.keys()):
        budget = budgets.get(key)
        if budget is None:
            raise NoBudget(budget=key)
        before, after = held.get(key, NOTHING), wanted.get(key, NOTHING)
        now = budget.held(document, before, after)
        if now is not budget:
            changes.append(Change(budget, now, budget.movement_to(now, _kind(before, after))))
    return changes


def load(before: Budget, amount: Money) -> list[Change]:
    """The budget with this amount, whatever it was before. Raises BudgetBelowZero, OverBudget."""
    if amount < zero(amount.currency):
        raise BudgetBelowZero(field="amount", amount=amount)
    after = before.with_amount(amount)
    return [] if after is before else [changed(before, after, MovementKind.LOADED)]


def transfer(source: Budget, target: Budget, amount: Money) -> list[Change]:
    """Both budgets once `amount` has moved between them. Raises AmountNotPositive, SameBudget, OverBudget."""
    if not amount.is_positive:
        raise AmountNotPositive(field="amount", amount=amount)
    if source.key == target.key:
        raise SameBudget(field="target")
    return [
        changed(source, source.adjusted(-amount), MovementKind.TRANSFERRED),
        changed(target, target.adjusted(amount), MovementKind.TRANSFERRED),
    ]


def changed(before: Budget, after: Budget, kind: MovementKind) -> Change:
    return Change(before, after, before.movement_to(after, kind))


def at_stage(stage: Stage, needs: Mapping[BudgetKey, Money]) -> Holdings:
    """What a document with these needs wants to hold; a need of zero holds nothing."""
    return at_stages((stage, needs))


def at_stages(*parts: tuple[Stage, Mapping[BudgetKey, Money]]) -> Holdings:
    """The same for a document that holds at several stages."""
    holdings: dict[BudgetKey, dict[Stage, Money]] = {}
    for stage, needs in parts:
        for key, amount in needs.items():
            if amount.is_positive:
                holdings.setdefault(key, {})[stage] = amount
    return holdings


def sum_needs(parts: Iterable[tuple[BudgetKey, Money]]) -> dict[BudgetKey, Money]:
    needs: dict[BudgetKey, Money] = {}
    for key, amount in parts:
        needs[key] = needs[key] + amount if key in needs else amount
    return needs


def _kind(before: Held, after: Held) -> MovementKind:
    """Named after the furthest stage of which there is more; where there is less only, it is given back."""
    for stage in reversed(Stage):
        if stage in after and (stage not in before or after[stage] > before[stage]):
            return MovementKind[stage.name]
    return MovementKind.RELEASED
