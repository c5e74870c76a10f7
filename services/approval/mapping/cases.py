"""Cases and what is asked about them."""

from __future__ import annotations

from typing import Final

from google.protobuf.struct_pb2 import Struct

from chassis.postgres.paging import Page
from chassis.rpc.values import money_to_message, text_to_message, time_to_message
from services.approval.domain.cases.case import CaseOutcome, CaseState
from services.approval.domain.cases.names import CaseName
from services.approval.known_names import KnownNames
from services.approval.mapping.names import optional_id, organisation, person
from services.approval.mapping.routes import view_to_message
from services.approval.mapping.work_items import item_to_message
from services.approval.use_cases.cases import CommentOn, Withdraw
from services.approval.use_cases.queries import AskCases
from services.approval.use_cases.views import CaseView, Comment, Copy, Effect, EffectState
from zhupi.approval.v1 import case_pb2 as pb

STATES: Final = {
    CaseState.OPEN: pb.Case.STATE_OPEN,
    CaseState.SEALED: pb.Case.STATE_OPEN,
    CaseState.SUSPENDED: pb.Case.STATE_SUSPENDED,
    CaseState.WITHDRAWING: pb.Case.STATE_WITHDRAWING,
    CaseState.TERMINATING: pb.Case.STATE_TERMINATING,
    CaseState.CLOSED: pb.Case.STATE_CLOSED,
}
OUTCOMES: Final = {
    CaseOutcome.APPROVED: pb.CASE_OUTCOME_APPROVED,
    CaseOutcome.REJECTED: pb.CASE_OUTCOME_REJECTED,
    CaseOutcome.WITHDRAWN: pb.CASE_OUTCOME_WITHDRAWN,
    CaseOutcome.TERMINATED: pb.CASE_OUTCOME_TERMINATED,
}
EFFECT_STATES: Final = {
    EffectState.RUNNING: pb.Effect.STATE_RUNNING,
    EffectState.WAITING: pb.Effect.STATE_WAITING,
    EffectState.DONE: pb.Effect.STATE_DONE,
    EffectState.REFUSED: pb.Effect.STATE_REFUSED,
}


def case_to_message(view: CaseView, names: KnownNames) -> pb.Case:
    case = view.case
    return pb.Case(
        name=case.name.resource,
        process=case.name.process,
        process_title=text_to_message(names.process(case.name.process)),
        document=case.document,
        document_version=case.document_version,
        title=case.title,
        amount=money_to_message(case.amount) if case.amount else None,
        requester=person(case.requester),
        requester_title=names.person(case.requester),
        organisation=organisation(case.organisation),
        state=STATES[case.state],
        outcome=OUTCOMES[case.outcome] if case.outcome else pb.CASE_OUTCOME_UNSPECIFIED,
        sealed=case.is_sealed,
        routes=[view_to_message(route, names) for route in view.routes],
        work_items=[item_to_message(item, names) for item in view.items],
        effects=map(effect_to_message, view.effects),
        comments=[comment_to_message(comment, names) for comment in view.comments],
        snapshot=_struct(view),
        create_time=time_to_message(case.created_at),
        close_time=time_to_message(case.closed_at),
        etag=view.etag,
        policy=f"policies/{case.name.process}/versions/{case.policy}",
        reopens=case.reopens.case.resource if case.reopens else "",
        copies=[copy_to_message(copy, names) for copy in view.copies],
        earlier_work_items=view.earlier_items,
    )


def copy_to_message(copy: Copy, names: KnownNames) -> pb.Copy:
    return pb.Copy(
        person=person(copy.person),
        person_title=names.person(copy.person),
        kind=pb.Copy.KIND_BY_PERSON if copy.by else pb.Copy.KIND_BY_POLICY,
        text=text_to_message(copy.text),
        author=person(copy.by),
        author_title=names.person(copy.by) if copy.by else "",
        create_time=time_to_message(copy.at),
        read_time=time_to_message(copy.read_at),
    )


def _struct(view: CaseView) -> Struct | None:
    if not view.snapshot:
        return None
    struct = Struct()
    struct.update(dict(view.snapshot))
    return struct


def effect_to_message(effect: Effect) -> pb.Effect:
    return pb.Effect(
        key=effect.key,
        state=EFFECT_STATES[effect.state],
        reason=effect.reason,
        update_time=time_to_message(effect.updated_at),
        next_attempt_time=time_to_message(effect.next_attempt_at),
    )


def comment_to_message(comment: Comment, names: KnownNames) -> pb.Comment:
    return pb.Comment(
        author=person(comment.author),
        author_title=names.person(comment.author),
        text=comment.text,
        create_time=time_to_message(comment.at),
    )


def page_to_message(page: Page[CaseView], names: KnownNames) -> pb.ListCasesResponse:
    return pb.ListCasesResponse(
        cases=[case_to_message(view, names) for view in page.items], next_page_token=page.next_page_token
    )


def asked_cases(request: pb.ListCasesRequest) -> AskCases:
    return AskCases(
        process=request.process,
        document=request.document,
        requester=optional_id(request.requester, "people", "requester"),
        states=tuple(state for state, message in STATES.items() if message == request.state),
        only_waiting=request.only_waiting,
    )


def withdrawal(request: pb.WithdrawCaseRequest) -> Withdraw:
    return Withdraw(CaseName.parse(request.name, "name"), request.etag, request.reason)


def comment_on(request: pb.CommentOnCaseRequest) -> CommentOn:
    return CommentOn(CaseName.parse(request.name, "name"), request.text)
