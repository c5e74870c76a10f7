"""What else people do with work items: put aside, delegate, ask, abstain, stand in for each other, take back, urge."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from services.approval.domain.policies.ballot import Mode, Outcome, Terms
from services.approval.domain.policies.settings.acting import Begins
from services.approval.domain.steps import refusals as no
from services.approval.domain.steps import undoing
from services.approval.domain.steps.delegation import call_back, delegate, hand_back
from services.approval.domain.steps.questions import MOST_OPEN, answer, ask
from services.approval.domain.steps.signing import Place, add_signer
from services.approval.domain.steps.states import ItemState
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.steps.undoing import undo
from services.approval.domain.steps.urging import urge
from services.approval.domain.time.timers import DELIVER
from tests.builders.approval import (
    NOW,
    TODAY,
    a_decision,
    a_directory,
    a_step,
    an_approver,
    new_id,
)

IN_FORCE = a_directory().as_of(TODAY)
MINUTE = timedelta(minutes=1)
WINDOW = 10 * MINUTE
SKIPPED = Outcome.SKIPPED


def one() -> tuple[Step, UUID]:
    step = a_step()
    return step, step.items[0].id


def given(step: Step, by: str, to: str) -> Step:
    return delegate(step, step.items[0].id, by, to, IN_FORCE)


# Put aside.


def test_starting_an_offered_item_claims_it_and_starting_twice_changes_nothing() -> None:
    step = a_step(an_approver("sunli", "zhoumin"))
    item = step.items[0].id
    started = step.start(item, "sunli")
    assert (started.item(item).state, started.item(item).audience) == (ItemState.STARTED, {"sunli"})
    assert started.start(item, "sunli") == started
    assert started.decide(item, a_decision("sunli")).outcome is Outcome.APPROVED
    assert started.release(item, "sunli").item(item).audience == {"sunli", "zhoumin"}


def test_what_is_suspended_is_decided_once_it_is_resumed() -> None:
    step, item = one()
    aside = step.suspend(item, "lihua")
    assert aside.item(item).audience == {"lihua"}
    for refused in (
        lambda: aside.decide(item, a_decision("lihua")),
        lambda: aside.suspend(item, "lihua"),
        lambda: aside.transfer(item, "lihua", "sunli", IN_FORCE),
        lambda: delegate(aside, item, "lihua", "sunli", IN_FORCE),
    ):
        with pytest.raises(no.WorkItemSuspended):
            refused()
    with pytest.raises(no.NotYourWorkItem):
        aside.resume(item, "sunli")
    resumed = aside.resume(item, "lihua")
    assert resumed.decide(item, a_decision("lihua")).outcome is Outcome.APPROVED
    with pytest.raises(no.NotSuspended):
        resumed.resume(item, "lihua")


def test_what_is_snoozed_comes_back_by_itself() -> None:
    step, item = one()
    aside = step.suspend(item, "lihua", NOW + MINUTE)
    assert aside.woken(NOW) is aside
    back = aside.woken(NOW + MINUTE)
    assert back.item(item).version == aside.item(item).version
    assert back.decide(item, a_decision("lihua")).outcome is Outcome.APPROVED


def test_a_policy_may_have_work_begin_by_itself() -> None:
    pools = (an_approver("lihua"), an_approver("sunli", "zhoumin"))
    step = a_step(*pools, mode=Mode.ALL, begins=Begins.ON_ALLOCATION)
    assert [item.state for item in step.items] == [ItemState.STARTED, ItemState.OFFERED]
    assert step.claim(step.items[1].id, "sunli").items[1].state is ItemState.STARTED
    step = a_step(*pools, mode=Mode.ALL, begins=Begins.ON_CREATION)
    assert [item.state for item in step.items] == [ItemState.STARTED, ItemState.OFFERED]
    assert step.claim(step.items[1].id, "sunli").items[1].state is ItemState.ALLOCATED


# Delegate.


def test_a_delegate_hands_it_back_and_then_it_is_decided() -> None:
    step, item = one()
    away = given(step, "lihua", "sunli")
    assert away.item(item).audience == {"sunli"}
    for person in ("lihua", "sunli"):
        with pytest.raises(no.DelegationOpen) as refused:
            away.decide(item, a_decision(person))
        assert refused.value.values == {"holder": "sunli"}
    back = hand_back(away, item, "sunli")
    assert back.item(item).audience == {"lihua"}
    assert back.decide(item, a_decision("lihua")).outcome is Outcome.APPROVED


def test_delegation_goes_on_and_comes_back_the_same_way() -> None:
    step, item = one()
    away = given(given(step, "lihua", "sunli"), "sunli", "wuhao")
    assert away.item(item).owners == ("lihua", "sunli")
    assert hand_back(away, item, "wuhao").item(item).audience == {"sunli"}
    assert call_back(away, item, "sunli").item(item).owners == ("lihua",)
    assert call_back(away, item, "lihua").item(item).owners == ()
    with pytest.raises(no.NotYourWorkItem):
        call_back(away, item, "wuhao")


def test_a_delegate_transfers_nothing_and_nobody_gets_it_twice() -> None:
    step, item = one()
    away = given(step, "lihua", "sunli")
    with pytest.raises(no.DelegationOpen):
        away.transfer(item, "sunli", "wuhao", IN_FORCE)
    for person in ("sunli", "lihua"):
        with pytest.raises(no.AlreadySigns):
            given(away, "sunli", person)
    with pytest.raises(no.CannotSign):
        given(away, "sunli", "wangfang")


def test_only_what_was_delegated_is_handed_back_and_only_by_who_has_it() -> None:
    step, item = one()
    with pytest.raises(no.NotDelegated):
        hand_back(step, item, "lihua")
    away = given(step, "lihua", "sunli")
    with pytest.raises(no.DelegationOpen):
        hand_back(away, item, "lihua")
    with pytest.raises(no.NotYourWorkItem):
        hand_back(away, item, "wuhao")


# Ask.


def asked(step: Step, person: str = "wangfang", by: str = "lihua") -> tuple[Step, UUID]:
    new = new_id()
    return ask(step, step.items[0].id, by, person, "何故？", new, NOW, IN_FORCE), new


def test_the_requester_answers_and_whoever_asked_has_it_on_the_item() -> None:
    step, question = asked(a_step())
    assert step.item(question).audience == {"wangfang"}
    answered = answer(step, question, "wangfang", "因为下雨", NOW + MINUTE)
    (known,) = answered.items[0].questions
    assert (known.person, known.answer, known.answered_at) == ("wangfang", "因为下雨", NOW + MINUTE)
    assert answered.items[0].version == step.items[0].version + 1
    assert answered.item(question).state is ItemState.DONE
    assert answered.state is StepState.OPEN


def test_nobody_has_to_wait_for_an_answer_and_who_decides_closes_the_question() -> None:
    step, question = asked(a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL))
    decided = step.decide(step.items[0].id, a_decision("lihua"))
    assert decided.state is StepState.OPEN
    assert decided.item(question).state is ItemState.CANCELLED
    with pytest.raises(no.WorkItemClosed):
        answer(decided, question, "wangfang", "…", NOW)


def test_a_question_is_no_vote_and_a_vote_is_no_question() -> None:
    step, question = asked(a_step(), "sunli")
    for refused in (
        lambda: step.decide(question, a_decision("sunli")),
        lambda: step.transfer(question, "sunli", "wuhao", IN_FORCE),
        lambda: delegate(step, question, "sunli", "wuhao", IN_FORCE),
        lambda: add_signer(step, question, "sunli", "wuhao", Place.BESIDE, new_id(), IN_FORCE),
        lambda: ask(step, question, "sunli", "wuhao", "?", new_id(), NOW, IN_FORCE),
    ):
        with pytest.raises(no.AnswerAsked):
            refused()
    with pytest.raises(no.NotAQuestion):
        answer(step, step.items[0].id, "lihua", "…", NOW)
    with pytest.raises(no.NotYourWorkItem):
        answer(step, question, "wuhao", "…", NOW)


def test_who_cannot_be_asked_and_how_often() -> None:
    step, _ = asked(a_step())
    with pytest.raises(no.CannotAsk):
        asked(step, "lihua")
    with pytest.raises(no.CannotSign):
        asked(step, "nobody")
    for _ in range(MOST_OPEN - 1):
        step, _ = asked(step)
    with pytest.raises(no.TooManyQuestions):
        asked(step)


def test_whoever_is_given_an_item_keeps_what_was_asked_unless_it_begins_afresh() -> None:
    step, question = asked(a_step())
    item = step.items[0].id
    kept = step.transfer(item, "lihua", "sunli", IN_FORCE)
    assert len(kept.item(item).questions) == 1
    assert kept.item(question).is_open
    afresh = step.transfer(item, "lihua", "sunli", IN_FORCE, restart=True)
    assert afresh.item(item).questions == ()
    assert not afresh.item(question).is_open


# Abstain.


def test_who_abstains_leaves_the_ballot_where_the_policy_lets_them() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL, skippable=True)
    step = step.decide(step.items[0].id, a_decision("lihua", SKIPPED))
    assert step.decide(step.items[1].id, a_decision("sunli")).outcome is Outcome.APPROVED
    nobody = step.decide(step.items[1].id, a_decision("sunli", SKIPPED))
    assert (nobody.state, nobody.outcome) == (StepState.COMPLETED, SKIPPED)
    strict, item = one()
    with pytest.raises(no.SkipNotAllowed):
        strict.decide(item, a_decision("lihua", SKIPPED))


# Stand in.


def test_a_decision_says_in_whose_place_it_was_made() -> None:
    step, item = one()
    done = step.decide(item, a_decision("sunli", on_behalf_of="lihua"))
    assert done.item(item).assignee == "lihua"
    assert done.completion is not None
    assert (done.completion.by, done.completion.on_behalf_of) == ("sunli", "lihua")


def test_nobody_stands_in_who_has_a_share_or_has_asked() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), an_approver("wuhao"), mode=Mode.ALL)
    first, second, third = (item.id for item in step.items)
    with pytest.raises(no.AlreadySigns):
        step.decide(first, a_decision("sunli", on_behalf_of="lihua"))
    with pytest.raises(no.RequesterMayNotDecide):
        step.decide(first, a_decision("wangfang", on_behalf_of="lihua"))
    step = step.decide(first, a_decision("zhoumin", on_behalf_of="lihua"))
    for item, person in ((second, "sunli"), (third, "wuhao")):
        with pytest.raises(no.AlreadySigns):
            step.decide(item, a_decision("zhoumin", on_behalf_of=person))


# Take back.


def test_a_decision_is_taken_back_within_the_window_and_what_it_closed_is_open_again() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli", "zhoumin"), mode=Mode.ANY, undo=WINDOW)
    item = step.items[0].id
    done = step.decide(item, a_decision("lihua", Outcome.REJECTED))
    assert done.timers.due == {DELIVER: NOW + WINDOW}
    assert (done.state, done.is_delivered) == (StepState.COMPLETED, False)
    back = undo(done, item, "lihua", NOW + WINDOW - MINUTE)
    assert (back.state, back.outcome, dict(back.timers.due)) == (StepState.OPEN, None, {})
    assert [one.audience for one in back.items] == [{"lihua"}, {"sunli", "zhoumin"}]
    again = back.decide(item, a_decision("lihua", at=NOW + MINUTE))
    assert again.outcome is Outcome.APPROVED
    assert again.timers.revision > done.timers.revision


def test_a_window_that_is_over_or_was_never_there_lets_nobody_take_anything_back() -> None:
    step = a_step(undo=WINDOW)
    done = step.decide(step.items[0].id, a_decision("lihua"))
    with pytest.raises(no.UndoTooLate) as late:
        undo(done, step.items[0].id, "lihua", NOW + WINDOW)
    assert late.value.values == {"until": "2026-11-20T02:10:00+00:00"}
    never, item = one()
    with pytest.raises(no.UndoNotAllowed):
        undo(never.decide(item, a_decision("lihua")), item, "lihua", NOW)


def test_the_window_stands_still_while_the_case_rests() -> None:
    step = a_step(undo=WINDOW)
    item, much_later = step.items[0].id, NOW + timedelta(days=3)
    done = step.decide(item, a_decision("lihua"))
    resting = undoing.rest(done, NOW + MINUTE)
    assert (dict(resting.timers.due), resting.is_delivered, resting.cancel().is_delivered) == (
        {},
        False,
        True,
    )
    going_on = undoing.go_on(resting, much_later)
    assert going_on.timers.due == {DELIVER: much_later + WINDOW - MINUTE}
    assert undo(going_on, item, "lihua", much_later + WINDOW - 2 * MINUTE).state is StepState.OPEN
    with pytest.raises(no.UndoTooLate):
        undo(going_on, item, "lihua", much_later + WINDOW - MINUTE)
    assert undoing.go_on(going_on, much_later) == going_on


def test_everybody_has_what_was_left_of_their_own_window_after_a_rest() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL, undo=WINDOW)
    first, second = (item.id for item in step.items)
    step = undoing.rest(step.decide(first, a_decision("lihua")), NOW + 9 * MINUTE)
    step = undoing.go_on(step, NOW + 60 * MINUTE)
    assert undo(step, first, "lihua", NOW + 60 * MINUTE).item(first).is_open
    with pytest.raises(no.UndoTooLate):
        undo(step, first, "lihua", NOW + 61 * MINUTE)
    done = step.decide(second, a_decision("sunli", at=NOW + 60 * MINUTE))
    assert done.timers.due == {DELIVER: NOW + 70 * MINUTE}
    again = undoing.go_on(undoing.rest(done, NOW + 65 * MINUTE), NOW + 100 * MINUTE)
    assert undo(again, second, "sunli", NOW + 104 * MINUTE).item(second).is_open


def test_what_others_have_built_on_is_not_taken_back() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.SEQUENTIAL, undo=WINDOW)
    first, second = (item.id for item in step.items)
    once = step.decide(first, a_decision("lihua"))
    assert undo(once, first, "lihua", NOW).items[1].state is ItemState.WAITING
    twice = once.decide(second, a_decision("sunli"))
    with pytest.raises(no.BuiltUpon):
        undo(twice, first, "lihua", NOW)
    assert undo(twice, second, "sunli", NOW).items[1].audience == {"sunli"}


def test_what_the_workflow_knows_is_not_taken_back() -> None:
    step = a_step(undo=WINDOW)
    done = step.decide(step.items[0].id, a_decision("lihua"))
    with pytest.raises(no.BuiltUpon):
        undo(done.cancel(), step.items[0].id, "lihua", NOW)
    assert done.cancel().is_delivered


def test_what_ended_without_a_decision_is_not_opened_by_taking_it_back() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL, undo=WINDOW)
    first, second = (item.id for item in step.items)
    step = step.decide(first, a_decision("lihua")).decide(second, a_decision("sunli", Outcome.REJECTED))
    with pytest.raises(no.BuiltUpon):
        undo(step, first, "lihua", NOW)
    waits = a_step(
        an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL, terms=Terms(waits=True), undo=WINDOW
    )
    beside = add_signer(waits, waits.items[0].id, "lihua", "wuhao", Place.BESIDE, new_id(), IN_FORCE)
    beside = beside.decide(waits.items[0].id, a_decision("lihua"))
    beside = beside.decide(beside.items[2].id, a_decision("wuhao", Outcome.REJECTED))
    with pytest.raises(no.BuiltUpon):
        undo(beside, waits.items[0].id, "lihua", NOW)


def test_only_the_decider_takes_it_back_and_only_what_was_decided() -> None:
    step = a_step(undo=WINDOW)
    item = step.items[0].id
    with pytest.raises(no.NothingToUndo):
        undo(step, item, "lihua", NOW)
    done = step.decide(item, a_decision("lihua"))
    for state in (step, done):
        with pytest.raises(no.NotYourWorkItem):
            undo(state, item, "sunli", NOW)
    cancelled = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL, undo=WINDOW)
    half = cancelled.decide(cancelled.items[0].id, a_decision("lihua")).cancel()
    with pytest.raises(no.WorkItemClosed):
        undo(half, cancelled.items[0].id, "lihua", NOW)


# Urge.


def test_a_step_is_urged_now_and_then_and_not_more() -> None:
    step = urge(a_step(urge=WINDOW), NOW)
    with pytest.raises(no.UrgedAlready) as refused:
        urge(step, NOW + WINDOW - MINUTE)
    assert refused.value.values == {"next_time": "2026-11-20T02:10:00+00:00"}
    assert urge(step, NOW + WINDOW).urged_at == NOW + WINDOW
    with pytest.raises(no.WorkItemClosed):
        urge(step.cancel(), NOW + WINDOW)
