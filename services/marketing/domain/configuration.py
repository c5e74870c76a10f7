"""What market management sets for all activities: classes, reminders, limits of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import ClassVar

from kernel.errors import InvalidArgument
from kernel.money import AmountNotPositive, Money
from kernel.published import Published
from kernel.text import Text


class KeyTwice(InvalidArgument):
    zh = "编码 {key} 重复"
    en = "The key {key} is there twice"


class KindTwice(InvalidArgument):
    zh = "证据类型 {kind} 重复"
    en = "The kind {kind} is there twice"


class UnknownParent(InvalidArgument):
    zh = "没有上级类别 {parent}"
    en = "There is no class {parent} to be below"


class ClassesInACircle(InvalidArgument):
    zh = "类别 {key} 是自己的上级"
    en = "The class {key} is above itself"


class DaysNotGrowing(InvalidArgument):
    """Whoever is reminded is not told of those responsible before, nor kept from new requests before either."""

    zh = "提醒、升级、逾期的天数须依次增大"
    en = "Reminders come first, then the escalation, then it is overdue"


class UnknownClass(InvalidArgument):
    zh = "没有活动类别 {key}"
    en = "There is no class {key}"


class ClassHasSubclasses(InvalidArgument):
    zh = "活动类别 {key} 还有下级，请选择最末一级"
    en = "The class {key} has classes below it; choose one of those"


class EvidenceKind(Enum):
    PHOTO = "photo"
    SIGN_IN_SHEET = "sign_in_sheet"
    VISIT_NOTE = "visit_note"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ActivityClass:
    """`evidence`: how much of which kind a closure needs at least; `limit`: how much an activity may cost; None: as above."""

    key: str
    label: Text
    parent: str = ""
    evidence: tuple[tuple[EvidenceKind, int], ...] = ()
    limit: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration(Published):
    """Days of reminders, escalation and overdue are working days after an activity's end, the others are days of the calendar."""

    name: ClassVar[str] = "activityConfiguration"

    classes: tuple[ActivityClass, ...]
    reminder_days: tuple[int, ...]
    escalation_days: int
    overdue_days: int
    claimable_days: int
    longest_days: int

    def check(self) -> None:
        """Raises KeyTwice, KindTwice, UnknownParent, ClassesInACircle, DaysNotGrowing, AmountNotPositive."""
        known: set[str] = set()
        for index, one in enumerate(self.classes):
            if one.key in known:
                raise KeyTwice(field=f"classes[{index}].key", key=one.key)
            known.add(one.key)
            _check_class(one, f"classes[{index}]")
        for index, one in enumerate(self.classes):
            if one.parent and one.parent not in known:
                raise UnknownParent(field=f"classes[{index}].parent", parent=one.parent)
        for index, one in enumerate(self.classes):
            self._must_end(one, f"classes[{index}].parent")
        days = [*self.reminder_days, self.escalation_days, self.overdue_days]
        if any(later <= sooner for sooner, later in pairwise(days)):
            raise DaysNotGrowing(field="overdue_days")

    def must_be_leaf(self, key: str) -> None:
        """Whether activities can be of this class. Raises UnknownClass, ClassHasSubclasses."""
        if key not in self._by_key:
            raise UnknownClass(key=key)
        if any(one.parent == key for one in self.classes):
            raise ClassHasSubclasses(key=key)

    def line_of(self, key: str) -> Iterator[ActivityClass]:
        """The class and those above it, the nearest first; nothing where it is not known any more."""
        by_key = self._by_key
        while (one := by_key.get(key)) is not None:
            yield one
            key = one.parent

    def below(self, key: str) -> frozenset[str]:
        """The class and all below it."""
        return frozenset(
            one.key for one in self.classes if any(up.key == key for up in self.line_of(one.key))
        ) | {key}

    def evidence_needed(self, key: str) -> Mapping[EvidenceKind, int]:
        """What the class and those above it ask for; the most where several ask for the same."""
        needed: dict[EvidenceKind, int] = {}
        for one in self.line_of(key):
            for kind, least in one.evidence:
                needed[kind] = max(least, needed.get(kind, 0))
        return needed

    def limit_of(self, key: str) -> Money | None:
        """The nearest limit from the class upwards."""
        return next((one.limit for one in self.line_of(key) if one.limit is not None), None)

    @property
    def _by_key(self) -> Mapping[str, ActivityClass]:
        return {one.key: one for one in self.classes}

    def _must_end(self, one: ActivityClass, field: str) -> None:
        by_key, above = self._by_key, {one.key}
        while one.parent:
            one = by_key[one.parent]
            if one.key in above:
                raise ClassesInACircle(field=field, key=one.key)
            above.add(one.key)


def _check_class(one: ActivityClass, field: str) -> None:
    kinds: set[EvidenceKind] = set()
    for index, (kind, _) in enumerate(one.evidence):
        if kind in kinds:
            raise KindTwice(field=f"{field}.evidence[{index}].kind", kind=kind.value)
        kinds.add(kind)
    if one.limit is not None and not one.limit.is_positive:
        raise AmountNotPositive(field=f"{field}.limit", amount=one.limit)
