"""What an activity holds of budgets, line by line, and what may be claimed on it."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.errors import IllegalTransition
from kernel.money import AmountNotPositive, MixedCurrencies, Money
from services.expense.allotment_mapping import STATES, STATES_BACK, allotment_to_message
from services.expense.domain.allotment import Allotment, Term
from services.expense.domain.allotment_life import AllotmentState
from services.expense.domain.budget import Stage
from services.expense.domain.lines import LineTwice
from services.expense.domain.shares import shares_of, totals_of
from tests.builders.allotment_desk import ACTIVITY, a_term
from tests.builders.expense import NOW, a_key, yuan
from zhupi.expense.v1 import allotment_pb2 as pb


def an_allotment(*terms: Term, **changes: Any) -> Allotment:
    """Reserved."""
    empty = Allotment(number=ACTIVITY, create_time=NOW, update_time=NOW, **changes)
    return empty.reserve("henan", "订货会", terms or (a_term(),), 1, at=NOW)


def committed(*terms: Term) -> Allotment:
    return an_allotment(*terms).commit(1, at=NOW)


def rows(allotment: Allotment) -> list[tuple[str, str, Money, Money]]:
    """Each line's id and month, what is reserved and what is committed."""
    return [
        (share.line.term.id, str(share.line.term.month), share.reserved, share.line.committed)
        for share in shares_of(allotment)
    ]


def test_several_lines_may_have_one_budget() -> None:
    allotment = an_allotment(a_term(100), a_term(50, "2"))
    assert allotment.holdings == {a_key(): {Stage.RESERVED: yuan(150)}}
    assert allotment.commit(1, at=NOW).holdings == {a_key(): {Stage.COMMITTED: yuan(150)}}


def test_a_line_that_moves_to_another_month_is_there_twice_until_it_is_decided_on() -> None:
    changed = committed(a_term(100)).change([a_term(100, month="2026-12")], 2, at=NOW)
    assert rows(changed) == [("1", "2026-11", yuan(0), yuan(100)), ("1", "2026-12", yuan(100), yuan(0))]
    assert rows(changed.commit(2, at=NOW)) == [("1", "2026-12", yuan(0), yuan(100))]


def test_of_what_a_budget_needs_more_each_line_asks_for_no_more_than_its_own_rise() -> None:
    before = committed(a_term(100), a_term(100, "2"), a_term(100, "3"))
    changed = before.change([a_term(130), a_term(130, "2"), a_term(80, "3")], 2, at=NOW)
    assert changed.on_top == {a_key(): yuan(40)}
    assert [reserved for _, _, reserved, _ in rows(changed)] == [yuan(30), yuan(10), yuan(0)]
    assert totals_of(changed).reserved == yuan(40)


def test_a_change_that_is_given_up_leaves_everything_as_it_was() -> None:
    before = committed()
    after = before.change([a_term(5)], 2, at=NOW).abandon_change(at=NOW)
    assert (after.lines, after.asked, after.holdings) == (before.lines, None, before.holdings)
    assert before.abandon_change(at=NOW) is before


def test_a_change_of_what_was_released_or_settled_meanwhile_is_given_up_without_any_effect() -> None:
    for over in (committed().release(at=NOW), committed().settle([], at=NOW)):
        assert over.abandon_change(at=NOW) is over


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ([a_term(0)], AmountNotPositive),
        ([a_term(1), a_term(2)], LineTwice),
        ([a_term(1), Term("2", "travel", a_key().month, Money.of(1, "USD"))], MixedCurrencies),
    ],
)
def test_terms_that_are_wrong_are_refused(terms: list[Term], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        an_allotment(*terms)


def test_new_terms_are_in_the_currency_of_the_old() -> None:
    with pytest.raises(MixedCurrencies):
        committed().change([Term("1", "travel", a_key().month, Money.of(1, "USD"))], 2, at=NOW)


def test_an_activity_abroad_is_released_in_its_own_currency() -> None:
    abroad = an_allotment(Term("1", "travel", a_key().month, Money.of(7, "USD")))
    assert totals_of(abroad.release(at=NOW)).committed == Money.of(0, "USD")


def test_costs_may_shift_between_lines_of_one_budget() -> None:
    settled = committed(a_term(100), a_term(100, "2")).settle([("1", yuan(150)), ("2", yuan(50))], at=NOW)
    assert [line.claimable for line in settled.lines] == [yuan(150), yuan(50)]


def test_an_activity_that_cost_nothing_is_fully_claimed_at_once() -> None:
    assert committed().settle([], at=NOW).is_fully_claimed
    assert not committed().is_fully_claimed


def test_what_is_settled_is_not_changed_any_more() -> None:
    settled = committed().settle([("1", yuan(1))], at=NOW)
    with pytest.raises(IllegalTransition):
        settled.change([a_term()], 4, at=NOW)
    assert settled.release(at=NOW).state is AllotmentState.CLOSED


def test_a_message_says_every_line_and_the_sums() -> None:
    settled = committed(a_term(100), a_term(50, "2")).settle([("1", yuan(80))], at=NOW)
    drawn = settled.drawn_by({"1": yuan(30)}, at=NOW).paid({"1": yuan(10)}, at=NOW)
    said = pb.Allotment.FromString(allotment_to_message(drawn).SerializeToString())
    assert (said.name, said.activity) == (f"allotments/{ACTIVITY}", f"activities/{ACTIVITY}")
    sums = (said.reserved, said.committed, said.claimable, said.drawn, said.spent, said.in_flight)
    assert [money.units for money in sums] == [0, 70, 80, 30, 10, 20]
    assert [(line.amount.units, line.claimable.units) for line in said.lines] == [(100, 80), (50, 0)]


def test_every_state_has_its_number() -> None:
    assert len(STATES_BACK) == len(STATES) == len(AllotmentState) == len(pb.Allotment.State.keys()) - 1
