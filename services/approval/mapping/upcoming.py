"""What lies ahead of people, and what they decide of it."""

from __future__ import annotations

from typing import Final

from chassis.postgres.paging import Page
from chassis.rpc.values import text_to_message, time_to_message
from services.approval.domain.cases.names import CaseName
from services.approval.domain.policies.ballot import Outcome
from services.approval.known_names import KnownNames
from services.approval.mapping.inbox import case_line_to_message
from services.approval.mapping.names import person
from services.approval.mapping.work_items import DECISIONS
from services.approval.use_cases.ahead_of_time import DecideAhead, TakeBackAhead
from services.approval.use_cases.ports.upcoming import Ahead, UpcomingView
from services.approval.use_cases.refusals import ReasonNeeded
from zhupi.approval.v1 import upcoming_pb2 as pb

OUTCOMES: Final = {message: outcome for outcome, message in DECISIONS.items()}


def decision(request: pb.DecideAheadRequest) -> DecideAhead:
    """Raises ReasonNeeded."""
    outcome = OUTCOMES[request.decision]
    if outcome is Outcome.REJECTED and not request.comment.strip():
        raise ReasonNeeded(field="comment")
    return DecideAhead(
        CaseName.parse(request.name, "name"),
        request.step,
        request.document_version,
        outcome,
        request.comment,
        request.etag,
    )


def taking_back(request: pb.TakeBackAheadRequest) -> TakeBackAhead:
    return TakeBackAhead(CaseName.parse(request.name, "name"), request.step, request.etag)


def page_to_message(page: Page[UpcomingView], names: KnownNames) -> pb.ListUpcomingResponse:
    return pb.ListUpcomingResponse(
        steps=[upcoming_to_message(view, names) for view in page.items],
        next_page_token=page.next_page_token,
    )


def upcoming_to_message(view: UpcomingView, names: KnownNames) -> pb.UpcomingStep:
    seen = view.upcoming
    return pb.UpcomingStep(
        case=case_line_to_message(view.case, names),
        document_version=view.document_version,
        stage=view.stage,
        step=seen.step,
        step_title=text_to_message(seen.title),
        person=person(seen.person),
        person_title=names.person(seen.person),
        sure=seen.is_sure,
        may_decide=seen.may_decide,
        since_time=time_to_message(view.since),
        decided=_decided(view.decided, names) if view.decided else None,
    )


def _decided(ahead: Ahead, names: KnownNames) -> pb.DecisionAhead:
    return pb.DecisionAhead(
        decision=DECISIONS[ahead.outcome],
        comment=ahead.comment,
        document_version=ahead.document_version,
        decider=person(ahead.by),
        decider_title=names.person(ahead.by),
        decide_time=time_to_message(ahead.at),
    )
