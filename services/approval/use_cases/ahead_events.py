"""What is decided before its turn, taken back, or comes to nothing: rows of the case's timeline."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.text import Text
from kernel.timeline import Event
from services.approval.domain.people.directory import PersonId
from services.approval.domain.policies.ballot import Outcome
from services.approval.use_cases.step_events import OUTCOMES


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ahead(Event):
    """`step` is `stage/key`: there is no visit yet. `ahead` marks the row for what a policy keeps from some."""

    step: str
    title: Text
    person: PersonId
    on_behalf_of: PersonId = ""
    ahead: bool = True

    def sentence(self) -> Text:
        said = self.said()
        if not self.on_behalf_of:
            return said
        return Text(f"代 {self.on_behalf_of}：{said.zh}", f"For {self.on_behalf_of}: {said.en}")

    def said(self) -> Text:
        return self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDecidedAhead(_Ahead):
    """It takes effect when the step is reached, if all is then as it was seen."""

    outcome: Outcome
    document_version: int
    comment: str

    def said(self) -> Text:
        said = OUTCOMES[self.outcome]
        return Text(
            f"预先决定“{self.title.zh}”：{said.zh}，到达时生效",
            f"{self.title.en} was decided ahead of time: {said.en}, once it is reached",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadTakenBack(_Ahead):
    def said(self) -> Text:
        return Text(
            f"收回对“{self.title.zh}”的预先决定",
            f"What was decided of {self.title.en} ahead of time was taken back",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadDropped(_Ahead):
    """It did not take effect, and why."""

    why: Text

    def said(self) -> Text:
        return Text(
            f"{self.person} 对“{self.title.zh}”的预先决定未生效：{self.why.zh}",
            f"What {self.person} decided of {self.title.en} ahead of time has come to nothing: {self.why.en}",
        )
