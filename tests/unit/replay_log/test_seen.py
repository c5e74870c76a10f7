"""What timelines say is told in the words of the script, and where a claim is follows from its state and its case."""

from __future__ import annotations

import pytest
from google.protobuf.struct_pb2 import Struct

from replay.script import REFUSED
from replay.seen import state_of, words_in
from replay.story import State
from tests.builders.logs import mapped
from zhupi.common.v1.timeline_pb2 import TimelineEntry
from zhupi.expense.v1.claim_pb2 import Claim


def a_row(kind: str, who: str = "services/worker", outcome: str = "") -> TimelineEntry:
    details = Struct()
    details.update({"outcome": outcome})
    return TimelineEntry(kind=kind, actor=who, details=details)


def decided(who: str, outcome: str) -> TimelineEntry:
    return a_row("WorkItemDecided", f"people/school-{who}", outcome)


def test_rows_become_words_and_what_follows_by_itself_is_left_out() -> None:
    rows = [
        a_row("ClaimCreated"),
        a_row("ClaimSubmitted"),
        a_row("CaseStarted"),
        a_row("StagePlanned"),
        decided("admin", "approved"),
        decided("boss", "returned"),
        a_row("ClaimReturned"),
        a_row("WithdrawalAsked", "people/school-staff"),
        a_row("ClaimSubmitted"),
        decided("boss", "rejected"),
        decided("finance", "approved"),
        a_row("PaymentRefused"),
        decided("finance", "returned"),
        decided("finance", "rejected"),
        a_row("ClaimPaid"),
    ]

    assert list(words_in(rows, mapped())) == [
        "submit",
        "approve ADMIN",
        "return BOSS",
        "take_back",
        "submit",
        "reject BOSS",
        "ask_payment",
        REFUSED,
        "finance_return",
        "finance_reject",
        "paid",
    ]


def test_a_decision_of_somebody_who_does_not_belong_to_the_log_is_named_by_who_it_was() -> None:
    row = a_row("WorkItemDecided", "people/zhangwei", "approved")
    assert list(words_in([row], mapped())) == ["approve people/zhangwei"]


@pytest.mark.parametrize(
    ("state", "is_open", "where"),
    [
        (Claim.STATE_DRAFT, False, State.DRAFT),
        (Claim.STATE_DRAFT, True, State.RETURNED),
        (Claim.STATE_IN_APPROVAL, True, State.IN_APPROVAL),
        (Claim.STATE_IN_FINANCE_REVIEW, True, State.APPROVED),
        (Claim.STATE_PAYABLE, True, State.PAYABLE),
        (Claim.STATE_PAID, True, State.PAYABLE),
        (Claim.STATE_PAID, False, State.PAID),
        (Claim.STATE_REJECTED, True, State.IN_APPROVAL),
        (Claim.STATE_REJECTED, False, State.REJECTED),
    ],
)
def test_a_claim_is_at_its_end_only_once_its_case_is(
    state: Claim.State.ValueType, is_open: bool, where: State
) -> None:
    assert state_of(Claim(state=state), is_open=is_open) is where
