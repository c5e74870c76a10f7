"""Waiting: for an answer that does not come, for news, for people; seen by operators, with growing pauses, for days."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError, FailureError
from temporalio.exceptions import TimeoutError as NoAnswerInTime

from workflows.contracts import CASE_CLOSED, CaseStart
from workflows.memory import Answers, Closed, Memory, Refused, Withdrawn
from workflows.verbs.approval import Approval
from zhupi.approval.v1.case_pb2 import Effect

T = TypeVar("T")
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_INSIDE: Final = timedelta(minutes=5)
LONGEST_OUTSIDE: Final = timedelta(minutes=20)
GIVEN_UP: Final = "申请已撤回，不再尝试 (withdrawn: not tried any more)"


@dataclass(frozen=True)
class Trouble:
    """Why an attempt failed: a stable reason, and what people read. `stays`: it does not pass by itself."""

    reason: str
    words: str
    values: dict[str, str] = field(default_factory=dict)
    stays: bool = False

    @classmethod
    def of(cls, error: FailureError) -> Trouble:
        """Raises the error again if it says that the workflow itself is cancelled."""
        if isinstance(error, CancelledError):
            raise error
        # Failures of local activities come bare.
        cause = error.cause if isinstance(error, ActivityError) else error
        if isinstance(cause, ApplicationError):
            told = cause.details[0] if cause.details and isinstance(cause.details[0], dict) else {}
            zh, en = str(told.get("zh", "")), str(told.get("en", cause.message))
            words = f"{zh} ({en})" if zh and zh != en else en
            values = {str(key): str(value) for key, value in told.get("values", {}).items()}
            return cls(cause.type or "INTERNAL", words, values, cause.non_retryable)
        if isinstance(cause, NoAnswerInTime):
            return cls("NO_ANSWER", "对方未及时答复 (no answer in time)")
        return cls("INTERNAL", str(cause or error))


class Patience:
    """Owns the memory of the case, so that it can be carried into a new run from wherever it waits.

    `planned` is the last walk that has begun, stage and round: to report what was taken in it is planned once more, which
    changes nothing. Of one that has not begun that would be its plan, made without what only beginning says. `in_trouble` are
    the keys of what was tried in vain and is tried on.
    """

    def __init__(self, start: CaseStart) -> None:
        self.start = start
        self.memory = Memory.of(start)
        self.answers = Answers(self.memory)
        self.approval = Approval(start.case)
        self.sealed = False
        self.undoing = False
        self.planned: tuple[str, int] | None = None
        self.in_trouble: set[str] = set()

    @property
    def is_withdrawn(self) -> bool:
        """There is a withdrawal to be honoured: nothing is sealed, and nothing is being undone yet."""
        return self.memory.withdrawn and not self.sealed and not self.undoing

    async def insist(
        self,
        key: str,
        attempt: Callable[[int], Awaitable[T]],
        *,
        longest: timedelta = LONGEST_INSIDE,
        refusals: Collection[str] = (),
        visible: bool = True,
        gives_way: bool = False,
    ) -> T:
        """Try until there is an answer; `attempt` is told how often it was tried, this time included.

        Between attempts it waits, up to `longest` or until somebody asks to try again. `visible`: operators see it wait,
        and why; a refusal they see always. Raises Refused for the reasons in `refusals`, and Withdrawn where it gives way to a withdrawal; any
        other refusal is waited out too, because somebody has to mend what is behind it. Raises Closed.
        """
        while True:
            self.memory.asked[key] = n = self.memory.asked.get(key, 0) + 1
            retries = self.memory.retries
            try:
                return await attempt(n)
            except FailureError as error:
                trouble = Trouble.of(error)
            finally:
                self.in_trouble.discard(key)
            if trouble.reason == CASE_CLOSED:
                raise Closed(trouble.values["outcome"])
            if trouble.reason in refusals:
                raise Refused(trouble.reason, trouble.values, trouble.words)
            self.in_trouble.add(key)
            pause = min(FIRST_PAUSE * 2 ** min(n - 1, 12), longest)
            if visible or trouble.stays:
                await self.note(key, Effect.STATE_WAITING, trouble.words, workflow.now() + pause)
            await self.until_retried(retries, pause, f"{key}: {trouble.reason}", gives_way)
            if gives_way and self.is_withdrawn:
                await self.note(key, Effect.STATE_REFUSED, GIVEN_UP)
                raise await self.withdrawal()

    async def quietly(
        self,
        key: str,
        attempt: Callable[[int], Awaitable[T]],
        *,
        refusals: Collection[str] = (),
        gives_way: bool = False,
    ) -> T:
        """Insist within the approval service's own walls, where nobody needs to see that it was away for a moment."""
        answer = await self.insist(key, attempt, refusals=refusals, visible=False, gives_way=gives_way)
        await self.no_longer_waits(key)
        return answer

    async def withdrawal(self) -> Withdrawn:
        """What the process is told of a withdrawal, once its signal has come, however long that takes.

        The signal brings the reason, and the owner of the document is told it under a key: with other words it would be
        another request under the same key.
        """
        if not self.memory.withdrawn:
            await self.rest(lambda: self.memory.withdrawn, why="withdrawn")
        return self.memory.withdrawal()

    async def until_retried(self, retries: int, longest: timedelta, why: str, gives_way: bool = True) -> None:
        """Rest until somebody asks to try again (`retries` is how often that was), or withdraws, at most `longest`."""
        await self.rest(
            lambda: self.memory.retries != retries or (gives_way and self.is_withdrawn), longest, why
        )

    async def rest(self, ready: Callable[[], bool], longest: timedelta | None = None, why: str = "") -> bool:
        """Wait until `ready`, at most `longest`; says whether it became so. Raises Closed.

        When the history has grown long, the case goes on from here in a new run instead.
        """
        await self.acknowledge()
        workflow.set_current_details(why)
        try:
            await workflow.wait_condition(
                lambda: ready() or is_long() or bool(self.memory.closed),
                timeout=longest,
                timeout_summary=why[:200],
            )
        except TimeoutError:
            return False
        finally:
            workflow.set_current_details("")
        if self.memory.closed:
            raise Closed(self.memory.closed)
        if not ready():
            await workflow.wait_condition(workflow.all_handlers_finished)
            self.answers.write_down()
            workflow.continue_as_new(replace(self.start, carried=self.memory.carried()))
        return True

    async def note(
        self, key: str, state: Effect.State.ValueType, reason: str = "", next_attempt: datetime | None = None
    ) -> None:
        """Show how an effect stands. What cannot be shown holds nothing up; that it is done is said again later."""
        others = [waiting for waiting in self.memory.waiting if waiting != key]
        self.memory.waiting = [*others, key] if state == Effect.STATE_WAITING else others
        try:
            await self.approval.note(key, state, reason, next_attempt)
        except FailureError as error:
            workflow.logger.warning(
                "an effect could not be noted", extra={"reason": Trouble.of(error).reason}
            )
            if state == Effect.STATE_DONE:
                self.memory.done.append(key)

    async def note_done(self, key: str) -> None:
        """Show that an effect is done: at once where it was seen to wait, else when there is something to say anyway."""
        if key in self.memory.waiting:
            await self.note(key, Effect.STATE_DONE)
        else:
            self.memory.done.append(key)

    async def no_longer_waits(self, key: str) -> None:
        """There is an answer: whoever saw it wait sees that."""
        if key in self.memory.waiting:
            await self.note(key, Effect.STATE_DONE)

    async def reporting(self, call: Callable[[Sequence[str]], Awaitable[T]]) -> T:
        """A call that tells the approval service which completions were taken in."""
        consumed = list(self.memory.consumed)
        answer = await call(consumed)
        self.memory.consumed = [step for step in self.memory.consumed if step not in consumed]
        return answer

    async def acknowledge(self) -> None:
        """Before a long wait: what is not known to be taken in would be sent again and again."""
        done, self.memory.done = self.memory.done, []
        for key in done:
            await self.note(key, Effect.STATE_DONE)
        if not self.memory.consumed or self.planned is None:
            return
        stage, round = self.planned
        try:
            await self.reporting(lambda consumed: self.approval.plan(stage, round, consumed))
        except FailureError as error:
            workflow.logger.warning(
                "completions not reported yet", extra={"reason": Trouble.of(error).reason}
            )


def is_long() -> bool:
    """Whether the history of this run has grown so long that another one should go on."""
    return workflow.info().is_continue_as_new_suggested()
