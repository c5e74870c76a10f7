"""What is asked to be done to a case from outside."""

from __future__ import annotations

from typing import TypeAlias

from chassis.rpc.values import id_in, text_from_message
from services.approval.domain.cases.names import CaseName
from services.approval.mapping.routes import MODES
from services.approval.use_cases.editing import AddStep, Reassign, RemoveStep
from services.approval.use_cases.elsewhere import Jump, Redo
from services.approval.use_cases.overrides import Override
from zhupi.approval.v1 import case_pb2 as pb

OF_MODES = {message: mode for mode, message in MODES.items()}
Overriding: TypeAlias = (
    pb.SuspendCaseRequest
    | pb.ResumeCaseRequest
    | pb.TerminateCaseRequest
    | pb.ReopenCaseRequest
    | pb.JumpCaseRequest
    | pb.ReassignStepRequest
    | pb.AddStepRequest
    | pb.RemoveStepRequest
)


def override(request: Overriding) -> Override:
    return Override(CaseName.parse(request.name, "name"), request.reason, request.etag)


def jump(request: pb.JumpCaseRequest) -> Jump:
    return Jump(override(request), request.step)


def reassign(request: pb.ReassignStepRequest) -> Reassign:
    people = tuple(id_in(person, "people", "people") for person in request.people)
    return Reassign(override(request), request.step, people)


def add_step(request: pb.AddStepRequest) -> AddStep:
    return AddStep(
        override(request),
        request.behind,
        request.key,
        text_from_message(request.title),
        OF_MODES[request.mode],
        tuple(id_in(person, "people", "people") for person in request.people),
    )


def remove_step(request: pb.RemoveStepRequest) -> RemoveStep:
    return RemoveStep(override(request), request.step)


def redo(request: pb.RedoStepRequest) -> Redo:
    return Redo(CaseName.parse(request.name, "name"), request.step, request.reason)
