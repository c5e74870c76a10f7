"""The approval service of these tests: routes, steps, effects and the seal, kept in memory; people decide when told to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from kernel.errors import Unavailable
from tests.builders.routes import a_chain
from tests.workflow.refusing import CaseIsClosed, CaseTerminated, CaseWithdrawn, NobodyToApprove
from workflows.contracts import (
    CASE_ACT,
    FACT,
    JUMP,
    REPLANNED,
    STEP_COMPLETED,
    TERMINATE,
    WITHDRAW,
    CaseAct,
    Fact,
    Outcome,
    Resume,
    step_id,
    step_place,
)
from workflows.policy.walk import PlannedStep
from workflows.verbs.approval import OUTCOMES, stands
from zhupi.approval.v1.case_pb2 import CaseOutcome, Effect
from zhupi.approval.v1.case_protocol_pb2 import (
    BeginStageRequest,
    BeginStageResponse,
    CancelStepRequest,
    CloseCaseRequest,
    CloseCaseResponse,
    FireTimerRequest,
    NoteEffectRequest,
    NoteEffectResponse,
    OpenStepRequest,
    PlanStageRequest,
    SealCaseRequest,
    SealCaseResponse,
    StageJump,
    StagePast,
    StepOutcome,
    StepStatus,
    UnsealCaseRequest,
    UnsealCaseResponse,
)
from zhupi.approval.v1.route_pb2 import Route, RouteStep
from zhupi.approval.v1.work_item_pb2 import RESUME_COME_BACK, RESUME_WALK_AGAIN

CASE = "expense-claim/EC-2026-000123/1"
Signal = Callable[[str, dict[str, Any]], Awaitable[None]]


@dataclass
class Office:
    """`log` says what the case has asked for, in order; `sealed` and `outcome` how it stands."""

    routes: dict[str, list[PlannedStep]] = field(
        default_factory=lambda: {"claim": a_chain("manager"), "finance": a_chain("review")}
    )
    version: int = 1
    planned: dict[tuple[str, int], int] = field(default_factory=dict)
    steps: dict[str, StepStatus] = field(default_factory=dict)
    effects: dict[str, NoteEffectRequest] = field(default_factory=dict)
    noted: list[tuple[str, str]] = field(default_factory=list)
    consumed: set[str] = field(default_factory=set)
    fired: list[tuple[str, str, int]] = field(default_factory=list)
    # By key of a step what is due of it when it is opened, and what becomes of a timer that is told.
    deadlines: dict[str, dict[str, datetime]] = field(default_factory=dict)
    when_due: Callable[[StepStatus, str], None] | None = None
    log: list[str] = field(default_factory=list)
    sealed: str = ""
    seals: dict[str, int] = field(default_factory=dict)
    suspended: bool = False
    withdrawn: bool = False
    terminated: bool = False
    jumped: list[StageJump] = field(default_factory=list)
    # By stage and round the latest visit of each step, and what the workflow told of it; by step when it was opened.
    walked: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)
    pasts: dict[tuple[str, int], StagePast] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    revision: int = 0
    outcome: str = ""
    # What a round was planned without, because it came straight back.
    kept: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    outages: int = 0
    outages_of_beginning: int = 0
    # The stage for which nobody can be found.
    nobody_for: str = ""
    # The step for which nobody can be found once it is to be opened.
    nobody_at: str = ""
    lost_notes: int = 0
    signal: Signal | None = None
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    # People.

    async def asked(self, key: str, visit: int = 1, stage: str = "") -> StepStatus:
        """Wait until somebody is asked to decide the step."""
        stages = [stage] if stage else list(self.routes)
        names = [step_id(CASE, stage, key, visit) for stage in stages]
        await self.until(
            lambda _: any(n in self.steps and self.steps[n].state == StepStatus.STATE_OPEN for n in names)
        )
        return next(self.steps[name] for name in names if name in self.steps)

    def is_asked(self, key: str) -> bool:
        """Whether somebody has the step to decide."""
        standing = (
            status for name, status in self.steps.items() if name.rpartition("/")[2].startswith(f"{key}#")
        )
        return any(status.state == StepStatus.STATE_OPEN for status in standing)

    async def approves(self, key: str, visit: int = 1, *, version: int = 0, told: bool = True) -> None:
        """`told`: the signal is sent, too."""
        await self._decide(await self.asked(key, visit), Outcome.APPROVED, version=version, told=told)

    async def rejects(self, key: str, visit: int = 1, *, comment: str = "no", told: bool = True) -> None:
        await self._decide(await self.asked(key, visit), Outcome.REJECTED, comment=comment, told=told)

    async def returns(
        self,
        key: str,
        visit: int = 1,
        *,
        to: str = "",
        comment: str = "again",
        resume: Resume = Resume.WALK_AGAIN,
    ) -> None:
        step = await self.asked(key, visit)
        step.resume = RESUME_COME_BACK if resume is Resume.COME_BACK else RESUME_WALK_AGAIN
        await self._decide(step, Outcome.RETURNED, comment=comment, to=to)

    async def _decide(
        self,
        step: StepStatus,
        outcome: Outcome,
        *,
        comment: str = "",
        to: str = "",
        version: int = 0,
        told: bool = True,
    ) -> None:
        step.state = StepStatus.STATE_COMPLETED
        step.outcome = next(number for number, known in OUTCOMES.items() if known is outcome)
        step.document_version = version or self.version
        step.comment, step.return_to, step.decider = comment, to, "people/wangwei"
        if told:
            await self.tells_of(step.step)

    async def tells_of(self, step: str) -> None:
        """Send the signal of a completed step, perhaps once more."""
        completed = stands(step, self.steps[step]).completed
        assert completed is not None
        await self.say(STEP_COMPLETED, asdict(completed))

    async def withdraws(self, reason: str = "changed my mind", *, told: bool = True) -> None:
        self.withdrawn = True
        for step in self.steps.values():
            if step.state == StepStatus.STATE_OPEN:
                step.state = StepStatus.STATE_CANCELLED
        if told:
            await self.tells_of_withdrawal(reason)

    async def tells_of_withdrawal(self, reason: str) -> None:
        await self.say(CASE_ACT, asdict(CaseAct("act-1", WITHDRAW, "people/lihua", {"reason": reason})))

    async def terminates(self, reason: str = "not ours to decide") -> None:
        """An administrator ends the case."""
        self.terminated = True
        for step in self.steps.values():
            if step.state == StepStatus.STATE_OPEN:
                step.state = StepStatus.STATE_CANCELLED
        await self.say(CASE_ACT, asdict(CaseAct("act-9", TERMINATE, "people/zhengnan", {"reason": reason})))

    async def jumps(self, stage: str, to: str, over: Sequence[str], drops: Sequence[str]) -> None:
        """An administrator has the case go on at `to`; nobody decides any more the steps it `drops`."""
        for name, step in self.steps.items():
            where, _, key = name.rpartition("#")[0].rpartition("/")
            if where.endswith(f"/{stage}") and key in drops and step.state == StepStatus.STATE_OPEN:
                step.state = StepStatus.STATE_CANCELLED
        jump = StageJump(n=len(self.jumped) + 1, to=to, over=over)
        self.jumped.append(jump)
        args = {
            "stage": stage,
            "round": 1,
            "n": jump.n,
            "to": to,
            "over": list(over),
        }
        await self.say(CASE_ACT, asdict(CaseAct(f"jump-{jump.n}", JUMP, "people/zhengnan", args)))

    def has_turned(self, stage: str, void: dict[str, int]) -> None:
        """In a life of the workflow of which this one knows nothing these visits were decided, and counted no more."""
        for key, visit in void.items():
            step = step_id(CASE, stage, key, visit)
            decided = StepStatus(step=step, state=StepStatus.STATE_COMPLETED, document_version=self.version)
            decided.outcome = StepOutcome.STEP_OUTCOME_APPROVED
            self.steps[step] = decided
            self.turns.setdefault(step, 1)
            self.walked[stage, 1][key] = step
        self.pasts[stage, 1] = StagePast(turns=2, void=void)

    async def edits(self, stage: str, plan: Sequence[PlannedStep]) -> None:
        """An administrator changes the rest of the route."""
        self.routes[stage] = list(plan)
        self.revision += 1
        steps = [{"key": s.key, "after": list(s.after), "skipped": s.skipped} for s in plan]
        args = {"stage": stage, "round": 1, "revision": self.revision, "steps": steps}
        await self.say(CASE_ACT, asdict(CaseAct(f"edit-{self.revision}", REPLANNED, "people/zhengnan", args)))

    async def tells(self, name: str, version: int) -> None:
        """News of the document."""
        self.version = version
        await self.say(FACT, asdict(Fact(f"{name}/{version}", name, version)))

    async def say(self, signal: str, args: dict[str, Any]) -> None:
        assert self.signal is not None
        await self.signal(signal, args)

    async def until(self, condition: Callable[[Office], bool], within: float = 10.0) -> None:
        """Wait until the case has asked for what makes this true. Raises TimeoutError after so many seconds."""
        async with asyncio.timeout(within), self.changed:
            await self.changed.wait_for(lambda: condition(self))

    async def acknowledged(self, key: str, visit: int = 1) -> None:
        """Wait until the case has reported that it took the decision in."""
        step = next(name for name in self.steps if name.endswith(f"/{key}#{visit}"))
        await self.until(lambda office: step in office.consumed)

    async def waits(self, effect: str, count: int = 1) -> NoteEffectRequest:
        """Wait until an effect is shown to wait; one that is not counted has count 0."""
        key = f"{CASE}/{effect}/{count}" if count else f"{CASE}/{effect}"
        await self.until(lambda _: key in self.effects and self.effects[key].state == Effect.STATE_WAITING)
        return self.effects[key]

    @property
    def open_steps(self) -> list[str]:
        return [name for name, step in self.steps.items() if step.state == StepStatus.STATE_OPEN]

    # The protocol, as the stub of the service offers it.

    async def PlanStage(self, request: PlanStageRequest | BeginStageRequest) -> Route:
        await self._called(f"plan {request.stage} {request.round}", request.consumed)
        if self.outcome:
            raise CaseIsClosed(case=request.case, outcome=self.outcome)
        if request.stage == self.nobody_for:
            raise NobodyToApprove(step="review")
        route = self.routes[request.stage]
        came_back = isinstance(request, BeginStageRequest) and bool(request.came_back)
        approved = {s.key for s in route if came_back and self._approved(request, s.key)}
        kept = self.kept.setdefault((request.stage, request.round), approved)
        steps = [RouteStep(key=s.key, after=s.after, skipped=s.skipped or s.key in kept) for s in route]
        version = self.planned.setdefault((request.stage, request.round), self.version)
        return Route(
            stage=request.stage,
            round=request.round,
            steps=steps,
            document_version=version,
            revision=self.revision,
        )

    def _approved(self, request: BeginStageRequest | PlanStageRequest, key: str) -> bool:
        """Whether the last to decide this step has approved it."""
        place = f"{request.case}/{request.stage}/{key}#"
        visits = [step for name, step in self.steps.items() if name.startswith(place)]
        return bool(visits) and visits[-1].outcome == StepOutcome.STEP_OUTCOME_APPROVED

    async def BeginStage(self, request: BeginStageRequest) -> BeginStageResponse:
        if self.outages_of_beginning:
            self.outages_of_beginning -= 1
            raise Unavailable(what="approval")
        route = await self.PlanStage(request)
        jumps = self.jumped if request.stage == "claim" and request.round == 1 else []
        walk = request.stage, request.round
        if known := self.walked.get(walk):
            opened = [self._answer(name) for name in known.values()]
            return BeginStageResponse(route=route, opened=opened, jumps=jumps, past=self.pasts.get(walk))
        behind: set[str] = set()
        opened = []
        for step in route.steps:
            if behind.issuperset(step.after):
                if step.skipped:
                    behind.add(step.key)
                    continue
                visit = request.visits[step.key] + 1
                name = step_id(request.case, request.stage, step.key, visit)
                if name not in self.steps:
                    self.log.append(f"open {step.key}#{visit}")
                self.walked.setdefault(walk, {})[step.key] = name
                opened.append(await self._open(name))
        return BeginStageResponse(route=route, opened=opened, jumps=jumps)

    async def OpenStep(self, request: OpenStepRequest) -> StepStatus:
        await self._called(f"open {request.key}#{request.visit}", request.consumed)
        if request.key == self.nobody_at:
            raise NobodyToApprove(step=request.key)
        walk, turns = (request.stage, request.round), request.past.turns
        if turns > self.pasts.setdefault(walk, StagePast()).turns:
            self.pasts[walk] = request.past
        self.walked.setdefault(walk, {})[request.key] = request.step
        status = await self._open(request.step)
        status.opened_before = self.turns.setdefault(request.step, turns) != turns
        return status

    async def _open(self, name: str) -> StepStatus:
        if name not in self.steps:
            state = StepStatus.STATE_CANCELLED if self.withdrawn or self.terminated else StepStatus.STATE_OPEN
            self.steps[name] = StepStatus(step=name, state=state)
            set_timers(self.steps[name], self.deadlines.get(step_place(name)[1].rpartition("/")[2], {}))
            await self._notify()
        return self._answer(name)

    async def CancelStep(self, request: CancelStepRequest) -> StepStatus:
        await self._called(f"cancel {request.step.rsplit('/', 1)[1]}")
        if self.steps[request.step].state == StepStatus.STATE_OPEN:
            self.steps[request.step].state = StepStatus.STATE_CANCELLED
        return self._answer(request.step)

    async def FireTimer(self, request: FireTimerRequest) -> StepStatus:
        await self._called(f"fire {request.timer} {request.n}")
        self.fired.append((request.step, request.timer, request.n))
        if self.when_due is not None:
            self.when_due(self.steps[request.step], request.timer)
        await self._notify()
        return self._answer(request.step)

    async def SealCase(self, request: SealCaseRequest) -> SealCaseResponse:
        await self._called(f"seal {request.point}", request.consumed)
        if self.outcome:
            raise CaseIsClosed(case=request.case, outcome=self.outcome)
        if request.n <= self.seals.get(request.point, 0):
            return SealCaseResponse(answer=SealCaseResponse.ANSWER_SEALED)
        if self.withdrawn or self.terminated:
            return SealCaseResponse(answer=SealCaseResponse.ANSWER_WITHDRAWN)
        if self.suspended:
            return SealCaseResponse(answer=SealCaseResponse.ANSWER_SUSPENDED)
        self.seals[request.point] = request.n
        if not request.steerable:
            self.sealed = request.point
        return SealCaseResponse(answer=SealCaseResponse.ANSWER_SEALED)

    async def UnsealCase(self, request: UnsealCaseRequest) -> UnsealCaseResponse:
        if request.n == self.seals.get(request.point):
            self.sealed = ""
        await self._called(f"unseal {request.point}")
        return UnsealCaseResponse()

    async def NoteEffect(self, request: NoteEffectRequest) -> NoteEffectResponse:
        effect = request.key.removeprefix(f"{CASE}/")
        if self.lost_notes and request.state == Effect.STATE_DONE:
            self.lost_notes -= 1
            raise Unavailable(what="approval")
        self.noted.append((effect, Effect.State.Name(request.state).removeprefix("STATE_").lower()))
        self.effects[request.key] = request
        await self._notify()
        return NoteEffectResponse()

    async def CloseCase(self, request: CloseCaseRequest) -> CloseCaseResponse:
        outcome = CaseOutcome.Name(request.outcome).removeprefix("CASE_OUTCOME_").lower()
        await self._called(f"close {outcome}", request.consumed)
        if self.withdrawn and outcome != "withdrawn":
            raise CaseWithdrawn(case=request.case)
        if self.terminated and outcome != "terminated":
            raise CaseTerminated(case=request.case)
        self.outcome = outcome
        self.noted += [(key.removeprefix(f"{CASE}/"), "done") for key in request.done]
        return CloseCaseResponse()

    async def _called(self, what: str, consumed: Any = ()) -> None:
        if self.outages:
            self.outages -= 1
            raise Unavailable(what="approval")
        self.log.append(what)
        self.consumed.update(consumed)
        await self._notify()

    async def _notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    def _answer(self, step: str) -> StepStatus:
        answer = StepStatus()
        answer.CopyFrom(self.steps[step])
        return answer


def set_timers(step: StepStatus, due: dict[str, datetime]) -> None:
    """These timers and no others."""
    if due or step.timers_revision:
        step.timers_revision += 1
    step.ClearField("due_times")
    for timer, at in due.items():
        step.due_times[timer].FromDatetime(at)
