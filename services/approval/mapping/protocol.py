"""The protocol between workflow and approval service."""

from __future__ import annotations

from typing import Final

from chassis.rpc.values import time_from_message, time_to_message
from services.approval.domain.cases.case import SealAnswer
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.planning.elsewhere import StageJump
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.steps.walked import Past
from services.approval.mapping.cases import EFFECT_STATES, OUTCOMES
from services.approval.mapping.names import person
from services.approval.mapping.work_items import RESUMES
from services.approval.use_cases.closing import Close, NoteEffect, Seal
from services.approval.use_cases.messages import decided_version
from services.approval.use_cases.opening import BeginStage, OpenStep, StageBegun, StepFound
from services.approval.use_cases.refusals import NamesDiffer
from services.approval.use_cases.stages import CancelStep, PlanStage
from services.approval.use_cases.timers import FireTimer
from zhupi.approval.v1 import case_protocol_pb2 as pb
from zhupi.approval.v1.route_pb2 import Route

STATES: Final = {
    StepState.OPEN: pb.StepStatus.STATE_OPEN,
    StepState.COMPLETED: pb.StepStatus.STATE_COMPLETED,
    StepState.CANCELLED: pb.StepStatus.STATE_CANCELLED,
}
STEP_OUTCOMES: Final = {
    Outcome.APPROVED: pb.STEP_OUTCOME_APPROVED,
    Outcome.REJECTED: pb.STEP_OUTCOME_REJECTED,
    Outcome.RETURNED: pb.STEP_OUTCOME_RETURNED,
    # Everybody abstained: it is passed.
    Outcome.SKIPPED: pb.STEP_OUTCOME_APPROVED,
}
ANSWERS: Final = {
    SealAnswer.SEALED: pb.SealCaseResponse.ANSWER_SEALED,
    SealAnswer.WITHDRAWN: pb.SealCaseResponse.ANSWER_WITHDRAWN,
    SealAnswer.SUSPENDED: pb.SealCaseResponse.ANSWER_SUSPENDED,
}
STATES_OF_EFFECTS: Final = {message: state for state, message in EFFECT_STATES.items()}
OUTCOMES_OF_CASES: Final = {message: outcome for outcome, message in OUTCOMES.items()}


def found_to_message(found: StepFound) -> pb.StepStatus:
    status = status_to_message(found.step)
    status.opened_before = found.opened_before
    return status


def begun_to_message(begun: StageBegun, route: Route) -> pb.BeginStageResponse:
    opened, jumps = map(status_to_message, begun.opened), map(jump_to_message, begun.view.jumps)
    past = past_to_message(begun.past) if begun.past else None
    return pb.BeginStageResponse(route=route, opened=opened, jumps=jumps, past=past)


def status_to_message(step: Step) -> pb.StepStatus:
    """To the workflow a step is open for as long as its completion can be taken back."""
    state = StepState.OPEN if step.completion and not step.is_delivered else step.state
    status = pb.StepStatus(
        step=str(step.name),
        state=STATES[state],
        timers_revision=step.timers.revision,
        route_revision=step.route_revision,
    )
    for timer, at in step.timers.due.items():
        status.due_times[timer].FromDatetime(at)
    if step.completion is not None and step.is_delivered:
        completion = pb.StepStatus(
            outcome=STEP_OUTCOMES[step.completion.outcome],
            return_to=step.completion.return_to,
            document_version=decided_version(step),
            comment=step.completion.comment,
            decider=person(step.completion.by),
            complete_time=time_to_message(step.completion.at),
            resume=RESUMES[step.completion.resume],
        )
        status.MergeFrom(completion)
    return status


def jump_to_message(jump: StageJump) -> pb.StageJump:
    return pb.StageJump(n=jump.n, to=jump.to, over=jump.over)


def past_to_message(past: Past) -> pb.StagePast:
    return pb.StagePast(turns=past.turns, void=past.void, passed=past.passed, jumped=past.jumped)


def past_of(past: pb.StagePast) -> Past:
    return Past(past.turns, dict(past.void), dict(past.passed), past.jumped)


def plan_stage(request: pb.PlanStageRequest) -> PlanStage:
    return PlanStage(CaseName.parse(request.case), request.stage, request.round, tuple(request.consumed))


def begin_stage(request: pb.BeginStageRequest) -> BeginStage:
    visits = dict(request.visits)
    case, consumed = CaseName.parse(request.case), tuple(request.consumed)
    return BeginStage(case, request.stage, request.round, visits, consumed, request.came_back)


def open_step(request: pb.OpenStepRequest) -> OpenStep:
    """Raises NamesDiffer where the name of the step is not made of the other fields."""
    case, step = CaseName.parse(request.case), StepName.parse(request.step)
    if step != StepName(case, request.stage, request.key, request.visit):
        raise NamesDiffer(field="step", name=step, other=f"{case}/{request.stage}/{request.key}")
    consumed, past = tuple(request.consumed), past_of(request.past)
    return OpenStep(case, step, request.round, consumed, request.revision, past)


def cancel_step(request: pb.CancelStepRequest) -> CancelStep:
    return CancelStep(CaseName.parse(request.case), StepName.parse(request.step))


def fire_timer(request: pb.FireTimerRequest) -> FireTimer:
    return FireTimer(CaseName.parse(request.case), StepName.parse(request.step), request.timer, request.n)


def seal(request: pb.SealCaseRequest) -> Seal:
    case, consumed = CaseName.parse(request.case), tuple(request.consumed)
    return Seal(case, request.point, request.n, consumed, request.steerable)


def unseal(request: pb.UnsealCaseRequest) -> Seal:
    return Seal(CaseName.parse(request.case), request.point, request.n)


def note_effect(request: pb.NoteEffectRequest) -> NoteEffect:
    has_next = request.HasField("next_attempt_time")
    return NoteEffect(
        CaseName.parse(request.case),
        request.key,
        STATES_OF_EFFECTS[request.state],
        request.reason,
        time_from_message(request.next_attempt_time) if has_next else None,
    )


def close(request: pb.CloseCaseRequest) -> Close:
    return Close(
        CaseName.parse(request.case),
        OUTCOMES_OF_CASES[request.outcome],
        tuple(request.consumed),
        tuple(request.done),
    )
