"""What administrators do to a case from outside: rows of its timeline that are told apart from ordinary decisions."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.text import Text
from kernel.timeline import Event
from services.approval.domain.people.directory import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Overriding(Event):
    """`override` marks the row for every reader; it is never without a reason."""

    reason: str
    override: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSuspended(Overriding):
    def sentence(self) -> Text:
        return Text("挂起", "The case was suspended")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResumed(Overriding):
    def sentence(self) -> Text:
        return Text("恢复", "The case goes on")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTerminated(Overriding):
    def sentence(self) -> Text:
        return Text("终止", "The case was ended from outside")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(Overriding):
    """A row of the case that had ended; `successor` is where it is decided anew."""

    successor: str

    def sentence(self) -> Text:
        return Text(f"重新打开为 {self.successor}", f"Reopened as {self.successor}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopens(Overriding):
    """A row of the case in which another is decided anew."""

    former: str

    def sentence(self) -> Text:
        return Text(f"重新打开 {self.former}", f"This reopens {self.former}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkHandedOver(Overriding):
    """`person` leaves, and `to` takes their place in these work items and planned steps."""

    person: PersonId
    to: PersonId
    moved: tuple[str, ...]
    left_pool: tuple[str, ...]
    kept: tuple[str, ...]
    planned: tuple[str, ...]

    def sentence(self) -> Text:
        zh = f"{self.person} 的待办移交给 {self.to}"
        en = f"What {self.person} had to do was handed over to {self.to}"
        if self.kept:
            zh += f"；{len(self.kept)} 项无法移交"
            en += f"; {len(self.kept)} could not be"
        return Text(zh, en)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseJumped(Overriding):
    to: str
    title: Text
    over: tuple[str, ...]

    def sentence(self) -> Text:
        return Text(f"跳转到“{self.title.zh}”", f"The case goes on at {self.title.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReassigned(Overriding):
    step: str
    title: Text
    to: tuple[PersonId, ...]

    def sentence(self) -> Text:
        people = "、".join(self.to), ", ".join(self.to)
        return Text(f"“{self.title.zh}”改派给 {people[0]}", f"{self.title.en} was given to {people[1]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteEdited(Overriding):
    """One of both is empty; `title` is that of the step."""

    added: str
    removed: str
    title: Text

    def sentence(self) -> Text:
        if self.added:
            return Text(f"路线中增加“{self.title.zh}”", f"{self.title.en} was put into the route")
        return Text(f"路线中移除“{self.title.zh}”", f"{self.title.en} was taken out of the route")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRedone(Event):
    """No override: whoever approved it has asked for it, as the policy allows."""

    step: str
    title: Text
    reason: str

    def sentence(self) -> Text:
        return Text(f"“{self.title.zh}”重新决定", f"{self.title.en} is decided once more")
