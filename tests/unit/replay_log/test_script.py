"""A case of a log becomes acts on routes that follow from who acted, or the reason why it cannot be walked."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.text import Text
from replay import refusals
from replay.script import Impossible, Script, script, scripts
from replay.story import State, Verb
from tests.builders.logs import (
    ADMIN_RETURNS,
    APPROVED,
    ASKED,
    BACK,
    BOSS_RETURNS,
    CHECKED,
    FINANCE_RETURNS,
    PAID,
    SAVED,
    SUBMITTED,
    THROUGH,
    a_mapping,
    a_trace,
    mapped,
    scripted,
    walkable,
)

MAPPING = mapped()


def centres(*activities: str) -> list[str]:
    """The cost centre of each round."""
    return [act.cost_centre for act in walkable(*activities).acts if act.verb is Verb.SUBMIT]


def test_a_case_is_walked_in_the_order_of_the_log() -> None:
    found = walkable(*THROUGH)

    assert [act.verb for act in found.acts] == ["submit", "approve", "approve_last", "ask_payment", "paid"]
    assert found.order == ("submit", "approve ADMIN", "approve BOSS", "ask_payment", "paid")
    assert (found.end, found.variant) == (State.PAID, THROUGH)


def test_the_route_of_a_round_follows_from_who_acted_in_it() -> None:
    assert centres(*THROUGH) == ["1000"]
    assert centres(SUBMITTED, APPROVED, ASKED, PAID) == ["2000"]


def test_a_round_after_a_return_may_take_another_route() -> None:
    assert centres(SUBMITTED, BOSS_RETURNS, *THROUGH) == ["2000", "1000"]


def test_of_a_round_that_was_broken_off_the_first_route_that_fits_is_taken() -> None:
    assert centres(SUBMITTED, ADMIN_RETURNS, BACK) == ["1000"]
    assert centres(SUBMITTED, BACK) == ["1000"]
    assert centres(SUBMITTED, CHECKED, BACK) == ["1000"]


def test_what_was_approved_by_some_only_is_not_taken_for_another_route_s_whole() -> None:
    with pytest.raises(refusals.NoSuchRoute) as refused:
        scripted(SUBMITTED, CHECKED, CHECKED, BACK)
    assert refused.value.values["steps"] == "ADMIN → ADMIN"
    with pytest.raises(refusals.NoSuchRoute):
        scripted(SUBMITTED, CHECKED, BACK, SUBMITTED, APPROVED, BACK, SUBMITTED, CHECKED, CHECKED, BACK)


def test_a_return_after_the_payment_was_asked_for_means_that_the_erp_refuses() -> None:
    refused = walkable(*THROUGH[:4], FINANCE_RETURNS)

    assert [act.refused for act in refused.acts] == [False, False, False, True, False]
    assert refused.order[-3:] == ("ask_payment", "payment_refused", "finance_return")
    assert not any(act.refused for act in walkable(*THROUGH).acts)


@pytest.mark.parametrize(
    ("given", "amount", "lifted"),
    [
        ("26.85120450862128", "26.85", False),
        ("0.125", "0.12", False),
        ("0.135", "0.14", False),
        ("0.0", "0.01", True),
        ("0.004", "0.01", True),
        ("-3", "0.01", True),
        ("1e3", "1000.00", False),
    ],
)
def test_amounts_are_rounded_and_lifted_to_what_can_be_claimed(given: str, amount: str, lifted: bool) -> None:
    found = walkable(*THROUGH, amount=given)
    assert (found.amount, found.lifted) == (Decimal(amount), lifted)


@given(st.decimals(min_value=0, max_value=10**9, places=12))
def test_a_rounded_amount_is_at_most_half_a_cent_away_unless_it_was_lifted(given: Decimal) -> None:
    found = walkable(*THROUGH, amount=str(given))
    assert found.lifted or abs(found.amount - given) <= Decimal("0.005")


def test_what_no_sound_process_allows_is_told_with_the_mapping_s_reason() -> None:
    found = scripted(SAVED, ASKED, PAID)

    assert isinstance(found, Impossible)
    assert (found.activity, found.state, found.explained) == (ASKED, State.DRAFT, True)
    assert found.reason == Text("从未提交", "never submitted")
    assert found.end is State.PAID


def test_what_the_mapping_does_not_explain_is_told_as_such() -> None:
    found = scripted(SUBMITTED, PAID)

    assert isinstance(found, Impossible)
    assert not found.explained
    assert "payment made" in found.reason.en
    assert "in_approval" in found.reason.en


def test_who_takes_a_claim_back_waits_for_whose_turn_it_is() -> None:
    early = walkable(SUBMITTED, BACK, SUBMITTED, CHECKED, BACK)
    late = walkable(*THROUGH[:3], BACK)

    assert [early.turn_at(n, MAPPING) for n in (1, 4)] == ["ADMIN", "BOSS"]
    assert late.turn_at(3, MAPPING) == "MISSING"
    assert early.state_before(early.acts[1]) is State.IN_APPROVAL


@pytest.mark.parametrize("done", range(6))
def test_a_run_goes_on_where_it_was_broken_off(done: int) -> None:
    found = walkable(*THROUGH)
    assert found.done_by(found.order[:done]) == min(done, len(found.acts))


def test_what_was_only_saved_counts_as_done_with_what_follows() -> None:
    found = walkable(SAVED, *THROUGH)
    assert [found.done_by(found.order[:n]) for n in (0, 1, 5)] == [1, 2, 6]


def test_a_mapping_that_does_not_know_a_word_of_the_log_is_refused() -> None:
    with pytest.raises(refusals.UnknownActivity):
        scripted("invented", PAID)
    with pytest.raises(refusals.NoSuchEnd):
        scripted(SUBMITTED)
    with pytest.raises(refusals.NoSuchEnd):
        scripted()
    with pytest.raises(refusals.NotAnAmountOfMoney):
        scripted(*THROUGH, amount="twelve")
    with pytest.raises(refusals.AttributeMissing):
        script(a_trace(*THROUGH), mapped(log={"case": "nowhere", "amount": {"attribute": "amount"}}))
    with pytest.raises(refusals.EventWithoutAttribute):
        script(a_trace(*THROUGH), mapped(log={**a_mapping()["log"], "activity": "nowhere"}))


def test_the_log_s_own_attribute_says_who_acted_where_the_activity_does_not() -> None:
    mapping = mapped(
        log={**a_mapping()["log"], "role": "who"},
        activities={**a_mapping()["activities"], "looked at": {"verb": "approve"}},
    )
    trace = a_trace(SUBMITTED, "looked at", APPROVED, ASKED, PAID)

    with pytest.raises(refusals.UnknownRole):
        script(trace, mapping)
    trace.events[1]["who"] = "ADMIN"
    found = script(trace, mapping)
    assert isinstance(found, Script)
    assert found.order[1] == "approve ADMIN"


def test_a_case_that_is_there_twice_is_refused() -> None:
    with pytest.raises(refusals.CaseTwice):
        list(scripts([a_trace(*THROUGH), a_trace(*THROUGH, number=2)], MAPPING))
