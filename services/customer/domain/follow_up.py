"""What becomes of an approved case about a customer: done, or not done and why, or settled in another way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, Final, Self

from kernel.actor import Actor
from kernel.errors import EtagMismatch, Refusal
from kernel.text import Text
from kernel.timeline import Event
from kernel.transitions import Transitions, move, transitions

NOTHING: Final = Text("", "")


class FollowUpState(Enum):
    DONE = "done"
    NOT_DONE = "not_done"
    SETTLED = "settled"


class FollowUpVerb(Enum):
    CARRY_OUT = "carry_out"
    SETTLE = "settle"


WORDS: Final[Mapping[Enum, Text]] = {
    FollowUpState.DONE: Text("已落实", "done"),
    FollowUpState.NOT_DONE: Text("未落实", "not done"),
    FollowUpState.SETTLED: Text("已另行处理", "settled otherwise"),
    FollowUpVerb.CARRY_OUT: Text("重试", "trying again"),
    FollowUpVerb.SETTLE: Text("另行处理", "settling it"),
}
_S, _V = FollowUpState, FollowUpVerb

TRANSITIONS: Final[Transitions[FollowUpState, FollowUpVerb]] = transitions(
    (_S.NOT_DONE, _V.CARRY_OUT, _S.DONE),
    (_S.NOT_DONE, _V.SETTLE, _S.SETTLED),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """`number` is the approved document's. `values` is what was filled in, `files` what was uploaded for it: both are final.

    `customer` is a number, empty where the document names none. `rule` and `why` say what stood in the way.
    """

    number: str
    case: str
    process: str
    title: str
    requester: str
    customer: str
    values: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    state: FollowUpState = FollowUpState.NOT_DONE
    rule: str = ""
    why: Text = NOTHING
    settled_because: str = ""
    revision: int = 1
    create_time: datetime
    update_time: datetime

    @property
    def name(self) -> str:
        return f"followUps/{self.number}"

    @property
    def document(self) -> str:
        return f"documents/{self.number}"

    @property
    def etag(self) -> str:
        return str(self.revision)

    def expecting(self, etag: str) -> FollowUp:
        if etag != self.etag:
            raise EtagMismatch(name=self.name, current=self.etag)
        return self

    def done_at_once(self) -> FollowUp:
        """As it is heard of, and nothing is in the way."""
        return replace(self, state=FollowUpState.DONE)

    def not_done(self, refusal: Refusal) -> FollowUp:
        """As it is heard of, and this is in the way."""
        return replace(self, rule=refusal.reason, why=refusal.text)

    def must_be_open(self) -> None:
        """Raises IllegalTransition where it is done or settled."""
        move(TRANSITIONS, self.name, self.state, FollowUpVerb.CARRY_OUT, WORDS)

    def carried_out(self, *, at: datetime) -> FollowUp:
        """At last."""
        return self._moved(FollowUpVerb.CARRY_OUT, at)

    def settle(self, reason: str, *, at: datetime) -> FollowUp:
        return replace(self._moved(FollowUpVerb.SETTLE, at), settled_because=reason)

    def _moved(self, verb: FollowUpVerb, at: datetime) -> FollowUp:
        state = move(TRANSITIONS, self.name, self.state, verb, WORDS)
        return replace(self, state=state, revision=self.revision + 1, update_time=at)


class FollowUpEvent(Event):
    """Something became of what was approved."""

    @classmethod
    def of(cls, follow_up: FollowUp, by: Actor, **own: Any) -> Self:
        """`follow_up` as it is afterwards."""
        about = {"customer": follow_up.customer, "case": follow_up.case}
        at = follow_up.update_time
        return cls(document=follow_up.name, version=follow_up.revision, by=by, at=at, **about, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpDone(FollowUpEvent):
    customer: str
    case: str

    def sentence(self) -> Text:
        return Text("审批结果已落实到客户 {customer}", "Done as approved, for {customer}").format(
            customer=self.customer
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpNotDone(FollowUpEvent):
    """`rule` and `why` are those of the refusal, `why` in Chinese."""

    customer: str
    case: str
    rule: str
    why: Text

    def sentence(self) -> Text:
        return Text(f"审批结果未能落实：{self.why.zh}", f"What was approved could not be done: {self.why.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpSettled(FollowUpEvent):
    customer: str
    case: str
    reason: str

    def sentence(self) -> Text:
        return Text("已另行处理：{reason}", "Settled otherwise: {reason}").format(reason=self.reason)
