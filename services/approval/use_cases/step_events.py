"""What happens to steps and work items: rows of their case's timeline, with the reason why each approver was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kernel.text import Text
from kernel.timeline import Event
from services.approval.domain.people.directory import PersonId, PostKey
from services.approval.domain.planning.route import Why
from services.approval.domain.policies.ballot import Mode, Outcome
from services.approval.domain.policies.settings.returning import Resume

OUTCOMES: Final = {
    Outcome.APPROVED: Text("通过", "approved"),
    Outcome.REJECTED: Text("拒绝", "rejected"),
    Outcome.RETURNED: Text("退回", "returned"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who is asked by one work item, and why they."""

    item: str
    candidates: tuple[PersonId, ...]
    post: PostKey
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOpened(Event):
    step: str
    title: Text
    mode: Mode
    asked: tuple[Asked, ...]

    def sentence(self) -> Text:
        zh = "；".join(asked.why.text.zh for asked in self.asked)
        en = "; ".join(asked.why.text.en for asked in self.asked)
        return Text(f"步骤“{self.title.zh}”开始：{zh}", f"{self.title.en} began: {en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnItem(Event):
    item: str
    step: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemClaimed(_OnItem):
    def sentence(self) -> Text:
        return Text(f"领取“{self.title.zh}”", f"{self.title.en} was claimed")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemReleased(_OnItem):
    def sentence(self) -> Text:
        return Text(f"放回“{self.title.zh}”", f"{self.title.en} was put back")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemTransferred(_OnItem):
    to: PersonId
    comment: str

    def sentence(self) -> Text:
        return Text(f"将“{self.title.zh}”转交给 {self.to}", f"{self.title.en} was given to {self.to}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemDecided(_OnItem):
    outcome: Outcome
    document_version: int
    comment: str
    return_to: str
    resume: Resume = Resume.WALK_AGAIN

    def sentence(self) -> Text:
        said = OUTCOMES[self.outcome]
        zh, en = f"“{self.title.zh}”{said.zh}", f"{self.title.en}: {said.en}"
        if self.outcome is Outcome.RETURNED:
            zh += f"至步骤 {self.return_to}" if self.return_to else "至申请人"
            en += f" to step {self.return_to}" if self.return_to else " to the requester"
            if self.resume is Resume.COME_BACK:
                zh, en = f"{zh}，之后直接回到此步骤", f"{en}, and straight back from there"
        return Text(zh, en)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEnded(Event):
    """The step has come to its outcome; what was open of it is no longer needed."""

    step: str
    title: Text
    outcome: Outcome
    return_to: str
    resume: Resume = Resume.WALK_AGAIN

    def sentence(self) -> Text:
        said = OUTCOMES[self.outcome]
        return Text(f"步骤“{self.title.zh}”结束：{said.zh}", f"{self.title.en} ended: {said.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCancelled(Event):
    step: str
    title: Text

    def sentence(self) -> Text:
        return Text(f"步骤“{self.title.zh}”取消", f"{self.title.en} was cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired(Event):
    step: str
    timer: str
    n: int

    def sentence(self) -> Text:
        return Text(
            f"步骤 {self.step} 的计时 {self.timer} 到期", f"Timer {self.timer} of {self.step} was due"
        )
