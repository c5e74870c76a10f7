"""A case, once for all processes: walking stages, news of the document, seals, effects that are done once, the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import NoneType
from typing import Final, TypeVar

from google.protobuf.message import Message
from temporalio import workflow

from workflows.calls import call_owner
from workflows.contracts import (
    CHANGED,
    GIVEN_UP,
    RESUBMITTED,
    Came,
    CaseOutcome,
    CaseResult,
    CaseStart,
    Fact,
    Resume,
    effect_key,
)
from workflows.memory import Refused, Withdrawn
from workflows.patience import LONGEST_OUTSIDE, Patience
from workflows.policy.walk import Decided, Ending
from workflows.walking import Walker
from zhupi.approval.v1.case_pb2 import Effect
from zhupi.approval.v1.case_protocol_pb2 import SealCaseResponse

T = TypeVar("T")

SUSPENDED: Final = timedelta(minutes=15)


class Case:
    """What a process works with. Every method may raise Withdrawn until the case is sealed, and then once.

    Calls are counted by name; branches of a process that run side by side use different names.
    """

    def __init__(self, start: CaseStart) -> None:
        self.start = start
        self.name = start.case
        self.document = start.document
        self._patience = Patience(start)
        self.memory = self._patience.memory
        self._counts: dict[str, int] = {}
        # A version that the document's owner has named in a refusal: there is no use in naming an older one again.
        self._at_least = 0
        # The step whose return to the requester is to come straight back to it, until each stage was walked once more.
        self._came_back, self._walked_since = "", set[str]()

    async def may_begin(self, reopen: Callable[[], Awaitable[object]]) -> bool:
        """Whether people are to be asked at all: where a former case is decided anew, its document's owner says so.

        `reopen` is the owner's verb. What it refuses is seen among the effects.
        """
        if not self.start.reopens:
            return True
        try:
            await reopen()
        except Refused:
            return False
        return True

    async def close_unbegun(self) -> CaseResult:
        """End a case that could not begin. Nothing was done in it, and so nothing is undone if it is taken back."""
        try:
            return await self.close(CaseOutcome.REJECTED)
        except Withdrawn as withdrawn:
            return await self.close(withdrawn.outcome)

    async def walk(self, stage: str, then: Callable[[Decided], Awaitable[T]]) -> tuple[Decided, T | None]:
        """Have people decide a stage; once they have approved, do `then`, the verb that makes it so.

        The verb names the version that was decided on. If the document has a newer one by now, the stage is walked anew.
        """
        while True:
            decided = await self.decision(stage)
            if not decided.approved:
                return decided, None
            try:
                return decided, await then(decided)
            except Refused as refused:
                if refused.reason != CHANGED:
                    raise
                current = int(refused.values.get("current", 0))
                self._at_least = max(self._at_least, current)
                self._came_back = ""  # nobody has approved the document as it is now

    async def decision(self, stage: str) -> Decided:
        """Have people decide a stage, without a verb."""
        round = self._count(f"walk/{stage}")
        came_back = "" if stage in self._walked_since else self._came_back
        self._walked_since.add(stage)
        decided = await self._once(
            f"{self.name}/walk/{stage}/{round}", Decided, lambda: self._walk(stage, round, came_back)
        )
        # Also where the answer is remembered from an earlier run: what was taken in then may still have to be reported.
        self._patience.planned = (stage, round)
        if decided.returned:
            self._came_back = decided.step if decided.resume is Resume.COME_BACK else ""
            self._walked_since.clear()
        return decided

    async def _walk(self, stage: str, round: int, came_back: str) -> Decided:
        if self._patience.is_withdrawn:
            raise await self._patience.withdrawal()
        decided = await Walker(self._patience, stage, round, came_back).walk()
        if decided.ending is Ending.ABANDONED:
            raise await self._patience.withdrawal()
        return decided if decided.document_version else replace(decided, document_version=self._undecided())

    def _undecided(self) -> int:
        """The version on which a stage takes effect in which nobody had to decide.

        What it was planned for, because a workflow that begins again must say the same once more; the present one may
        be a later one by then.
        """
        return max(self.memory.planned_version, self._at_least)

    async def resubmitted(self) -> Fact:
        """Wait until the requester has submitted the document again."""
        return await self.fact(RESUBMITTED)

    async def fact(self, name: str) -> Fact:
        """Wait for the next news of that name; each is taken once, in the order of arrival."""
        key = f"{self.name}/fact/{name}/{self._count(f'fact/{name}')}"
        return await self._once(key, Fact, lambda: self._fact(name))

    async def _fact(self, name: str) -> Fact:
        came = await self._first_of((name,), None)
        assert came.fact is not None, "without a moment there is nothing else to come"
        return came.fact

    async def first_of(self, names: Collection[str], until: datetime) -> Fact | None:
        """Wait for the next news of any of these names, at most until the moment. None: there was none before it.

        What came is remembered, and so is that nothing did: a new run of the case says the same. Who has the document
        decides whether the moment or a person was first; a process asks there.
        """
        waited = f"{'-or-'.join(names)}"
        key = f"{self.name}/first-of/{waited}/{self._count(f'first-of/{waited}')}"
        return (await self._once(key, Came, lambda: self._first_of(names, until))).fact

    async def _first_of(self, names: Collection[str], until: datetime | None) -> Came:
        def found() -> Fact | None:
            return next((fact for fact in self.memory.facts if fact.name in names), None)

        def is_over() -> bool:
            return found() is not None or self._patience.is_withdrawn

        left = None if until is None else until - workflow.now()
        # News that is there already counts, however late it is.
        if left is None or left > timedelta():
            await self._patience.rest(is_over, left, why=", ".join(names))
        if self._patience.is_withdrawn:
            raise await self._patience.withdrawal()
        fact = found()
        if fact is not None:
            self.memory.facts.remove(fact)
        return Came(fact)

    async def seal(self, point: str, *, steerable: bool = False) -> None:
        """From here on the request cannot be withdrawn; `point` says what is about to be done.

        `steerable`: stages follow, and administrators may steer those as any other; only giving up is over.
        """
        n = self._count(f"seal/{point}")
        key = effect_key(self.name, f"seal-{point}", n)
        await self._once(key, NoneType, lambda: self._seal(key, point, n, steerable))
        self._patience.sealed = True

    async def _seal(self, key: str, point: str, n: int, steerable: bool) -> None:
        patience = self._patience

        def ask(consumed: Sequence[str]) -> Awaitable[SealCaseResponse]:
            return patience.approval.seal(point, n, consumed, steerable=steerable)

        while True:
            response = await patience.quietly(key, lambda _: patience.reporting(ask))
            if response.answer == SealCaseResponse.ANSWER_SEALED:
                return
            if response.answer == SealCaseResponse.ANSWER_WITHDRAWN:
                raise await patience.withdrawal()
            await patience.until_retried(self.memory.retries, SUSPENDED, "suspended")

    async def unseal(self, point: str) -> None:
        """Take the last seal for this point off: the other side has refused, and people decide anew."""
        key = effect_key(self.name, f"unseal-{point}", self._count(f"unseal/{point}"))
        n = self._counts[f"seal/{point}"]

        async def ask() -> None:
            await self._patience.quietly(key, lambda _: self._patience.approval.unseal(point, n))

        await self._once(key, NoneType, ask)
        self._patience.sealed = False

    async def inside(
        self,
        effect: str,
        request: Callable[[str], Message],
        result: type[T],
        *,
        refusals: Collection[str] = (),
        noted: bool = False,
    ) -> T:
        """Have the document's owner do something, once, under a counted key. Raises Refused for the reasons in `refusals`.

        `noted`: people see the refusal among the effects of the case, in the words of who refused.
        """
        key = effect_key(self.name, effect, self._count(effect))

        async def ask() -> T:
            try:
                answer = await self._patience.insist(
                    key, lambda _: call_owner(request(key), result), refusals=refusals
                )
            except Refused as refused:
                if noted:
                    await self._patience.note(key, Effect.STATE_REFUSED, refused.words)
                else:
                    await self._patience.no_longer_waits(key)
                raise
            await self._patience.no_longer_waits(key)
            return answer

        return await self._once(key, result, ask)

    async def outside(
        self,
        effect: str,
        attempt: Callable[[str, bool], Awaitable[T]],
        result: type[T],
        *,
        refusal: Callable[[T], str | None] = lambda _: None,
    ) -> T:
        """Do something in another system, once, under a counted key, however long that takes.

        `attempt` gets the key and whether this is surely the very first attempt: any other must ask what has become of it
        before doing it again. `refusal` says why an answer is a no; the next call has the next key. Until the case is
        sealed it gives way to a withdrawal: the process then undoes what may have been done.
        """
        key = effect_key(self.name, effect, self._count(effect))

        async def ask() -> T:
            answer = await self._patience.insist(
                key,
                lambda n: attempt(key, n == 1 and not self._begins_again),
                longest=LONGEST_OUTSIDE,
                gives_way=True,
            )
            reason = refusal(answer)
            if reason is None:
                await self._patience.note_done(key)
            else:
                await self._patience.note(key, Effect.STATE_REFUSED, reason)
            return answer

        return await self._once(key, result, ask)

    async def close(self, outcome: CaseOutcome) -> CaseResult:
        """End the case. Raises Withdrawn if it was taken back or ended in the last moment."""
        key = effect_key(self.name, "close", self._count("close"))

        async def ask() -> None:
            try:
                await self._patience.quietly(
                    key,
                    lambda _: self._patience.reporting(
                        lambda consumed: self._patience.approval.close(outcome, consumed, self.memory.done)
                    ),
                    refusals=GIVEN_UP,
                )
            except Refused:
                raise await self._patience.withdrawal() from None

        await self._once(key, NoneType, ask)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return CaseResult(outcome)

    @property
    def _begins_again(self) -> bool:
        """This history does not tell all that was done for the case: it was lost, or an operator has reset it."""
        info = workflow.info()
        return self.start.again or info.run_id != info.first_execution_run_id

    def _count(self, what: str) -> int:
        self._counts[what] = self._counts.get(what, 0) + 1
        return self._counts[what]

    async def _once(self, key: str, result: type[T], ask: Callable[[], Awaitable[T]]) -> T:
        try:
            return await self._patience.answers.once(key, result, ask)
        except Withdrawn:
            self._patience.undoing = True
            raise
