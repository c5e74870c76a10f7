"""A case from its request to its outcome: what may happen when."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from kernel.errors import IllegalTransition, Refusal
from kernel.transitions import move
from services.approval.domain.cases.case import (
    GIVEN_UP,
    TRANSITIONS,
    Case,
    CaseIsClosed,
    CaseNotSuspended,
    CaseOutcome,
    CaseSealed,
    CaseState,
    CaseSuspended,
    CaseTerminated,
    CaseVerb,
    CaseWithdrawn,
    DocumentChanged,
    DocumentHasOpenCase,
    OnlyTheRequester,
    SealAnswer,
    Seals,
    next_name,
)
from services.approval.domain.cases.names import CaseName
from tests.builders.approval import NOW, a_case, yuan

OPEN, SEALED, SUSPENDED, WITHDRAWING, TERMINATING, CLOSED = CaseState
APPROVED, REJECTED, WITHDRAWN, TERMINATED = CaseOutcome


def in_state(state: CaseState) -> Case:
    return a_case(
        state=state,
        outcome=REJECTED if state is CLOSED else None,
        sealed_for="payment" if state is SEALED else "",
        seals={"payment": Seals(set=1)} if state is SEALED else {},
    )


def test_a_decision_names_the_current_version_of_the_document() -> None:
    case = a_case(document_version=4)
    case.must_allow_decision(4)
    for version in (3, 5):
        with pytest.raises(DocumentChanged) as refusal:
            case.must_allow_decision(version)
        assert refusal.value.values["current"] == 4


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (SUSPENDED, CaseSuspended),
        (WITHDRAWING, CaseWithdrawn),
        (TERMINATING, CaseTerminated),
        (CLOSED, CaseIsClosed),
    ],
)
def test_nobody_decides_in_a_case_that_is_not_going_on(state: CaseState, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        in_state(state).must_allow_decision(1)


def test_only_the_requester_withdraws() -> None:
    with pytest.raises(OnlyTheRequester):
        a_case().withdraw("lihua")
    assert a_case().withdraw("wangfang").state is WITHDRAWING


def test_withdrawing_twice_changes_nothing() -> None:
    case = a_case().withdraw("wangfang")
    assert case.withdraw("wangfang") == case


def test_a_sealed_case_is_not_withdrawn() -> None:
    sealed, answer = a_case().seal("payment", 1)
    assert answer is SealAnswer.SEALED
    with pytest.raises(CaseSealed) as refusal:
        sealed.withdraw("wangfang")
    assert refusal.value.values["point"] == "payment"


def test_a_withdrawn_case_is_not_sealed_and_whoever_asks_is_told() -> None:
    case = a_case().withdraw("wangfang")
    assert case.seal("payment", 1) == (case, SealAnswer.WITHDRAWN)
    suspended = in_state(SUSPENDED)
    assert suspended.seal("payment", 1) == (suspended, SealAnswer.SUSPENDED)


def test_sealing_and_unsealing_can_be_repeated() -> None:
    sealed, _ = a_case().seal("payment", 1)
    assert sealed.seal("payment", 1) == (sealed, SealAnswer.SEALED)
    opened = sealed.unseal("payment", 1)
    assert opened.state is OPEN
    assert opened.unseal("payment", 1) == opened
    assert opened.withdraw("wangfang").unseal("payment", 1).state is WITHDRAWING


def test_a_seal_that_was_taken_off_is_not_set_again_by_a_workflow_that_begins_again() -> None:
    opened = a_case().seal("payment", 1)[0].unseal("payment", 1)
    assert opened.seal("payment", 1) == (opened, SealAnswer.SEALED)
    withdrawn = opened.withdraw("wangfang")
    assert withdrawn.seal("payment", 1) == (withdrawn, SealAnswer.SEALED)
    assert withdrawn.seal("payment", 2) == (withdrawn, SealAnswer.WITHDRAWN)


def test_taking_an_earlier_seal_off_once_more_leaves_the_present_one() -> None:
    again = a_case().seal("payment", 1)[0].unseal("payment", 1).seal("payment", 2)[0]
    assert again.unseal("payment", 1) == again
    assert again.state is SEALED
    assert again.unseal("payment", 2).state is OPEN


def test_a_seal_for_another_point_stays() -> None:
    sealed, _ = a_case().seal("payment", 1)
    assert sealed.unseal("registration", 1) == sealed
    assert sealed.seal("registration", 1)[0].sealed_for == "registration"


def test_a_steerable_seal_stops_only_giving_up() -> None:
    sealed, answer = a_case().seal("execution", 1, steerable=True)
    assert (answer, sealed.is_sealed) == (SealAnswer.SEALED, True)
    for give_up in (lambda case: case.withdraw("wangfang"), Case.terminate):
        with pytest.raises(CaseSealed) as refusal:
            give_up(sealed)
        assert (refusal.value.reason, refusal.value.values["point"]) == ("CASE_SEALED", "execution")
    assert sealed.interfered().is_sealed
    going_on = sealed.suspend().resume()
    assert (going_on.state, going_on.is_sealed) == (OPEN, True)
    assert sealed.seal("execution", 1, steerable=True) == (sealed, SealAnswer.SEALED)
    assert sealed.close(APPROVED, NOW).outcome is APPROVED


def test_a_steerable_seal_is_taken_off_like_any_other_and_gives_way_to_who_was_first() -> None:
    opened = a_case().seal("execution", 1, steerable=True)[0].unseal("execution", 1)
    assert not opened.is_sealed
    withdrawn = opened.withdraw("wangfang")
    assert withdrawn.seal("execution", 2, steerable=True) == (withdrawn, SealAnswer.WITHDRAWN)


def test_a_payment_after_a_steerable_seal_stops_everything_until_it_is_taken_off() -> None:
    paying = a_case().seal("execution", 1, steerable=True)[0].seal("payment", 1)[0]
    with pytest.raises(CaseSealed):
        paying.interfered()
    refused = paying.unseal("payment", 1)
    assert (refused.state, refused.is_sealed) == (OPEN, True)
    assert refused.interfered().is_sealed


def test_a_case_closes_once() -> None:
    closed = a_case().close(APPROVED, NOW)
    assert (closed.state, closed.outcome, closed.closed_at) == (CLOSED, APPROVED, NOW)
    assert closed.close(APPROVED, NOW) == closed
    with pytest.raises(CaseIsClosed):
        closed.close(REJECTED, NOW)


def test_an_acknowledged_withdrawal_holds_against_a_decision_that_came_with_it() -> None:
    case = a_case().withdraw("wangfang")
    with pytest.raises(CaseWithdrawn):
        case.close(APPROVED, NOW)
    assert case.close(WITHDRAWN, NOW).outcome is WITHDRAWN


def test_what_an_administrator_has_ended_ends_as_terminated_only() -> None:
    case = a_case().terminate()
    for outcome in (APPROVED, REJECTED, WITHDRAWN):
        with pytest.raises(CaseTerminated):
            case.close(outcome, NOW)
    with pytest.raises(CaseTerminated):
        case.withdraw("wangfang")
    assert case.seal("payment", 1) == (case, SealAnswer.WITHDRAWN)
    assert case.close(TERMINATED, NOW).outcome is TERMINATED


def test_a_case_rests_once_and_goes_on_once() -> None:
    case = a_case().suspend()
    with pytest.raises(CaseSuspended):
        case.suspend()
    going_on = case.resume()
    assert going_on.state is OPEN
    with pytest.raises(CaseNotSuspended):
        going_on.resume()


@pytest.mark.parametrize("state", [SEALED, WITHDRAWING, TERMINATING, CLOSED])
def test_nobody_interferes_with_a_case_that_is_past_it(state: CaseState) -> None:
    for verb in (Case.suspend, Case.terminate, Case.must_be_walked):
        with pytest.raises(Refusal):
            verb(in_state(state))


def test_news_of_the_document_count_only_where_they_are_newer() -> None:
    case = a_case(document_version=3, title="旧")
    assert case.with_document(3, title="新") == case
    newer = case.with_document(4, title="新", facts={"amount": yuan(5)}, policy=9)
    assert (newer.document_version, newer.title, newer.policy) == (4, "新", 9)
    assert newer.with_document(5).title == "新"


def test_a_document_has_one_open_case_and_the_next_one_counts_on() -> None:
    closed = a_case().close(REJECTED, NOW)
    name = next_name("expense-claim", "EC-2026-000001", "claims/EC-2026-000001", [closed])
    assert name == CaseName("expense-claim", "EC-2026-000001", 2)
    assert next_name("expense-claim", "EC-2026-000001", "claims/EC-2026-000001", []).n == 1
    with pytest.raises(DocumentHasOpenCase):
        next_name("expense-claim", "EC-2026-000001", "claims/EC-2026-000001", [closed, a_case()])


VERBS: dict[CaseVerb, Callable[[Case], Case]] = {
    CaseVerb.SEAL: lambda case: case.seal("payment", 1)[0],
    CaseVerb.UNSEAL: lambda case: case.unseal("payment", 1),
    CaseVerb.WITHDRAW: lambda case: case.withdraw("wangfang"),
    CaseVerb.SUSPEND: lambda case: case.suspend(),
    CaseVerb.RESUME: lambda case: case.resume(),
    CaseVerb.TERMINATE: lambda case: case.terminate(),
    CaseVerb.CLOSE: lambda case: case.close(GIVEN_UP.get(case.state, WITHDRAWN), NOW),
}


@pytest.mark.parametrize(("state", "verb"), list(product(CaseState, VERBS)))
def test_every_verb_moves_as_the_table_says_or_not_at_all(state: CaseState, verb: CaseVerb) -> None:
    case = in_state(state)
    expected = TRANSITIONS.get((state, verb))
    try:
        after = VERBS[verb](case)
    except Refusal:
        assert expected is None
    else:
        assert after.state is (expected or state)
        assert after.version == case.version + (after != case)


def test_the_table_refuses_what_it_does_not_know() -> None:
    with pytest.raises(IllegalTransition):
        move(TRANSITIONS, "cases/x", CLOSED, CaseVerb.CLOSE)
