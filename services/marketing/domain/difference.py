"""Differences (差异) between what this service believes of the money behind activities and what expense says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from kernel.ids import uuid7
from kernel.text import Text
from services.marketing.domain.life import WORDS, ActivityState

# What has changed since then may be on its way: it is a difference only where it is still there later.
IN_FLIGHT: Final = timedelta(minutes=1)


class DifferenceKind(Enum):
    # Repaired: what expense says now is what the message would have said.
    LOST_MESSAGE = "lost_message"
    # Reported: no lost message explains them.
    OTHER_NUMBERS = "other_numbers"
    EXPENSE_BEHIND = "expense_behind"
    ALLOTMENT_MISSING = "allotment_missing"
    ACTIVITY_MISSING = "activity_missing"
    STATES_DO_NOT_FIT = "states_do_not_fit"
    OTHER_TERMS = "other_terms"
    OTHER_SUMS = "other_sums"


class DifferenceState(Enum):
    # Seen once, and perhaps in flight: nobody is told.
    SUSPECTED = "suspected"
    REPORTED = "reported"
    REPAIRED = "repaired"
    GONE = "gone"


OPEN: Final = frozenset({DifferenceState.SUSPECTED, DifferenceState.REPORTED})

_K = DifferenceKind
SENTENCES: Final[Mapping[DifferenceKind, Text]] = {
    _K.LOST_MESSAGE: Text(
        "额度变动消息丢失：本系统停在第 {believed} 版，费用系统为第 {held} 版，以费用系统为准补上",
        "A message was lost: version {believed} was known, and expense has version {held}, which is taken over",
    ),
    _K.OTHER_NUMBERS: Text(
        "同为第 {version} 版，内容不一致（本系统 / 费用系统）：{what}",
        "Both have version {version}, and it says otherwise (known here / in expense): {what}",
    ),
    _K.EXPENSE_BEHIND: Text(
        "费用系统为第 {held} 版，早于它曾告知的第 {believed} 版",
        "Expense has version {held}, which is older than version {believed} that it had told of",
    ),
    _K.ALLOTMENT_MISSING: Text(
        "费用系统没有该活动的额度，活动状态：{activity}",
        "Expense has no allotment for it; the activity is {activity}",
    ),
    _K.ACTIVITY_MISSING: Text(
        "费用系统有额度（{held}），本系统没有该活动",
        "Expense has an allotment, {held}, and there is no such activity",
    ),
    _K.STATES_DO_NOT_FIT: Text(
        "状态不相符：活动{activity}，额度{held}",
        "The states do not fit: the activity is {activity}, the allotment {held}",
    ),
    _K.OTHER_TERMS: Text(
        "费用行不一致（本系统 / 费用系统）：{what}",
        "Lines differ (agreed here / in expense): {what}",
    ),
    _K.OTHER_SUMS: Text(
        "活动占用预算的合计不一致（本系统减费用系统）：{what}",
        "What activities hold of it differs (known here, less expense): {what}",
    ),
}
ACTIVITIES: Final[Mapping[str, Text]] = {state.value: WORDS[state] for state in ActivityState}
ALLOTMENTS: Final[Mapping[str, Text]] = {
    "": Text("不存在", "missing"),
    "STATE_RESERVED": Text("已预占", "reserved"),
    "STATE_COMMITTED": Text("已承诺", "committed"),
    "STATE_SETTLED": Text("可报销", "claimable"),
    "STATE_RELEASED": Text("已释放", "released"),
    "STATE_CLOSED": Text("已关闭", "closed"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look has found. `subject` is an activity or a budget by name; `details` fill in the kind's sentence.

    `since`: when what it is about changed last; None where nobody knows.
    """

    kind: DifferenceKind
    subject: str
    details: Mapping[str, str]
    since: datetime | None = None

    def settled_at(self, at: datetime) -> bool:
        """Whether it is too old to be in flight."""
        return self.since is not None and at - self.since >= IN_FLIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What was found, and how long. `gone_time`: when it was not there any more, or was repaired."""

    id: UUID
    kind: DifferenceKind
    subject: str
    details: Mapping[str, str]
    state: DifferenceState
    first_seen: datetime
    last_seen: datetime
    gone_time: datetime | None = None

    @property
    def name(self) -> str:
        return f"differences/{self.id}"

    @property
    def sentence(self) -> Text:
        said = SENTENCES[self.kind]
        zh = {name: _word(value).zh for name, value in self.details.items()}
        en = {name: _word(value).en for name, value in self.details.items()}
        return Text(said.zh.format(**zh), said.en.format(**en))

    def repaired(self, at: datetime) -> Difference:
        return replace(self, state=DifferenceState.REPAIRED, gone_time=at)

    def gone(self, at: datetime) -> Difference:
        return replace(self, state=DifferenceState.GONE, gone_time=at)


def seen(finding: Finding, before: Difference | None, at: datetime) -> Difference:
    """The difference that a finding is, or goes on to be. What may be in flight is suspected until it is seen twice."""
    if before is None:
        state = DifferenceState.REPORTED if finding.settled_at(at) else DifferenceState.SUSPECTED
        return Difference(
            id=uuid7(at),
            kind=finding.kind,
            subject=finding.subject,
            details=finding.details,
            state=state,
            first_seen=at,
            last_seen=at,
        )
    after = replace(before, details=finding.details, last_seen=at)
    if before.state is DifferenceState.REPORTED or finding.settled_at(at):
        return replace(after, state=DifferenceState.REPORTED)
    if dict(before.details) != dict(finding.details):
        return replace(after, first_seen=at)  # another one, and as fresh
    if at - before.first_seen >= IN_FLIGHT:
        return replace(after, state=DifferenceState.REPORTED)
    return after


def _word(value: str) -> Text:
    """A state as people call it; whatever else as it is."""
    if value in ALLOTMENTS:
        return ALLOTMENTS[value]
    return ACTIVITIES.get(value, Text(value, value))
