"""Adding signers before, after and beside oneself, and doing without them."""

from __future__ import annotations

from uuid import UUID

import pytest

from services.approval.domain.policies.ballot import Mode, Outcome, Terms
from services.approval.domain.steps import refusals as no
from services.approval.domain.steps.delegation import delegate
from services.approval.domain.steps.signing import Place, add_signer, remove_signer
from services.approval.domain.steps.states import ItemState
from services.approval.domain.steps.steps import Step, StepState
from tests.builders.approval import TODAY, a_decision, a_directory, a_step, an_approver, new_id

IN_FORCE = a_directory().as_of(TODAY)
BEFORE, AFTER, BESIDE = Place
WAITING, ALLOCATED, DONE, CANCELLED = (
    ItemState.WAITING,
    ItemState.ALLOCATED,
    ItemState.DONE,
    ItemState.CANCELLED,
)


def added(step: Step, by: str, person: str, place: Place = BESIDE) -> Step:
    return add_signer(step, item_of(step, by), by, person, place, new_id(), IN_FORCE)


def removed(step: Step, by: str, person: str, *, administrator: bool = False) -> Step:
    return remove_signer(step, item_of(step, person), by, administrator=administrator)


def item_of(step: Step, person: str) -> UUID:
    return next(item.id for item in step.items if person in (item.assignee, *item.candidates))


def approved(step: Step, *people: str, outcome: Outcome = Outcome.APPROVED) -> Step:
    for person in people:
        step = step.decide(item_of(step, person), a_decision(person, outcome))
    return step


def stands(step: Step) -> dict[str, ItemState]:
    return {item.candidates[0]: item.state for item in step.items}


def test_a_signer_before_me_decides_first_and_then_it_is_with_me_again() -> None:
    step = added(a_step(), "lihua", "sunli", BEFORE)
    assert stands(step) == {"lihua": WAITING, "sunli": ALLOCATED}
    with pytest.raises(no.NotYourTurn):
        approved(step, "lihua")
    step = approved(step, "sunli")
    assert stands(step) == {"lihua": ALLOCATED, "sunli": DONE}
    assert approved(step, "lihua").outcome is Outcome.APPROVED


def test_a_signer_after_me_is_asked_once_i_have_approved() -> None:
    step = added(a_step(), "lihua", "sunli", AFTER)
    assert stands(step) == {"lihua": ALLOCATED, "sunli": WAITING}
    step = approved(step, "lihua")
    assert step.state is StepState.OPEN
    assert stands(step)["sunli"] is ALLOCATED
    assert approved(step, "sunli").outcome is Outcome.APPROVED


def test_a_signer_beside_me_is_asked_with_me_and_both_must_approve() -> None:
    step = added(a_step(), "lihua", "sunli")
    assert stands(step) == {"lihua": ALLOCATED, "sunli": ALLOCATED}
    assert approved(step, "sunli").state is StepState.OPEN
    assert approved(step, "sunli", "lihua").outcome is Outcome.APPROVED


def test_a_seat_has_rejected_as_soon_as_one_of_its_signers_has() -> None:
    for place in Place:
        step = added(a_step(), "lihua", "sunli", place)
        first = "sunli" if place is not AFTER else "lihua"
        assert approved(step, first, outcome=Outcome.REJECTED).outcome is Outcome.REJECTED


def test_whoever_waited_for_me_waits_for_whom_i_add_after_me_too() -> None:
    step = added(added(a_step(), "lihua", "sunli", AFTER), "lihua", "wuhao", AFTER)
    step = approved(step, "lihua")
    assert (stands(step)["wuhao"], stands(step)["sunli"]) == (ALLOCATED, WAITING)
    assert approved(step, "wuhao", "sunli").outcome is Outcome.APPROVED


def test_it_can_be_done_twice_and_by_one_who_was_added() -> None:
    step = added(added(a_step(), "lihua", "sunli", BEFORE), "lihua", "wuhao", BEFORE)
    step = added(step, "sunli", "zhaoqiang", AFTER)
    assert stands(approved(step, "sunli", "wuhao"))["lihua"] is WAITING
    step = approved(step, "sunli", "wuhao", "zhaoqiang")
    assert stands(step)["lihua"] is ALLOCATED


def test_an_added_signer_has_no_vote_of_their_own_but_shares_a_seat() -> None:
    approvers = [an_approver(name) for name in ("lihua", "sunli", "zhoumin")]
    step = added(a_step(*approvers, mode=Mode.VOTE), "lihua", "wuhao")
    step = approved(step, "sunli", "lihua")
    assert step.state is StepState.OPEN, "one of two in the seat is no vote"
    assert approved(step, "wuhao").outcome is Outcome.APPROVED


def test_where_people_decide_in_turn_the_next_begins_once_the_whole_seat_has_approved() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.SEQUENTIAL)
    step = approved(added(step, "lihua", "wuhao", AFTER), "lihua")
    assert stands(step) == {"lihua": DONE, "sunli": WAITING, "wuhao": ALLOCATED}
    assert stands(approved(step, "wuhao"))["sunli"] is ALLOCATED


def test_the_rest_of_a_seat_that_has_rejected_is_spared_where_everybody_else_is_heard() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL, terms=Terms(waits=True))
    step = approved(added(step, "lihua", "wuhao", AFTER), "lihua", outcome=Outcome.REJECTED)
    assert stands(step) == {"lihua": DONE, "sunli": ALLOCATED, "wuhao": CANCELLED}


