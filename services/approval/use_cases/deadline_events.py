"""What comes of deadlines: rows of the case's timeline, by the system, each naming the rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.clock import SHANGHAI
from kernel.text import Text
from kernel.timeline import Event
from services.approval.domain.people.directory import PersonId
from services.approval.domain.policies.settings.deadline import Escalates, OnOverdue

OVERDUE: Final = {
    OnOverdue.NOTHING: Text("“{title}”到期", "{title} is overdue"),
    OnOverdue.APPROVE: Text(
        "“{title}”到期，系统按策略自动同意",
        "{title} is overdue and approved by the system, as the policy says",
    ),
    OnOverdue.REJECT: Text(
        "“{title}”到期，系统按策略自动拒绝",
        "{title} is overdue and rejected by the system, as the policy says",
    ),
    OnOverdue.RETURN: Text(
        "“{title}”到期，系统按策略自动退回申请人",
        "{title} is overdue and returned to the requester by the system, as the policy says",
    ),
    OnOverdue.TRANSFER: Text(
        "“{title}”到期，系统按策略转交 {people}",
        "{title} is overdue and given to {people} by the system, as the policy says",
    ),
}
ESCALATED: Final = {
    Escalates.GIVES: Text("“{title}”升级，交给 {people}", "{title} was escalated and is now for {people}"),
    Escalates.TELLS: Text("“{title}”升级，告知 {people}", "{title} was escalated: {people} were told"),
}
NOBODY: Final = Text("“{title}”无人可以接手", "There is nobody who could take {title}")


def said(template: Text, title: Text, people: tuple[PersonId, ...] = ()) -> Text:
    whom = ", ".join(people)
    zh = template.zh.format(title=title.zh, people=whom)
    return Text(zh, template.en.format(title=title.en, people=whom))


def at_the_office(moment: datetime) -> str:
    """As people read it: `2026-11-24 15:00`."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfDeadline(Event):
    step: str
    title: Text
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _ByRule(_OfDeadline):
    """`rule` is the path of what the policy says: `policies/expense-claim/versions/3 stages.claim.steps[0].deadline.remind`."""

    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReminded(_ByRule):
    """`n`: for the n-th time."""

    n: int
    people: tuple[PersonId, ...]

    def sentence(self) -> Text:
        people = ", ".join(self.people)
        return Text(
            f"第 {self.n} 次提醒 {people}：“{self.title.zh}”",
            f"{people} reminded of {self.title.en} ({self.n})",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEscalated(_ByRule):
    how: Escalates
    people: tuple[PersonId, ...]

    def sentence(self) -> Text:
        return said(ESCALATED[self.how] if self.people else NOBODY, self.title, self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOverdue(_ByRule):
    """`people` have it now, with TRANSFER."""

    action: OnOverdue
    people: tuple[PersonId, ...]

    def sentence(self) -> Text:
        is_missed = self.action is OnOverdue.TRANSFER and not self.people
        return said(NOBODY if is_missed else OVERDUE[self.action], self.title, self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMoved(_OfDeadline):
    """The calendar has changed. `calendar` is the version of the calendars by which it is counted now."""

    was: datetime | None
    provisional: bool
    calendar: int

    def sentence(self) -> Text:
        was, due = (at_the_office(one) if one else "—" for one in (self.was, self.due))
        return Text(
            f"日历变更，“{self.title.zh}”的期限由 {was} 改为 {due}",
            f"The calendar has changed: {self.title.en} is due {due}, no longer {was}",
        )
