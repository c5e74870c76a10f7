"""What administrators do to a case from outside: rows of its timeline that are told apart from ordinary decisions."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.text import Text
from kernel.timeline import Event


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
