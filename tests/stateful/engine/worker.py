"""The workflow of a case without its engine: the real reducer, its calls made over gRPC, its signals taken from the lane.

It hears signals when it is told to, in the order of the lane, some of them twice. It can be lost, and then begins again knowing
nothing, like a workflow that the reconciler starts anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kernel.errors import Refusal
from tests.stateful.engine.office import Office
from workflows.contracts import (
    CASE_ACT,
    CASE_CLOSED,
    CASE_WITHDRAWN,
    FACT,
    GIVEN_UP,
    JUMP,
    REPLANNED,
    RESUBMITTED,
    STEP_COMPLETED,
    STEP_RESCHEDULED,
    TERMINATE,
    WITHDRAW,
    Outcome,
    Resume,
    StepCompleted,
    StepRescheduled,
)
from workflows.policy.acts import jump_of, replanned_of
from workflows.policy.reducer import Result, begin, is_stuck, react
from workflows.policy.timers import next_due
from workflows.policy.walk import (
    Abandon,
    Cancel,
    Command,
    Ending,
    Event,
    Fire,
    Open,
    OpenAgain,
    PlannedStep,
    Standing,
    Stands,
    Walk,
)
from workflows.verbs.approval import jumps_of, past_of, stands, told
from zhupi.approval.v1 import case_pb2
from zhupi.approval.v1 import case_protocol_pb2 as pb

OUTCOMES = {
    Ending.APPROVED: case_pb2.CASE_OUTCOME_APPROVED,
    Ending.REJECTED: case_pb2.CASE_OUTCOME_REJECTED,
}
WITHDRAWN, TERMINATED = case_pb2.CASE_OUTCOME_WITHDRAWN, case_pb2.CASE_OUTCOME_TERMINATED
CASE_SUSPENDED = "CASE_SUSPENDED"


class Worker:
    """`done` once the case is closed; `waits` while the document is with its requester."""

    def __init__(self, office: Office, case: str, stages: Sequence[str]) -> None:
        self.office, self.desk, self.case, self.stages = office, office.worker(), case, stages
        self.forget()

    def forget(self) -> None:
        """As if there had been no workflow yet."""
        self.heard = 0
        self.stage = 0
        self.rounds: dict[str, int] = {}
        self.visits: dict[str, int] = {}
        self.walk: Walk | None = None
        self.resubmissions: list[str] = []
        self.returns = 0
        # How the case was ended by its requester or an administrator.
        self.given_up: case_pb2.CaseOutcome.ValueType | None = None
        # The outcome with which the case is to be closed, once it does not rest.
        self.ending: case_pb2.CaseOutcome.ValueType | None = None
        self.came_back = ""
        self.walked_since: set[str] = set()
        self.seen: set[str] = set()
        self.waits = False
        self.done = False

    async def go(self, *, twice: bool = False) -> None:
        """Hear everything that is in the lane, and do all that follows. `twice`: it is delivered again."""
        new = self.office.signals(self.case, self.heard)
        self.heard += len(new)
        try:
            await self._take([*new, *new] if twice else new)
        except Refusal as refusal:
            # A workflow of an older day ends as its case has.
            if refusal.reason != CASE_CLOSED:
                raise
            self.done = True

    async def _take(self, signals: Sequence[dict[str, Any]]) -> None:
        completions: list[Event] = []
        for said in signals:
            name, args = said["signal"], said["args"]
            if name == STEP_COMPLETED:
                completions.append(completed_of(args))
            elif name == STEP_RESCHEDULED:
                completions.append(StepRescheduled(**args))
            elif name == FACT and args["name"] == RESUBMITTED and args["fact_id"] not in self.resubmissions:
                self.resubmissions.append(args["fact_id"])
            elif name == CASE_ACT and args["act_id"] not in self.seen:
                self.seen.add(args["act_id"])
                completions += self._act(args["kind"], args["args"])
        if self.ending is not None:
            await self._close(self.given_up or self.ending)
        await self._walk_on(completions)

    def _act(self, kind: str, args: dict[str, Any]) -> list[Event]:
        if kind in (WITHDRAW, TERMINATE) and self.given_up is None:
            self.given_up = WITHDRAWN if kind == WITHDRAW else TERMINATED
        if kind == JUMP:
            return [jump_of(args)]
        return [replanned_of(args)] if kind == REPLANNED else []

    async def _walk_on(self, events: Sequence[Event]) -> None:
        """Until it has to wait for somebody."""
        queue = list(events)
        while not self.done and self.ending is None:
            if self.walk is None:
                if not await self._begin():
                    return
                continue
            if self.given_up is not None and not self.walk.abandoned:
                queue.append(Abandon())
            if not queue and is_stuck(self.walk):
                queue.append(OpenAgain())
            if not queue and (timer := next_due(self.walk)) and timer[0] <= self.office.clock.now():
                queue.append(timer[1])
            if queue:
                await self._keep(react(self.walk, queue.pop(0)), queue)
            elif self.walk.decided is None:
                return
            if self.walk.decided:
                await self._end()

    async def _begin(self) -> bool:
        """The next round of the stage, unless the requester has the document."""
        stage = self.stages[self.stage]
        if self.waits:
            if self.given_up is not None:
                await self._close(self.given_up)
                return False
            if len(self.resubmissions) < self.returns:
                return False
            self.waits = False
        self.rounds[stage] = round = self.rounds.get(stage, 0) + 1
        here = f"{stage}/"
        visits = {place.removeprefix(here): n for place, n in self.visits.items() if place.startswith(here)}
        came_back = "" if stage in self.walked_since else self.came_back
        self.walked_since.add(stage)
        begun = await self.desk.protocol.BeginStage(
            pb.BeginStageRequest(case=self.case, stage=stage, round=round, visits=visits, came_back=came_back)
        )
        plan = [PlannedStep(step.key, tuple(step.after), step.skipped) for step in begun.route.steps]
        jumps = jumps_of(stage, round, begun.jumps)
        known = [stands(status.step, status) for status in begun.opened]
        past, revision = past_of(begun.past), begun.route.revision
        queue: list[Event] = []
        await self._keep(
            begin(self.case, stage, round, plan, self.visits, revision, jumps, known, past), queue
        )
        while queue:
            assert self.walk is not None
            await self._keep(react(self.walk, queue.pop(0)), queue)
        return True

    async def _keep(self, result: Result, queue: list[Event]) -> None:
        self.walk, commands = result
        for command in commands:
            queue.extend(await self._ask(command))

    async def _ask(self, command: Command) -> list[Event]:
        assert self.walk is not None
        stage, round = self.walk.stage, self.walk.round
        status: pb.StepStatus
        try:
            match command:
                case Open(step, key, visit, revision, past):
                    asked = pb.OpenStepRequest(
                        case=self.case,
                        step=step,
                        stage=stage,
                        key=key,
                        visit=visit,
                        round=round,
                        revision=revision,
                    )
                    asked.past.CopyFrom(told(past))
                    status = await self.desk.protocol.OpenStep(asked)
                    assert not status.opened_before, "a walk that begins again is never behind"
                case Cancel(step):
                    status = await self.desk.protocol.CancelStep(
                        pb.CancelStepRequest(case=self.case, step=step)
                    )
                case Fire(step, timer, n):
                    status = await self.desk.protocol.FireTimer(
                        pb.FireTimerRequest(case=self.case, step=step, timer=timer, n=n)
                    )
        except Refusal as refusal:
            _known(refusal)
            return [Abandon(), Stands(command.step, Standing.CANCELLED)]
        return [stands(command.step, status)]

    async def _end(self) -> None:
        assert self.walk is not None
        assert self.walk.decided is not None
        decided, self.visits, self.walk = self.walk.decided, dict(self.walk.visits), None
        ending = decided.ending
        if ending is Ending.APPROVED and self.stage + 1 < len(self.stages):
            self.stage += 1
        elif ending is Ending.RETURNED:
            self.waits, self.stage = True, 0
            self.returns += 1
            self.came_back = decided.step if decided.resume is Resume.COME_BACK else ""
            self.walked_since.clear()
        elif ending is Ending.ABANDONED:
            assert self.given_up is not None
            await self._close(self.given_up)
        else:
            await self._close(OUTCOMES[ending])

    async def _close(self, outcome: case_pb2.CaseOutcome.ValueType) -> None:
        self.ending = outcome
        try:
            await self.desk.protocol.CloseCase(pb.CloseCaseRequest(case=self.case, outcome=outcome))
        except Refusal as refusal:
            if refusal.reason == CASE_SUSPENDED:
                return
            assert self.given_up is None, "it was known that the case was given up"
            given_up = WITHDRAWN if _known(refusal) == CASE_WITHDRAWN else TERMINATED
            await self.desk.protocol.CloseCase(pb.CloseCaseRequest(case=self.case, outcome=given_up))
        self.done = True


def completed_of(args: dict[str, Any]) -> StepCompleted:
    typed = {"outcome": Outcome(args["outcome"]), "resume": Resume(args["resume"])}
    return StepCompleted(**(args | typed))


def _known(refusal: Refusal) -> str:
    """Why nothing more is to be done. Any other refusal is a mistake of ours."""
    if refusal.reason not in GIVEN_UP:
        raise refusal
    return refusal.reason