def test_adding_somebody_to_what_a_pool_is_offered_claims_it() -> None:
    step = a_step(an_approver("sunli", "zhoumin"))
    step = add_signer(step, step.items[0].id, "sunli", "lihua", BEFORE, new_id(), IN_FORCE)
    assert step.items[0].assignee == "sunli"
    assert approved(step, "lihua").items[0].audience == {"sunli"}


@pytest.mark.parametrize(
    ("person", "refusal"),
    [
        ("lihua", no.AlreadySigns),
        ("sunli", no.AlreadySigns),
        ("wangfang", no.CannotSign),
        ("nobody", no.CannotSign),
    ],
)
def test_nobody_signs_twice_nor_who_asked_nor_who_has_left(
    person: str, refusal: type[no.AlreadySigns]
) -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL)
    with pytest.raises(refusal) as refused:
        added(step, "lihua", person)
    assert refused.value.values == {"person": person}
    assert refused.value.field == "person"


def test_only_whoever_has_it_adds_signers() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL)
    with pytest.raises(no.NotYourWorkItem):
        add_signer(step, step.items[0].id, "sunli", "wuhao", BESIDE, new_id(), IN_FORCE)
    with pytest.raises(no.WorkItemClosed):
        added(approved(step, "lihua"), "lihua", "wuhao")


def test_a_removed_signer_is_not_waited_for() -> None:
    step = added(a_step(), "lihua", "sunli", BEFORE)
    step = removed(step, "lihua", "sunli")
    assert stands(step) == {"lihua": ALLOCATED, "sunli": CANCELLED}
    assert approved(step, "lihua").outcome is Outcome.APPROVED


def test_removing_the_last_who_was_waited_for_completes_the_step() -> None:
    step = approved(added(a_step(), "lihua", "sunli"), "lihua")
    assert removed(step, "lihua", "sunli").outcome is Outcome.APPROVED


def test_whoever_added_a_signer_removes_them_and_so_do_those_above() -> None:
    step = added(added(a_step(), "lihua", "sunli"), "sunli", "wuhao")
    for by in ("sunli", "lihua"):
        assert stands(removed(step, by, "wuhao"))["wuhao"] is CANCELLED
    for by in ("wuhao", "zhaoqiang"):
        with pytest.raises(no.NotYourSigner):
            removed(step, by, "sunli")


def test_an_approver_of_the_route_is_removed_by_nobody_but_an_administrator() -> None:
    step = a_step(an_approver("lihua"), an_approver("sunli"), mode=Mode.ALL)
    with pytest.raises(no.NotYourSigner):
        removed(step, "sunli", "lihua")
    step = removed(step, "zhengnan", "lihua", administrator=True)
    assert approved(step, "sunli").outcome is Outcome.APPROVED


def test_whoever_has_decided_is_not_removed() -> None:
    step = approved(added(a_step(), "lihua", "sunli"), "sunli")
    with pytest.raises(no.SignerHasDecided) as refused:
        removed(step, "lihua", "sunli")
    assert refused.value.values == {"person": "sunli"}


def test_the_last_signer_of_a_step_is_not_removed() -> None:
    with pytest.raises(no.LastSigner):
        removed(a_step(), "zhengnan", "lihua", administrator=True)


def test_with_a_signer_go_those_whom_they_have_added_unless_one_has_decided() -> None:
    step = added(added(a_step(), "lihua", "sunli"), "sunli", "wuhao")
    step = added(step, "sunli", "zhaoqiang")
    gone = removed(step, "lihua", "sunli")
    assert [state for person, state in stands(gone).items() if person != "lihua"] == [CANCELLED] * 3
    kept = removed(approved(step, "wuhao"), "lihua", "sunli")
    assert stands(kept) == {
        "lihua": ALLOCATED,
        "sunli": CANCELLED,
        "wuhao": DONE,
        "zhaoqiang": ALLOCATED,
    }
    assert stands(removed(kept, "lihua", "zhaoqiang"))["zhaoqiang"] is CANCELLED


def test_whoever_waited_for_one_who_is_gone_waits_for_whom_that_one_waited_for() -> None:
    step = added(added(a_step(), "lihua", "sunli", BEFORE), "sunli", "wuhao", BEFORE)
    step = added(step, "sunli", "zhaoqiang", BEFORE)
    step = removed(approved(step, "wuhao"), "lihua", "sunli")
    assert stands(step)["lihua"] is WAITING, "zhaoqiang was asked before sunli, who was asked before lihua"
    assert stands(approved(step, "zhaoqiang"))["lihua"] is ALLOCATED


def test_who_was_removed_can_be_added_again() -> None:
    step = removed(added(a_step(), "lihua", "sunli"), "lihua", "sunli")
    again = added(step, "lihua", "sunli")
    assert [item.state for item in again.items] == [ALLOCATED, CANCELLED, ALLOCATED]


def test_a_delegate_adds_nobody() -> None:
    step = a_step()
    step = delegate(step, step.items[0].id, "lihua", "wuhao", IN_FORCE)
    for person in ("lihua", "wuhao"):
        with pytest.raises(no.DelegationOpen):
            add_signer(step, step.items[0].id, person, "sunli", BESIDE, new_id(), IN_FORCE)


def test_a_seat_can_be_filled_so_far_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.approval.domain.steps.signing.MOST_SIGNERS", 2)
    step = added(a_step(), "lihua", "sunli")
    with pytest.raises(no.TooManySigners):
        added(step, "lihua", "wuhao")
