"""Somebody leaves: what becomes of their share in a step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.approval.domain.policies.ballot import Mode, Outcome
from services.approval.domain.steps.delegation import delegate
from services.approval.domain.steps.handing_over import HandedOver, hand_over
from services.approval.domain.steps.questions import ask
from services.approval.domain.steps.states import ItemState
from services.approval.domain.steps.steps import Step
from tests.builders.approval import NOW, TODAY, a_decision, a_directory, a_step, an_approver, new_id

TREE = a_directory().as_of(TODAY)


def has_it(step: Step) -> list[str]:
    return [item.assignee for item in step.items]


def test_the_successor_decides_in_the_place_of_who_leaves() -> None:
    step = a_step(an_approver("lihua"))
    done = hand_over(step, "lihua", "sunli")
    assert (has_it(done.step), [item.id for item in done.moved]) == (["sunli"], [step.items[0].id])
    assert done.step.items[0].version == step.items[0].version + 1
    assert done.step.decide(step.items[0].id, a_decision("sunli")).outcome is Outcome.APPROVED


@pytest.mark.parametrize("state", ["started", "suspended", "waiting", "snoozed"])
def test_an_item_is_handed_over_in_whatever_state(state: str) -> None:
    step = a_step(an_approver("wuhao"), an_approver("lihua"), mode=Mode.SEQUENTIAL)
    id = step.items[1].id
    if state != "waiting":
        step = step.decide(step.items[0].id, a_decision("wuhao"))
    if state == "started":
        step = step.start(id, "lihua")
    if state in ("suspended", "snoozed"):
        step = step.suspend(id, "lihua", NOW + timedelta(days=3) if state == "snoozed" else None)
    before = step.item(id)
    (moved,) = hand_over(step, "lihua", "sunli").moved
    assert (moved.state, moved.until) == (before.state, before.until)
    assert "sunli" in moved.people
    assert "lihua" not in moved.people


def test_in_a_pool_the_successor_takes_the_place_and_a_colleague_makes_it_smaller() -> None:
    step = a_step(an_approver("sunli", "zhoumin"))
    (moved,) = hand_over(step, "sunli", "wuhao").moved
    assert moved.candidates == ("wuhao", "zhoumin")
    (same,) = hand_over(step, "sunli", "zhoumin").moved
    assert same.candidates == ("zhoumin",)


def test_nobody_gets_two_shares_and_nobody_what_they_asked_for() -> None:
    both = a_step(an_approver("sunli"), an_approver("zhoumin"), mode=Mode.ALL)
    done = hand_over(both, "sunli", "zhoumin")
    assert (done.step, [item.assignee for item in done.kept]) == (both, ["sunli"])
    done = hand_over(both, "sunli", both.requester)
    assert (done.moved, len(done.kept)) == ((), 1)


def test_whom_the_successor_cannot_follow_leaves_the_pool_to_the_others() -> None:
    step = a_step(an_approver("sunli", "zhoumin"), an_approver("wuhao"), mode=Mode.ALL)
    claimed = step.claim(step.items[0].id, "sunli")
    for held in (step, claimed, claimed.suspend(step.items[0].id, "sunli")):
        done = hand_over(held, "sunli", "wuhao")
        (left,) = done.left_pool
        assert (left.candidates, left.assignee, left.state) == (("zhoumin",), "", ItemState.OFFERED)
        assert done.step.claim(left.id, "zhoumin").items[0].assignee == "zhoumin"


def test_what_was_delegated_comes_back_to_the_successor() -> None:
    step = a_step(an_approver("lihua"))
    id = step.items[0].id
    delegated = delegate(step, id, "lihua", "sunli", TREE)
    (moved,) = hand_over(delegated, "lihua", "wuhao").moved
    assert (moved.assignee, moved.owners) == ("sunli", ("wuhao",))
    (own,) = hand_over(delegated, "lihua", "sunli").moved
    assert (own.assignee, own.owners) == ("sunli", ())


def test_what_was_delegated_to_who_leaves_goes_back_where_the_successor_cannot_follow() -> None:
    step = a_step(an_approver("lihua", "zhoumin"), an_approver("wuhao"), mode=Mode.ALL)
    id = step.items[0].id
    outside = delegate(step, id, "lihua", "sunli", TREE)
    colleague = delegate(step, id, "lihua", "zhoumin", TREE)
    for delegated in (outside, outside.suspend(id, "sunli"), colleague):
        done = hand_over(delegated, delegated.item(id).assignee, "wuhao")
        (back,) = done.left_pool
        assert (back.state, back.assignee, back.owners) == (ItemState.ALLOCATED, "lihua", ())
        assert done.step.decide(id, a_decision("lihua")).item(id).decision


def test_who_leaves_is_left_out_of_a_chain_of_delegates_where_the_successor_cannot_follow() -> None:
    step = a_step(an_approver("lihua"), an_approver("wuhao"), mode=Mode.ALL)
    id = step.items[0].id
    chain = delegate(delegate(step, id, "lihua", "sunli", TREE), id, "sunli", "zhoumin", TREE)
    done = hand_over(chain, "sunli", "wuhao")
    assert (done.step.item(id).assignee, done.step.item(id).owners) == ("zhoumin", ("lihua",))
    assert hand_over(chain, "lihua", "wuhao").kept == (chain.item(id),), "it is to come back to nobody else"


def test_a_successor_in_the_chain_of_delegates_has_it_once_as_near_to_its_owner_as_may_be() -> None:
    step = a_step(an_approver("lihua"))
    id = step.items[0].id
    chain = delegate(delegate(step, id, "lihua", "sunli", TREE), id, "sunli", "zhoumin", TREE)
    for leaver, to, hands in (
        ("lihua", "zhoumin", ("zhoumin",)),
        ("lihua", "sunli", ("sunli", "zhoumin")),
        ("zhoumin", "lihua", ("lihua",)),
        ("sunli", "lihua", ("lihua", "zhoumin")),
    ):
        after = hand_over(chain, leaver, to).step.item(id)
        assert (*after.owners, after.assignee) == hands


def test_a_question_is_answered_by_the_successor_and_stands_so_where_it_was_asked() -> None:
    step = a_step(an_approver("lihua"))
    asked = ask(step, step.items[0].id, "lihua", "sunli", "为何？", new_id(), NOW, TREE)
    done = hand_over(asked, "sunli", asked.requester)
    assert done.moved[0].assignee == asked.requester
    assert done.step.items[0].questions[0].person == asked.requester


def test_what_is_decided_stays_with_who_decided_it() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL)
    decided = step.decide(step.items[0].id, a_decision("lihua"))
    assert hand_over(decided, "lihua", "wuhao") == HandedOver(decided)


PEOPLE = ("lihua", "sunli", "zhoumin", "wuhao", "zhaoqiang")
GROUPS = st.lists(
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True), min_size=1, max_size=3
)


@given(GROUPS, st.sampled_from(PEOPLE), st.sampled_from((*PEOPLE, "wangfang")), st.data())
def test_nothing_of_who_leaves_stays_but_what_is_named(
    groups: list[list[str]], leaver: str, to: str, data: st.DataObject
) -> None:
    seen: set[str] = set()
    shares = [[one for one in group if one not in seen and not seen.add(one)] for group in groups]  # type: ignore[func-returns-value]  # add says nothing
    step = a_step(*(an_approver(*share) for share in shares if share), mode=Mode.ALL)
    for item in step.items:
        if item.is_from_pool and data.draw(st.booleans()):
            step = step.claim(item.id, data.draw(st.sampled_from(item.candidates)))
        for person in data.draw(st.lists(st.sampled_from(PEOPLE), max_size=3, unique=True)):
            if (holder := step.item(item.id).assignee) and person not in (holder, *step.shares()):
                step = delegate(step, item.id, holder, person, TREE)
    if leaver == to:
        return
    done = hand_over(step, leaver, to)
    kept = {item.id for item in done.kept}
    for before, after in zip(step.items, done.step.items, strict=True):
        assert (leaver in after.people) == (before.id in kept)
        assert after.audience, "somebody has it"
        assert after.candidates
        assert not after.owners or after.owners[0] in after.candidates, "whose it was decides"
        assert len({*after.owners, after.assignee}) == len(after.owners) + 1
    own = [item for item in done.step.items if to in item.people]
    assert len(own) <= 1
    assert to != step.requester or not own
    assert replace(done.step, items=step.items) == step
