"""What happens to steps: rows of their case's timeline, with the reason why each approver was asked."""

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
    Outcome.SKIPPED: Text("弃权", "abstained"),
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
class StepUrged(Event):
    """Those who have it were reminded, because somebody asked for haste."""

    step: str
    title: Text
    people: tuple[PersonId, ...]
    comment: str

    def sentence(self) -> Text:
        people = ", ".join(self.people)
        return Text(f"催办“{self.title.zh}”：{people}", f"{self.title.en} was urged: {people}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCopied(Event):
    """Its policy had people told of the end of the stage. `rule` is the policy and the path in it."""

    stage: str
    title: Text
    people: tuple[PersonId, ...]
    rule: str

    def sentence(self) -> Text:
        people = ", ".join(self.people)
        return Text(
            f"“{self.title.zh}”结束，按策略抄送给 {people}",
            f"A copy of the end of {self.title.en} was sent to {people}, as the policy says",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCopied(Event):
    """Its policy had people told of the step. `rule` is the policy and the path in it."""

    step: str
    title: Text
    people: tuple[PersonId, ...]
    rule: str

    def sentence(self) -> Text:
        people = ", ".join(self.people)
        return Text(
            f"“{self.title.zh}”按策略抄送给 {people}",
            f"A copy of {self.title.en} was sent to {people}, as the policy says",
        )
