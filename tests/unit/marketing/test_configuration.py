"""What market management may publish."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kernel.errors import Refusal
from kernel.money import Money
from kernel.text import Text
from services.marketing.domain.configuration import (
    ActivityClass,
    ClassesInACircle,
    ClassHasSubclasses,
    DaysNotGrowing,
    EvidenceKind,
    KeyTwice,
    KindTwice,
    UnknownClass,
    UnknownParent,
)
from services.marketing.store.delivered import delivered

LABEL = Text("类", "class")
PHOTO = (EvidenceKind.PHOTO, 1)


def with_classes(*classes: ActivityClass) -> object:
    return replace(delivered(), classes=classes).check()


@pytest.mark.parametrize(
    ("classes", "refusal"),
    [
        ((ActivityClass("a", LABEL), ActivityClass("a", LABEL)), KeyTwice),
        ((ActivityClass("a", LABEL, "b"),), UnknownParent),
        ((ActivityClass("a", LABEL, "a"),), ClassesInACircle),
        ((ActivityClass("a", LABEL, "b"), ActivityClass("b", LABEL, "a")), ClassesInACircle),
        ((ActivityClass("a", LABEL, evidence=(PHOTO, PHOTO)),), KindTwice),
    ],
)
def test_a_tree_that_is_none_is_refused(classes: tuple[ActivityClass, ...], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        with_classes(*classes)


def test_reminders_come_before_the_escalation_and_that_before_it_is_overdue() -> None:
    with pytest.raises(DaysNotGrowing):
        replace(delivered(), reminder_days=(7, 18)).check()


def test_a_class_asks_for_what_those_above_it_ask_and_has_the_nearest_limit() -> None:
    above = ActivityClass("a", LABEL, evidence=((EvidenceKind.PHOTO, 3),), limit=Money.of(100))
    below = ActivityClass("b", LABEL, "a", evidence=(PHOTO, (EvidenceKind.OTHER, 1)))
    configuration = replace(delivered(), classes=(above, below))
    assert configuration.evidence_needed("b") == {EvidenceKind.PHOTO: 3, EvidenceKind.OTHER: 1}
    assert configuration.limit_of("b") == Money.of(100)
    assert configuration.below("a") == {"a", "b"}
    with pytest.raises(ClassHasSubclasses):
        configuration.must_be_leaf("a")
    with pytest.raises(UnknownClass):
        configuration.must_be_leaf("c")
