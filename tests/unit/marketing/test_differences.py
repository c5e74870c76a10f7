"""What is a difference, when it is one for certain, and how it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kernel.money import Money
from services.marketing.domain.allotment import KnownAllotment
from services.marketing.domain.comparing import FITTING, Beliefs, Sums, compare_sums
from services.marketing.domain.difference import (
    IN_FLIGHT,
    SENTENCES,
    Difference,
    DifferenceKind,
    DifferenceState,
    Finding,
    seen,
)
from services.marketing.domain.life import ActivityState
from tests.builders.activities import NOW

SUBJECT = "activities/AC-2026-000001"
LATER = NOW + IN_FLIGHT
BUDGET = "budgets/henan/2026-03/meeting"


def finding(held: str = "3", *, old: bool = False) -> Finding:
    since = NOW - IN_FLIGHT if old else NOW
    return Finding(DifferenceKind.LOST_MESSAGE, SUBJECT, {"believed": "2", "held": held}, since)


def known(version: int = 2, committed: int = 100, **said: object) -> KnownAllotment:
    line = {"id": "1", "expenseType": "meeting", "month": "2026-03"}
    line |= {"committed": {"currencyCode": "CNY", "units": str(committed)}}  # type: ignore[dict-item]  # as JSON
    message = {"activity": SUBJECT, "version": str(version), "lines": [line], **said}
    return KnownAllotment("AC-2026-000001", version, "STATE_COMMITTED", False, message, NOW)


def sums(*units: int) -> Sums:
    return Sums(BUDGET, *map(Money.of, units))


def test_what_has_just_changed_is_suspected_until_it_is_seen_unchanged() -> None:
    first = seen(finding(), None, NOW)
    assert first.state is DifferenceState.SUSPECTED
    soon = seen(finding(), first, NOW + timedelta(seconds=5))
    assert soon.state is DifferenceState.SUSPECTED
    again = seen(finding(), soon, LATER)
    assert (again.state, again.first_seen, again.last_seen) == (DifferenceState.REPORTED, NOW, LATER)


def test_another_difference_of_the_same_thing_is_as_fresh_as_the_first() -> None:
    moved = seen(Finding(DifferenceKind.OTHER_SUMS, BUDGET, {"what": "a"}), None, NOW)
    still = seen(Finding(DifferenceKind.OTHER_SUMS, BUDGET, {"what": "b"}), moved, LATER)
    assert (still.state, still.first_seen) == (DifferenceState.SUSPECTED, LATER)
    assert seen(finding("4"), seen(finding("3", old=True), None, NOW), NOW).state is DifferenceState.REPORTED


def test_what_is_too_old_to_be_in_flight_is_a_difference_at_once() -> None:
    assert seen(finding(old=True), None, NOW).state is DifferenceState.REPORTED


def test_one_version_that_says_two_things_is_told_with_both() -> None:
    (found,) = Beliefs("AC-2026-000001", None, known(), known(committed=90))._of_copies()
    assert found.kind is DifferenceKind.OTHER_NUMBERS
    assert "committed" in found.details["what"]
    assert not list(
        Beliefs("AC-2026-000001", None, known(), known(organisation="organisations/henan"))._of_copies()
    )


def test_sums_are_told_by_how_much_they_differ() -> None:
    (found,) = compare_sums(sums(100, 0, 0), sums(0, 100, 0))
    assert found.details["what"] == "reserved +100.00 CNY, committed -100.00 CNY"
    (alone,) = compare_sums(None, sums(0, 0, 5))
    assert alone.details["what"] == "spent -5.00 CNY"
    assert not list(compare_sums(sums(1, 2, 3), sums(1, 2, 3)))
    assert not list(compare_sums(None, sums(0, 0, 0)))


def test_every_state_of_an_activity_says_which_allotments_fit_it() -> None:
    assert set(FITTING) == set(ActivityState)


@pytest.mark.parametrize("kind", DifferenceKind)
def test_every_difference_is_told_in_both_languages(kind: DifferenceKind) -> None:
    details = {
        "believed": "2",
        "held": "STATE_RELEASED",
        "activity": "running",
        "version": "3",
        "what": "{x}",
    }
    told = Difference(
        id=seen(finding(), None, NOW).id,
        kind=kind,
        subject=SUBJECT,
        details=details,
        state=DifferenceState.REPORTED,
        first_seen=NOW,
        last_seen=NOW,
    ).sentence
    assert told.zh != SENTENCES[kind].zh
    assert "STATE_" not in told.zh + told.en
    assert told.zh != told.en
