"""What the decisions of a step add up to, and who may make them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from kernel.errors import NotFound
from services.approval.domain.people.directory import Person
from services.approval.domain.people.periods import Period
from services.approval.domain.planning.route import Skipped
from services.approval.domain.policies.ballot import Mode, Outcome, Terms
from services.approval.domain.steps.refusals import (
    CannotTransferTo,
    NoSuchEarlierStep,
    NotACandidate,
    NotFromAPool,
    NotYourTurn,
    NotYourWorkItem,
    RequesterMayNotDecide,
    WorkItemClosed,
    WorkItemTaken,
)
from services.approval.domain.steps.states import ItemState
from services.approval.domain.steps.steps import Step, StepState
from tests.builders.approval import (
    NOW,
    TODAY,
    a_decision,
    a_directory,
    a_plan,
    a_policy,
    a_step,
    an_approver,
    with_people,
)

REJECTED, RETURNED = Outcome.REJECTED, Outcome.RETURNED
IN_FORCE = a_directory().as_of(TODAY)


def states(step: Step) -> list[ItemState]:
    return [item.state for item in step.items]


def pool() -> tuple[Step, UUID]:
    step = a_step(an_approver("sunli", "zhoumin"))
    return step, step.items[0].id


def test_a_person_finds_the_item_in_their_list_and_a_pool_is_offered_it() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli", "zhoumin"), mode=Mode.ALL)
    assert states(step) == [ItemState.ALLOCATED, ItemState.OFFERED]
    assert [item.audience for item in step.items] == [{"lihua"}, {"sunli", "zhoumin"}]


def test_the_approval_of_a_single_step_completes_it() -> None:
    step = a_step()
    done = step.decide(step.items[0].id, a_decision("lihua", comment="好"))
    assert (done.state, done.outcome) == (StepState.COMPLETED, Outcome.APPROVED)
    assert done.completion == a_decision("lihua", comment="好")


def test_a_claimed_item_is_no_longer_offered_to_the_others() -> None:
    step, item = pool()
    claimed = step.claim(item, "sunli")
    assert claimed.item(item).audience == {"sunli"}
    with pytest.raises(WorkItemTaken) as refusal:
        claimed.claim(item, "zhoumin")
    assert refusal.value.values == {"holder": "sunli"}
    with pytest.raises(NotYourWorkItem):
        claimed.decide(item, a_decision("zhoumin"))


def test_claiming_twice_changes_nothing() -> None:
    step, item = pool()
    claimed = step.claim(item, "sunli")
    assert claimed.claim(item, "sunli") == claimed


def test_whoever_is_not_in_the_pool_cannot_claim_from_it() -> None:
    step, item = pool()
    with pytest.raises(NotACandidate):
        step.claim(item, "lihua")


def test_a_released_item_is_offered_to_the_whole_pool_again() -> None:
    step, item = pool()
    released = step.claim(item, "sunli").release(item, "sunli")
    assert released.item(item).audience == {"sunli", "zhoumin"}
    assert released.item(item).version == 3


def test_only_the_holder_releases_and_only_what_came_from_a_pool() -> None:
    step, item = pool()
    with pytest.raises(NotYourWorkItem):
        step.release(item, "sunli")
    with pytest.raises(NotYourWorkItem):
        step.claim(item, "sunli").release(item, "zhoumin")
    alone = a_step()
    with pytest.raises(NotFromAPool):
        alone.release(alone.items[0].id, "lihua")


def test_deciding_an_offered_item_claims_it_by_the_same_act() -> None:
    step, item = pool()
    done = step.decide(item, a_decision("zhoumin"))
    assert done.item(item).assignee == "zhoumin"
    assert done.state is StepState.COMPLETED


def test_the_first_decision_of_an_any_step_counts_and_the_others_are_not_needed() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ANY)
    done = step.decide(step.items[1].id, a_decision("sunli", REJECTED))
    assert done.outcome is REJECTED
    assert states(done) == [ItemState.CANCELLED, ItemState.DONE]


def test_two_approvers_of_an_any_step_cannot_both_decide_it() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ANY)
    done = step.decide(step.items[0].id, a_decision("lihua"))
    with pytest.raises(WorkItemClosed) as refusal:
        done.decide(step.items[1].id, a_decision("sunli"))
    assert refusal.value.values == {"state": "cancelled"}


def test_everyone_must_approve_a_countersign_step() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL)
    half = step.decide(step.items[0].id, a_decision("lihua"))
    assert (half.state, half.outcome) == (StepState.OPEN, None)
    whole = half.decide(step.items[1].id, a_decision("sunli"))
    assert (whole.state, whole.outcome) == (StepState.COMPLETED, Outcome.APPROVED)


@pytest.mark.parametrize("outcome", [REJECTED, RETURNED])
def test_one_who_does_not_approve_ends_a_countersign_step_at_once(outcome: Outcome) -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), an_approver("zhoumin"), mode=Mode.ALL)
    ended = step.decide(step.items[0].id, a_decision("lihua")).decide(
        step.items[1].id, a_decision("sunli", outcome)
    )
    assert ended.outcome is outcome
    assert states(ended) == [ItemState.DONE, ItemState.DONE, ItemState.CANCELLED]


def test_nobody_decides_twice() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL)
    half = step.decide(step.items[0].id, a_decision("lihua"))
    with pytest.raises(WorkItemClosed) as refusal:
        half.decide(step.items[0].id, a_decision("lihua", REJECTED))
    assert refusal.value.values == {"state": "done"}


def test_a_stranger_decides_nothing_and_learns_nothing_of_the_state() -> None:
    step = a_step()
    done = step.decide(step.items[0].id, a_decision("lihua"))
    for any_state in (step, done):
        with pytest.raises(NotYourWorkItem):
            any_state.decide(step.items[0].id, a_decision("sunli"))


def test_nobody_decides_what_they_asked_for() -> None:
    step = a_step(an_approver("wangfang", "lihua"))
    with pytest.raises(RequesterMayNotDecide):
        step.claim(step.items[0].id, "wangfang")
    with pytest.raises(RequesterMayNotDecide):
        step.decide(step.items[0].id, a_decision("wangfang"))


def test_it_can_be_returned_to_the_requester_or_to_a_step_that_was_walked() -> None:
    step = a_step()
    item = step.items[0].id
    assert step.decide(item, a_decision("lihua", RETURNED)).completion == a_decision("lihua", RETURNED)
    back = step.decide(item, a_decision("lihua", RETURNED, return_to="first"))
    assert back.completion is not None
    assert back.completion.return_to == "first"
    with pytest.raises(NoSuchEarlierStep) as refusal:
        step.decide(item, a_decision("lihua", RETURNED, return_to="third"))
    assert refusal.value.values == {"step": "third"}


def test_only_a_return_goes_back() -> None:
    with pytest.raises(ValueError, match="does not go back"):
        a_decision("lihua", return_to="first")


def test_whoever_is_given_an_item_decides_in_the_place_of_the_giver() -> None:
    step = a_step()
    item = step.items[0].id
    given = step.transfer(item, "lihua", "zhaoqiang", IN_FORCE)
    assert given.item(item).audience == {"zhaoqiang"}
    with pytest.raises(NotYourWorkItem):
        given.decide(item, a_decision("lihua"))
    assert given.decide(item, a_decision("zhaoqiang")).outcome is Outcome.APPROVED


def test_what_was_given_away_from_a_pool_cannot_be_put_back() -> None:
    step, item = pool()
    given = step.transfer(item, "sunli", "lihua", IN_FORCE)
    with pytest.raises(NotFromAPool):
        given.release(item, "lihua")
    with pytest.raises(NotACandidate):
        given.claim(item, "zhoumin")


def test_a_colleague_of_the_same_pool_can_be_given_the_item() -> None:
    step, item = pool()
    assert step.transfer(item, "sunli", "zhoumin", IN_FORCE).item(item).assignee == "zhoumin"


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ("wangfang", "申请人"),
        ("sunli", "已参与"),
        ("lihua", "已参与"),
        ("nobody", "不在职"),
        ("left", "不在职"),
    ],
)
def test_an_item_cannot_be_given_to(person: str, sentence: str) -> None:
    left = Person("left", "离职", period=Period(None, TODAY.replace(day=1)))
    directory = with_people(a_directory(), left).as_of(TODAY)
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL)
    with pytest.raises(CannotTransferTo) as refusal:
        step.transfer(step.items[0].id, "lihua", person, directory)
    assert refusal.value.reason == "CANNOT_TRANSFER_TO"
    assert refusal.value.values == {"person": person}
    assert sentence in refusal.value.text.zh


def test_only_the_holder_gives_it_away() -> None:
    step, item = pool()
    with pytest.raises(NotYourWorkItem):
        step.claim(item, "sunli").transfer(item, "zhoumin", "lihua", IN_FORCE)
    with pytest.raises(RequesterMayNotDecide):
        step.transfer(item, "wangfang", "lihua", IN_FORCE)


def test_a_cancelled_step_has_no_open_items_and_a_completed_one_stays_completed() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL)
    cancelled = step.cancel()
    assert cancelled.state is StepState.CANCELLED
    assert states(cancelled) == [ItemState.CANCELLED, ItemState.CANCELLED]
    assert cancelled.cancel() == cancelled
    done = a_step()
    done = done.decide(done.items[0].id, a_decision("lihua"))
    assert done.cancel() == done


def test_an_item_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        a_step().claim(UUID(int=0), "lihua")


def test_a_step_that_asks_nobody_cannot_be_opened() -> None:
    planned = replace(a_plan(a_policy()).steps[0], skipped=Skipped.NOBODY, approvers=())
    with pytest.raises(ValueError, match="cannot be opened"):
        Step.opened(a_step().name, planned, requester="wangfang", earlier=(), ids=[], at=NOW)


def in_turn() -> Step:
    return a_step(an_approver("lihua"), an_approver("sunli", "zhoumin"), mode=Mode.SEQUENTIAL)


def test_where_people_decide_one_after_another_only_the_first_is_asked() -> None:
    step = in_turn()
    assert states(step) == [ItemState.ALLOCATED, ItemState.WAITING]
    second = step.items[1].id
    for attempt in (
        lambda: step.decide(second, a_decision("sunli")),
        lambda: step.claim(second, "sunli"),
        lambda: step.transfer(second, "sunli", "wuhao", IN_FORCE),
    ):
        with pytest.raises(NotYourTurn):
            attempt()


def test_an_approval_begins_the_turn_of_the_next_and_the_last_completes_the_step() -> None:
    step = in_turn()
    step = step.decide(step.items[0].id, a_decision("lihua"))
    assert states(step) == [ItemState.DONE, ItemState.OFFERED]
    step = step.decide(step.items[1].id, a_decision("zhoumin"))
    assert (step.state, step.outcome) == (StepState.COMPLETED, Outcome.APPROVED)


def test_a_rejection_spares_those_whose_turn_has_not_come() -> None:
    step = in_turn()
    step = step.decide(step.items[0].id, a_decision("lihua", REJECTED))
    assert states(step) == [ItemState.DONE, ItemState.CANCELLED]


def test_the_completion_of_a_vote_is_the_last_decision_that_says_the_same() -> None:
    approvers = [an_approver(name) for name in ("lihua", "sunli", "zhoumin")]
    step = a_step(*approvers, mode=Mode.VOTE, terms=Terms(waits=True))
    first, second, third = step.items
    step = step.decide(first.id, a_decision("lihua", REJECTED, comment="太贵"))
    step = step.decide(second.id, a_decision("sunli", REJECTED, comment="不必"))
    step = step.decide(third.id, a_decision("zhoumin"))
    assert step.outcome is REJECTED
    assert step.completion is not None
    assert step.completion.outcome is REJECTED
