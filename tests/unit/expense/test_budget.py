"""What a budget gives, takes back and refuses."""

from __future__ import annotations

import pytest

from kernel.errors import Refusal
from kernel.money import AmountNotPositive, MixedCurrencies, Money
from services.expense.domain.budget import (
    AdjustmentIsZero,
    Budget,
    BudgetSpent,
    Change,
    Holdings,
    MovementKind,
    NoBudget,
    OverBudget,
    SameBudget,
    Stage,
    at_stage,
    set_holdings,
    transfer,
)
from tests.builders.expense import a_budget, a_key, yuan

CLAIM = "claims/EC-2026-000001"


def holding(amount: str | int, stage: Stage = Stage.RESERVED) -> Holdings:
    return at_stage(stage, {a_key(): yuan(amount)})


def set_on(budget: Budget, held: Holdings, wanted: Holdings) -> list[Change]:
    return set_holdings(CLAIM, {budget.key: budget}, held, wanted)


def columns(budget: Budget) -> tuple[Money, Money, Money, Money]:
    return budget.reserved, budget.committed, budget.spent, budget.free


def test_a_reservation_takes_from_what_is_free() -> None:
    (change,) = set_on(a_budget(100), {}, holding(30))
    assert columns(change.after) == (yuan(30), yuan(0), yuan(0), yuan(70))
    assert (change.movement.kind, change.movement.reserved) == (MovementKind.RESERVED, yuan(30))


def test_the_same_reservation_again_changes_nothing() -> None:
    (change,) = set_on(a_budget(100), {}, holding(30))
    assert set_on(change.after, holding(30), holding(30)) == []


def test_a_lower_reservation_gives_the_difference_back() -> None:
    (change,) = set_on(a_budget(100), {}, holding(30))
    (lower,) = set_on(change.after, holding(30), holding(20))
    assert lower.after.free == yuan(80)
    assert (lower.movement.kind, lower.movement.reserved) == (MovementKind.RELEASED, yuan(-10))


def test_reserve_commit_spend_moves_from_column_to_column() -> None:
    budget = a_budget(100)
    held: Holdings = {}
    for stage, expected in (
        (Stage.RESERVED, (30, 0, 0, 70)),
        (Stage.COMMITTED, (0, 30, 0, 70)),
        (Stage.SPENT, (0, 0, 30, 70)),
    ):
        (change,) = set_on(budget, held, holding(30, stage))
        budget, held = change.after, holding(30, stage)
        assert columns(budget) == tuple(map(yuan, expected))
        assert change.movement.kind is MovementKind[stage.name]


def test_a_refused_payment_takes_a_commitment_back_to_a_reservation() -> None:
    (change,) = set_on(a_budget(100), {}, holding(30, Stage.COMMITTED))
    (back,) = set_on(change.after, holding(30, Stage.COMMITTED), holding(30))
    assert columns(back.after) == (yuan(30), yuan(0), yuan(0), yuan(70))


def test_exactly_what_is_free_can_be_taken_and_no_cent_more() -> None:
    assert set_on(a_budget(100), {}, holding(100))[0].after.free == yuan(0)
    with pytest.raises(OverBudget) as caught:
        set_on(a_budget(100), {}, holding("100.01"))
    said = caught.value.values
    assert (said["budget"], said["free"], said["asked"]) == (str(a_key()), yuan(100), yuan("100.01"))


def test_a_higher_reservation_asks_only_for_the_difference() -> None:
    (change,) = set_on(a_budget(100), {}, holding(80))
    with pytest.raises(OverBudget) as caught:
        set_on(change.after, holding(80), holding(120))
    assert (caught.value.values["free"], caught.value.values["asked"]) == (yuan(20), yuan(40))


def test_what_is_spent_stays_spent() -> None:
    (change,) = set_on(a_budget(100), {}, holding(30, Stage.SPENT))
    for wanted in ({}, holding(30), holding(20, Stage.SPENT)):
        with pytest.raises(BudgetSpent):
            set_on(change.after, holding(30, Stage.SPENT), wanted)


def test_a_budget_that_nobody_made_is_refused_by_name() -> None:
    with pytest.raises(NoBudget) as caught:
        set_holdings(CLAIM, {}, {}, holding(1))
    assert str(caught.value.values["budget"]) == "budgets/henan/2026-11/travel"


def test_a_budget_is_used_in_its_own_currency() -> None:
    with pytest.raises(MixedCurrencies):
        set_on(a_budget(100), {}, at_stage(Stage.RESERVED, {a_key(): Money.of(1, "USD")}))


def test_needing_nothing_holds_nothing() -> None:
    assert at_stage(Stage.RESERVED, {a_key(): yuan(0)}) == {}


def test_a_budget_cannot_fall_below_what_is_in_use() -> None:
    (change,) = set_on(a_budget(100), {}, holding(30))
    assert change.after.adjusted(yuan(-70)).free == yuan(0)
    with pytest.raises(OverBudget):
        change.after.adjusted(yuan("-70.01"))
    with pytest.raises(OverBudget):
        change.after.with_amount(yuan(29))


def test_an_adjustment_by_nothing_is_refused() -> None:
    with pytest.raises(AdjustmentIsZero):
        a_budget().adjusted(yuan(0))


def test_a_transfer_moves_what_is_free() -> None:
    other = a_budget(5, a_key(expense_type="meeting"))
    left, right = transfer(a_budget(100), other, yuan(100))
    assert (left.after.amount, right.after.amount) == (yuan(0), yuan(105))
    assert {left.movement.kind, right.movement.kind} == {MovementKind.TRANSFERRED}


@pytest.mark.parametrize(
    ("amount", "refusal"), [(0, AmountNotPositive), (-1, AmountNotPositive), (101, OverBudget)]
)
def test_a_wrong_transfer_is_refused(amount: int, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        transfer(a_budget(100), a_budget(5, a_key(expense_type="meeting")), yuan(amount))


def test_a_transfer_to_itself_is_refused() -> None:
    with pytest.raises(SameBudget):
        transfer(a_budget(100), a_budget(100), yuan(1))
