"""What every process is: a workflow with a case, to which signals come and which ends when its case does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

from temporalio import workflow

from workflows.case import Case
from workflows.contracts import (
    CASE_ACT,
    FACT,
    STEP_COMPLETED,
    STEP_RESCHEDULED,
    CaseAct,
    CaseOutcome,
    CaseResult,
    CaseStart,
    Fact,
    StepCompleted,
    StepRescheduled,
)
from workflows.memory import Closed, Withdrawn
from workflows.policy.walk import Decided
from workflows.verbs.owner import Owned

W = TypeVar("W")
Run = Callable[[W, CaseStart], Awaitable[CaseResult]]


def ends_with_its_case(run: Run[W]) -> Run[W]:
    """Around every `run`: a workflow of a case that is closed, brought back by an engine of an older day, ends as the case has."""

    @wraps(run)
    async def until_closed(self: W, start: CaseStart) -> CaseResult:
        try:
            return await run(self, start)
        except Closed as closed:
            return CaseResult(closed.outcome)

    return until_closed


class CaseWorkflow:
    """What every process is: a workflow with a case. Signals find it there before `run` begins.

    Handlers only store what came; whoever waits for it decides.
    """

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        self.case = Case(start)
        # The version of the document that was submitted last.
        self.submitted = start.document_version

    async def until_decided(
        self,
        document: Owned[Any],
        attempt: Callable[[], Awaitable[Decided | CaseOutcome | None]],
        undo: Callable[[], Awaitable[object]] | None = None,
    ) -> CaseResult:
        """The life of most cases: `attempt` what people are asked, until it is approved, rejected or withdrawn.

        `attempt` does what an approval means, and raises Withdrawn while the requester may take it back. Whoever returns the
        document sends it back to its requester; None says that it is back already, an outcome that the case is over and its
        document knows. Submitted again, it is attempted anew in the same case. What is decided anew is put into approval again
        first; where its owner refuses, the case ends. `undo` precedes the withdrawal of the document.
        """
        if not await self.case.may_begin(document.reopen):
            return await self.case.close_unbegun()
        try:
            while True:
                decided = await attempt()
                if isinstance(decided, CaseOutcome):
                    return await self.case.close(decided)
                if decided is not None:
                    if decided.approved:
                        return await self.case.close(CaseOutcome.APPROVED)
                    if decided.rejected:
                        await self.case.seal("rejection")  # nothing is left to take back
                        await document.reject(decided)
                        return await self.case.close(CaseOutcome.REJECTED)
                    await document.give_back(decided)
                self.submitted = (await self.case.resubmitted()).document_version
        except Withdrawn as withdrawn:
            if undo is not None:
                await undo()
            await document.withdraw(withdrawn)
            return await self.case.close(withdrawn.outcome)

    @workflow.signal(name=STEP_COMPLETED)
    def step_completed(self, completed: StepCompleted) -> None:
        self.case.memory.completions.append(completed)

    @workflow.signal(name=STEP_RESCHEDULED)
    def step_rescheduled(self, rescheduled: StepRescheduled) -> None:
        self.case.memory.reschedulings.append(rescheduled)

    @workflow.signal(name=CASE_ACT)
    def case_act(self, act: CaseAct) -> None:
        self.case.memory.take_act(act)

    @workflow.signal(name=FACT)
    def fact(self, fact: Fact) -> None:
        self.case.memory.take_fact(fact)
