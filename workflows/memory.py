"""What a case remembers: what came and was not taken yet, how far the walk is, and every answer it was given.

A process can be run from the top at any time: its calls are counted, so each has the same key again, and what has been
answered under that key is answered again without asking. That is how a case goes on in a new run when its history has
grown long (`carried`). A case whose workflow was lost begins without this memory and is told the same by the
services, every call being idempotent under the same keys.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.converter import value_to_type
from temporalio.exceptions import ApplicationError

from workflows.contracts import (
    CASE_CLOSED,
    CLOSED,
    DOCUMENT_CHANGED,
    JUMP,
    REPLANNED,
    RETRY,
    TERMINATE,
    WITHDRAW,
    CaseAct,
    CaseOutcome,
    CaseStart,
    Fact,
    StepCompleted,
    StepRescheduled,
)
from workflows.policy.acts import jump_of, replanned_of
from workflows.policy.walk import Jump, Replanned, Walk

T = TypeVar("T")


class Withdrawn(Exception):
    """The requester has taken the request back, or an administrator has ended it: nothing more is asked of anybody.

    What was done is undone; `outcome` is what the case then closes with.
    """

    def __init__(self, reason: str = "", outcome: CaseOutcome = CaseOutcome.WITHDRAWN) -> None:
        super().__init__(reason)
        self.reason = reason
        self.outcome = outcome


class Closed(ApplicationError):
    """The case has ended without this workflow, which is one of an older day: nothing is left for it to do."""

    def __init__(self, outcome: str) -> None:
        super().__init__(f"the case is closed ({outcome})", type=CASE_CLOSED, non_retryable=True)
        self.outcome = CaseOutcome(outcome)


class Refused(Exception):
    """A callee has said no, for one of the reasons that the process knows what to do about; `words` are for people."""

    def __init__(self, reason: str, values: dict[str, str] | None = None, words: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values or {}
        self.words = words


@dataclass
class Answer:
    """An answer as the data converter writes it, or the refusal or withdrawal that came instead."""

    metadata: dict[str, str] = field(default_factory=dict)
    body: str = ""
    refused: str = ""
    values: dict[str, str] = field(default_factory=dict)
    withdrawn: bool = False
    words: str = ""


@dataclass
class Memory:
    """`asked` counts attempts by key; `seen` are ids of facts and acts, `retries` how often somebody asked to
    try again; `consumed` are completions to be reported, `waiting` the effects that are shown to wait,
    `done` those that were done and are to be reported;
    `elsewhere` are jumps and edits of routes that came and were not taken in. `terminated`: the withdrawal is an
    administrator's. `planned_version` is the version of the document for which the stage under way was planned; `closed` is the outcome
    of a case that others say to have ended.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    walk: Walk | None = None
    visits: dict[str, int] = field(default_factory=dict)
    completions: list[StepCompleted] = field(default_factory=list)
    reschedulings: list[StepRescheduled] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    consumed: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    retries: int = 0
    withdrawn: bool = False
    withdrawal_reason: str = ""
    planned_version: int = 0
    closed: str = ""
    terminated: bool = False
    elsewhere: list[Jump | Replanned] = field(default_factory=list)

    @classmethod
    def of(cls, start: CaseStart) -> Memory:
        if start.carried is None:
            return cls()
        memory = value_to_type(cls, start.carried)
        assert isinstance(memory, cls)
        return memory

    def carried(self) -> dict[str, Any]:
        return asdict(self)

    def withdrawal(self) -> Withdrawn:
        """What the process is told of it."""
        outcome = CaseOutcome.TERMINATED if self.terminated else CaseOutcome.WITHDRAWN
        return Withdrawn(self.withdrawal_reason, outcome)

    def take_act(self, act: CaseAct) -> None:
        if not self._is_new(f"act {act.act_id}"):
            return
        if act.kind == RETRY:
            self.retries += 1
        elif act.kind in (WITHDRAW, TERMINATE) and not self.withdrawn:
            self.withdrawn, self.terminated = True, act.kind == TERMINATE
            self.withdrawal_reason = str(act.args.get("reason", ""))
        elif act.kind == JUMP:
            self.elsewhere.append(jump_of(act.args))
        elif act.kind == REPLANNED:
            self.elsewhere.append(replanned_of(act.args))
            # What could not be opened as the route was may be now.
            self.retries += 1
        elif act.kind == CLOSED:
            self.closed = str(act.args.get("outcome", ""))

    def take_fact(self, fact: Fact) -> None:
        """A mere change of the document waits for nobody: verbs name the version that was decided on."""
        if fact.name != DOCUMENT_CHANGED and self._is_new(f"fact {fact.fact_id}"):
            self.facts.append(fact)

    def _is_new(self, id: str) -> bool:
        if id in self.seen:
            return False
        self.seen.append(id)
        return True


class Answers:
    """The answers of one case by key; written down only when they are carried into a new run."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._given: dict[str, object] = {}

    async def once(self, key: str, result: type[T], ask: Callable[[], Awaitable[T]]) -> T:
        """The answer given under `key`; asks only if there is none. Raises Refused and Withdrawn likewise again."""
        carried = self._memory.answers.get(key)
        if carried is not None:
            return self._remembered(carried, result)
        try:
            answer = await ask()
        except Refused as refused:
            self._memory.answers[key] = Answer(
                refused=refused.reason, values=refused.values, words=refused.words
            )
            raise
        except Withdrawn:
            self._memory.answers[key] = Answer(withdrawn=True)
            raise
        self._given[key] = answer
        return answer

    def write_down(self) -> None:
        self._memory.answers |= {key: _kept(answer) for key, answer in self._given.items()}

    def _remembered(self, answer: Answer, result: type[T]) -> T:
        if answer.refused:
            raise Refused(answer.refused, answer.values, answer.words)
        if answer.withdrawn:
            raise self._memory.withdrawal()
        return _given(answer, result)


def _kept(value: object) -> Answer:
    payload = workflow.payload_converter().to_payload(value)
    metadata = {name: content.decode() for name, content in payload.metadata.items()}
    return Answer(metadata, payload.data.decode())


def _given(answer: Answer, result: type[T]) -> T:
    metadata = {name: content.encode() for name, content in answer.metadata.items()}
    payload = Payload(metadata=metadata, data=answer.body.encode())
    given: T = workflow.payload_converter().from_payload(payload, result)
    return given
