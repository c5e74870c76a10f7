"""The protocol between a case and the approval service, as single attempts; who insists is Patience."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from kernel.writing import cleaned
from workflows.activities.approval import ApprovalActivities
from workflows.calls import call_inside
from workflows.contracts import CaseOutcome, Outcome, Resume, StepCompleted, StepRescheduled, step_place
from workflows.policy.walk import Cancel, Command, Fire, Jump, Open, Past, Standing, Stands
from zhupi.approval.v1.case_pb2 import CaseOutcome as OutcomeMessage
from zhupi.approval.v1.case_pb2 import Effect
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
from zhupi.approval.v1.route_pb2 import Route
from zhupi.approval.v1.work_item_pb2 import RESUME_COME_BACK, RESUME_UNSPECIFIED, RESUME_WALK_AGAIN

STANDINGS: Final = {
    StepStatus.STATE_OPEN: Standing.OPEN,
    StepStatus.STATE_COMPLETED: Standing.DONE,
    StepStatus.STATE_CANCELLED: Standing.CANCELLED,
}
OUTCOMES: Final = {
    StepOutcome.STEP_OUTCOME_APPROVED: Outcome.APPROVED,
    StepOutcome.STEP_OUTCOME_REJECTED: Outcome.REJECTED,
    StepOutcome.STEP_OUTCOME_RETURNED: Outcome.RETURNED,
}
RESUMES: Final = {
    RESUME_UNSPECIFIED: Resume.WALK_AGAIN,
    RESUME_WALK_AGAIN: Resume.WALK_AGAIN,
    RESUME_COME_BACK: Resume.COME_BACK,
}
CASE_OUTCOMES: Final = {
    CaseOutcome.APPROVED: OutcomeMessage.CASE_OUTCOME_APPROVED,
    CaseOutcome.REJECTED: OutcomeMessage.CASE_OUTCOME_REJECTED,
    CaseOutcome.WITHDRAWN: OutcomeMessage.CASE_OUTCOME_WITHDRAWN,
    CaseOutcome.TERMINATED: OutcomeMessage.CASE_OUTCOME_TERMINATED,
}


class Approval:
    """`consumed` are the steps whose completion was taken in; every call that can carries them."""

    def __init__(self, case: str) -> None:
        self._case = case

    def plan(self, stage: str, round: int, consumed: Sequence[str]) -> Awaitable[Route]:
        request = PlanStageRequest(case=self._case, stage=stage, round=round, consumed=consumed)
        return call_inside(ApprovalActivities.plan_stage, request)

    def begin(
        self, stage: str, round: int, visits: Mapping[str, int], consumed: Sequence[str], came_back: str
    ) -> Awaitable[BeginStageResponse]:
        request = BeginStageRequest(
            case=self._case, stage=stage, round=round, visits=visits, consumed=consumed, came_back=came_back
        )
        return call_inside(ApprovalActivities.begin_stage, request, stage)

    async def carry_out(self, command: Command, stage: str, round: int, consumed: Sequence[str]) -> Stands:
        status: StepStatus
        match command:
            case Open(step, key, visit, revision, past):
                open_step = OpenStepRequest(
                    case=self._case,
                    step=step,
                    stage=stage,
                    key=key,
                    visit=visit,
                    round=round,
                    consumed=consumed,
                    revision=revision,
                    past=told(past) if past.turns else None,
                )
                status = await call_inside(ApprovalActivities.open_step, open_step, key)
            case Cancel(step):
                cancel = CancelStepRequest(case=self._case, step=step)
                status = await call_inside(ApprovalActivities.cancel_step, cancel, step_place(step)[1])
            case Fire(step, timer, n):
                fire = FireTimerRequest(case=self._case, step=step, timer=timer, n=n)
                status = await call_inside(ApprovalActivities.fire_timer, fire, timer)
        return stands(command.step, status)

    def seal(
        self, point: str, n: int, consumed: Sequence[str], *, steerable: bool = False
    ) -> Awaitable[SealCaseResponse]:
        request = SealCaseRequest(case=self._case, point=point, n=n, consumed=consumed, steerable=steerable)
        return call_inside(ApprovalActivities.seal_case, request)

    def unseal(self, point: str, n: int) -> Awaitable[UnsealCaseResponse]:
        request = UnsealCaseRequest(case=self._case, point=point, n=n)
        return call_inside(ApprovalActivities.unseal_case, request)

    def note(
        self, key: str, state: Effect.State.ValueType, reason: str, next_attempt: datetime | None
    ) -> Awaitable[NoteEffectResponse]:
        request = NoteEffectRequest(case=self._case, key=key, state=state, reason=cleaned(reason, 4000))
        if next_attempt is not None:
            at = Timestamp()
            at.FromDatetime(next_attempt)
            request.next_attempt_time.CopyFrom(at)
        return call_inside(ApprovalActivities.note_effect, request)

    def close(
        self, outcome: CaseOutcome, consumed: Sequence[str], done: Sequence[str]
    ) -> Awaitable[CloseCaseResponse]:
        """`done` are the effects of which nothing was noted since they were done."""
        request = CloseCaseRequest(
            case=self._case, outcome=CASE_OUTCOMES[outcome], consumed=consumed, done=done
        )
        return call_inside(ApprovalActivities.close_case, request)


def stands(step: str, status: StepStatus) -> Stands:
    standing = STANDINGS[status.state]
    revision, opened_before = status.route_revision, status.opened_before
    if standing is not Standing.DONE:
        return Stands(
            step, standing, times=_times(step, status), revision=revision, opened_before=opened_before
        )
    completed = StepCompleted(
        step=step,
        outcome=OUTCOMES[status.outcome],
        document_version=status.document_version,
        return_to=status.return_to,
        comment=status.comment,
        decider=status.decider,
        resume=RESUMES[status.resume],
    )
    return Stands(step, standing, completed, revision=revision, opened_before=opened_before)


def _times(step: str, status: StepStatus) -> StepRescheduled | None:
    if not status.timers_revision:
        return None
    due = {timer: at.ToDatetime(UTC).isoformat() for timer, at in sorted(status.due_times.items())}
    return StepRescheduled(step, status.timers_revision, due)


def jumps_of(stage: str, round: int, jumps: Iterable[StageJump]) -> list[Jump]:
    return [Jump(stage, round, jump.n, jump.to, tuple(jump.over)) for jump in jumps]


def past_of(past: StagePast) -> Past:
    return Past(past.turns, dict(past.void), dict(past.passed), past.jumped)


def told(past: Past) -> StagePast:
    return StagePast(turns=past.turns, void=past.void, passed=past.passed, jumped=past.jumped)
