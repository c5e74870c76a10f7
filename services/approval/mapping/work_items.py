"""Work items and what is asked about them."""

from __future__ import annotations

from typing import Final

from chassis.rpc.values import id_in, money_to_message, text_to_message, time_to_message
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.settings.returning import Resume
from services.approval.domain.steps.work_items import ItemState
from services.approval.known_names import KnownNames
from services.approval.mapping.names import organisation, people, person, uuid_in
from services.approval.use_cases.decide import Decide
from services.approval.use_cases.items import OnItem, Transfer
from services.approval.use_cases.refusals import TwoTargets
from services.approval.use_cases.views import ItemView
from zhupi.approval.v1 import work_item_pb2 as pb

STATES: Final = {
    ItemState.WAITING: pb.WorkItem.STATE_WAITING,
    ItemState.OFFERED: pb.WorkItem.STATE_OFFERED,
    ItemState.ALLOCATED: pb.WorkItem.STATE_ALLOCATED,
    ItemState.DONE: pb.WorkItem.STATE_DONE,
    ItemState.CANCELLED: pb.WorkItem.STATE_CANCELLED,
}
DECISIONS: Final = {
    Outcome.APPROVED: pb.WorkItem.DECISION_APPROVED,
    Outcome.REJECTED: pb.WorkItem.DECISION_REJECTED,
    Outcome.RETURNED: pb.WorkItem.DECISION_RETURNED,
}

RESUMES: Final = {
    Resume.WALK_AGAIN: pb.RESUME_WALK_AGAIN,
    Resume.COME_BACK: pb.RESUME_COME_BACK,
}
ASKED: Final = {message: resume for resume, message in RESUMES.items()}


def item_to_message(view: ItemView, names: KnownNames) -> pb.WorkItem:
    item, decision, listed = view.item, view.item.decision, view.listed
    return pb.WorkItem(
        name=item.name,
        case=view.step.case.resource,
        document=view.document,
        process=view.step.case.process,
        process_title=text_to_message(names.process(view.step.case.process)),
        title=view.title,
        amount=money_to_message(view.amount) if view.amount else None,
        requester=person(view.requester),
        requester_title=names.person(view.requester),
        organisation=organisation(view.organisation),
        organisation_title=names.organisation(view.organisation),
        stage=view.step.stage,
        step=view.step.key,
        visit=view.step.visit,
        step_title=text_to_message(view.step_title),
        state=STATES[item.state],
        assignee=person(item.assignee),
        candidates=people(item.candidates),
        why=text_to_message(item.why.text),
        document_version=view.document_version,
        create_time=time_to_message(view.created_at),
        decide_time=time_to_message(decision.at if decision else None),
        decision=DECISIONS[decision.outcome] if decision else pb.WorkItem.DECISION_UNSPECIFIED,
        decider=person(decision.by) if decision else "",
        comment=decision.comment if decision else "",
        etag=view.etag,
        weight=item.weight,
        arrive_time=time_to_message(listed.since if listed else None),
        read_time=time_to_message(listed.read_at if listed else None),
        in_place_of=person(listed.in_place_of) if listed else "",
        in_place_of_title=names.person(listed.in_place_of) if listed and listed.in_place_of else "",
        due_time=time_to_message(listed.due_at if listed else None),
    )


def on_item(request: pb.ClaimWorkItemRequest | pb.ReleaseWorkItemRequest) -> OnItem:
    return OnItem(uuid_in(request.name, "workItems"), request.etag)


def approval(request: pb.ApproveWorkItemRequest) -> Decide:
    item = uuid_in(request.name, "workItems")
    return Decide(item, Outcome.APPROVED, request.etag, request.document_version, request.comment)


def rejection(request: pb.RejectWorkItemRequest) -> Decide:
    item = uuid_in(request.name, "workItems")
    return Decide(item, Outcome.REJECTED, request.etag, request.document_version, request.comment)


def return_(request: pb.ReturnWorkItemRequest) -> Decide:
    """Raises TwoTargets."""
    if request.step and request.previous:
        raise TwoTargets(field="previous")
    return Decide(
        uuid_in(request.name, "workItems"),
        Outcome.RETURNED,
        request.etag,
        request.document_version,
        request.comment,
        request.step,
        request.previous,
        ASKED.get(request.resume),
    )


def transfer(request: pb.TransferWorkItemRequest) -> Transfer:
    item = uuid_in(request.name, "workItems")
    return Transfer(item, id_in(request.person, "people", "person"), request.etag, request.comment)
