"""What people do with work items: rows of their case's timeline. Each says in whose place it was done, if in another's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kernel.clock import local_date
from kernel.text import Text
from kernel.timeline import Event
from services.approval.domain.people.directory import PersonId
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.settings.returning import Resume
from services.approval.domain.steps.signing import Place
from services.approval.use_cases.step_events import OUTCOMES

PLACES = {
    Place.BEFORE: Text("前", "before"),
    Place.AFTER: Text("后", "after"),
    Place.BESIDE: Text("并", "beside"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnItem(Event):
    item: str
    step: str
    title: Text
    on_behalf_of: PersonId = ""

    def sentence(self) -> Text:
        said = self.said()
        if not self.on_behalf_of:
            return said
        return Text(f"代 {self.on_behalf_of}：{said.zh}", f"For {self.on_behalf_of}: {said.en}")

    def said(self) -> Text:
        """Without in whose place."""
        return self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemClaimed(_OnItem):
    def said(self) -> Text:
        return Text(f"领取“{self.title.zh}”", f"{self.title.en} was claimed")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemReleased(_OnItem):
    def said(self) -> Text:
        return Text(f"放回“{self.title.zh}”", f"{self.title.en} was put back")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemStarted(_OnItem):
    def said(self) -> Text:
        return Text(f"开始处理“{self.title.zh}”", f"{self.title.en} was started")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemFollowed(_OnItem):
    """It came to somebody who had wanted to go on with the case, and was started for them."""

    person: PersonId

    def said(self) -> Text:
        return Text(f"{self.person} 接着处理“{self.title.zh}”", f"{self.person} goes on with {self.title.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemSuspended(_OnItem):
    until: datetime | None

    def said(self) -> Text:
        if self.until is None:
            return Text(f"暂停处理“{self.title.zh}”", f"{self.title.en} was put aside")
        day = local_date(self.until)
        return Text(f"暂缓“{self.title.zh}”至 {day}", f"{self.title.en} was put off until {day}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemResumed(_OnItem):
    def said(self) -> Text:
        return Text(f"恢复处理“{self.title.zh}”", f"{self.title.en} was taken up again")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemTransferred(_OnItem):
    to: PersonId
    comment: str
    restart: bool = False

    def said(self) -> Text:
        return Text(f"将“{self.title.zh}”转交给 {self.to}", f"{self.title.en} was given to {self.to}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemDelegated(_OnItem):
    to: PersonId
    comment: str

    def said(self) -> Text:
        return Text(f"将“{self.title.zh}”委托给 {self.to}", f"{self.title.en} was delegated to {self.to}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemHandedBack(_OnItem):
    to: PersonId
    comment: str

    def said(self) -> Text:
        return Text(f"将“{self.title.zh}”交还 {self.to}", f"{self.title.en} was handed back to {self.to}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemCalledBack(_OnItem):
    whose: PersonId

    def said(self) -> Text:
        return Text(
            f"从 {self.whose} 处收回“{self.title.zh}”", f"{self.title.en} was called back from {self.whose}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerAdded(_OnItem):
    """`added` is their work item, `item` that of whoever has added them."""

    person: PersonId
    place: Place
    added: str
    comment: str

    def said(self) -> Text:
        how = PLACES[self.place]
        return Text(
            f"“{self.title.zh}”{how.zh}加签 {self.person}",
            f"{self.person} was added to {self.title.en}, {how.en}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerRemoved(_OnItem):
    """`override`: by an administrator, who had not added them."""

    people: tuple[PersonId, ...]
    reason: str
    override: bool

    def said(self) -> Text:
        people = ", ".join(self.people)
        return Text(f"“{self.title.zh}”减签 {people}", f"{people} was removed from {self.title.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemReassigned(_OnItem):
    """By an administrator. `was` are those who had it, or to whom it was offered."""

    was: tuple[PersonId, ...]
    to: tuple[PersonId, ...]
    reason: str
    override: bool = True

    def said(self) -> Text:
        people = "、".join(self.to), ", ".join(self.to)
        return Text(
            f"“{self.title.zh}”的待办改派给 {people[0]}",
            f"A share of {self.title.en} was given to {people[1]}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationAsked(_OnItem):
    """`asked` is the work item of the person who is asked."""

    person: PersonId
    question: str
    asked: str

    def said(self) -> Text:
        return Text(f"向 {self.person} 提问：{self.question}", f"{self.person} was asked: {self.question}")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(_OnItem):
    question: str
    answer: str

    def said(self) -> Text:
        return Text(f"答复：{self.answer}", f"Answered: {self.answer}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemDecided(_OnItem):
    """`return_title` is that of the step to which it is returned. `said_at`: it was decided then, ahead of time, and takes effect now that it is asked."""

    outcome: Outcome
    document_version: int
    comment: str
    return_to: str
    return_title: Text | None = None
    resume: Resume = Resume.WALK_AGAIN
    said_at: datetime | None = None

    def said(self) -> Text:
        said = OUTCOMES[self.outcome]
        zh, en = f"“{self.title.zh}”{said.zh}", f"{self.title.en}: {said.en}"
        if self.outcome is Outcome.RETURNED:
            title = self.return_title or Text(self.return_to, self.return_to)
            zh += f"至“{title.zh}”" if self.return_to else "至申请人"
            en += f" to {title.en}" if self.return_to else " to the requester"
            if self.resume is Resume.COME_BACK:
                zh, en = f"{zh}，之后直接回到此步骤", f"{en}, and straight back from there"
        if self.said_at:
            day = local_date(self.said_at)
            zh, en = f"{zh}（{day} 预先决定）", f"{en} (decided ahead of time on {day})"
        return Text(zh, en)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionUndone(_OnItem):
    """The decision that was taken back stays where it was written down."""

    outcome: Outcome
    comment: str

    def said(self) -> Text:
        said = OUTCOMES[self.outcome]
        return Text(
            f"撤销“{self.title.zh}”的决定（{said.zh}）",
            f"{self.title.en}: a decision was taken back ({said.en})",
        )
