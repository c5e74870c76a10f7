"""The demo's activities are what they say: 200 in every state, that fit beside each other, proved by pictures that differ."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import chain

import pytest

from demo.activities import COUNT, STATES, Planned, activities
from demo.activity_lives import PROOFS
from demo.money import EXPENSE_TYPES, LIMITS
from kernel.money import Money
from services.marketing.domain.configuration import EvidenceKind
from services.marketing.domain.evidence import INTAKES
from services.marketing.store.delivered import delivered
from zhupi.marketing.v1.activity_pb2 import Activity
from zhupi.marketing.v1.activity_pb2 import EvidenceKind as Kind

REPRESENTATIVES = 59


@pytest.fixture(scope="module")
def planned() -> list[Planned]:
    return activities(REPRESENTATIVES)


def test_there_are_two_hundred_in_every_state(planned: list[Planned]) -> None:
    every = {state for state in Activity.State.values() if state != Activity.STATE_UNSPECIFIED}
    assert len(planned) == COUNT == len({one.title for one in planned})
    assert {one.state for one in planned} == every == set(STATES[: len(every)])


def test_the_same_ones_come_every_time(planned: list[Planned]) -> None:
    assert activities(REPRESENTATIVES) == planned
    assert activities(REPRESENTATIVES, 20) == planned[:20]


def test_no_requester_has_two_of_a_class(planned: list[Planned]) -> None:
    """Two of a class at a customer would overlap."""
    of_class = Counter((one.requester, one.kind.key) for one in planned)
    assert max(of_class.values()) == 1


def test_classes_types_and_amounts_are_those_of_the_house(planned: list[Planned]) -> None:
    configuration, types = delivered(), {kind.code for kind in EXPENSE_TYPES}
    for kind in {one.kind for one in planned}:
        configuration.must_be_leaf(kind.key)
    for one in planned:
        assert {line.expense_type for line in one.lines} <= types
        limit = configuration.limit_of(one.kind.key)
        assert limit is None or Money(Decimal(sum(line.amount for line in one.lines))) <= limit


def test_what_they_cost_may_be_claimed_by_every_grade(planned: list[Planned]) -> None:
    lowest = {kind: min(most for of, _, _, most in LIMITS if of == kind) for kind, *_ in LIMITS}
    assert all(line.actual <= lowest[line.expense_type] for one in planned for line in one.lines)


def test_an_activity_goes_on_only_towards_what_it_is_to_be(planned: list[Planned]) -> None:
    by_state = {one.state: one for one in planned}
    rejected, settled = by_state[Activity.STATE_REJECTED], by_state[Activity.STATE_SETTLED]
    assert rejected.goes_on_from(Activity.STATE_IN_APPROVAL)
    assert not rejected.goes_on_from(Activity.STATE_APPROVED)
    assert settled.goes_on_from(Activity.STATE_TO_CLOSE)
    assert not settled.goes_on_from(Activity.STATE_SETTLED)
    assert not settled.goes_on_from(Activity.STATE_CANCELLED)


def test_pictures_are_taken_in_are_small_and_differ() -> None:
    names = [f"activities/AC-2026-{n:06}/{name}" for n in range(50) for _, name, _ in PROOFS]
    drawn = [picture(about) for about, (_, _, picture) in zip(names, PROOFS * 50, strict=True)]
    assert len(set(drawn)) == len(drawn)
    assert max(map(len, drawn)) < 4096
    for content, (kind, name, _) in zip(drawn, PROOFS * 50, strict=True):
        intake = INTAKES[EvidenceKind(Kind.Name(kind).removeprefix("EVIDENCE_KIND_").lower())]
        intake.check(name, intake.type_of(name, "image/png"), content)


def test_they_bring_what_every_class_asks_for() -> None:
    there = Counter(Kind.Name(kind).removeprefix("EVIDENCE_KIND_").lower() for kind, _, _ in PROOFS)
    configuration = delivered()
    needed = chain.from_iterable(
        configuration.evidence_needed(one.key).items() for one in configuration.classes
    )
    assert all(there[kind.value] >= least for kind, least in needed)
