"""Work items as they are shown, and which of them are asked for."""

from __future__ import annotations

from typing import Final

from chassis.rpc.values import (
    money_to_message,
    text_to_message,
    time_to_message,
)
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.settings.returning import Resume
from services.approval.domain.steps.states import ItemState
from services.approval.domain.steps.work_items import Question
from services.approval.known_names import KnownNames
from services.approval.mapping.names import organisation, people, person
from services.approval.use_cases.views import ItemView
from zhupi.approval.v1 import work_item_pb2 as pb

STATES: Final = {
    ItemState.WAITING: pb.WorkItem.STATE_WAITING,
    ItemState.OFFERED: pb.WorkItem.STATE_OFFERED,
    ItemState.ALLOCATED: pb.WorkItem.STATE_ALLOCATED,
    ItemState.STARTED: pb.WorkItem.STATE_STARTED,
    ItemState.SUSPENDED: pb.WorkItem.STATE_SUSPENDED,
    ItemState.DONE: pb.WorkItem.STATE_DONE,
    ItemState.CANCELLED: pb.WorkItem.STATE_CANCELLED,
}
DECISIONS: Final = {
    Outcome.APPROVED: pb.WorkItem.DECISION_APPROVED,
    Outcome.REJECTED: pb.WorkItem.DECISION_REJECTED,
    Outcome.RETURNED: pb.WorkItem.DECISION_RETURNED,
    Outcome.SKIPPED: pb.WorkItem.DECISION_SKIPPED,
}

RESUMES: Final = {
    Resume.WALK_AGAIN: pb.RESUME_WALK_AGAIN,
    Resume.COME_BACK: pb.RESUME_COME_BACK,
}
ASKED: Final = {message: resume for resume, message in RESUMES.items()}


def item_to_message(view: ItemView, names: KnownNames) -> pb.WorkItem:
    item, decision, listed = view.item, view.item.decision, view.listed
    name = item.name
    return pb.WorkItem(
        name=name,
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
        due_time=time_to_message(view.due_at),
        due_time_provisional=view.due_is_provisional,
        undo_expire_time=time_to_message(view.held_until if decision else None),
        kind=pb.WorkItem.KIND_DECISION if item.answers is None else pb.WorkItem.KIND_ANSWER,
        on_behalf_of=person(decision.on_behalf_of) if decision else "",
        seat=name if item.seat is None else f"workItems/{item.seat}",
        added_by=person(item.added_by),
        removed_by=person(item.removed_by),
        waits_for=[f"workItems/{one}" for one in item.after] if item.state is ItemState.WAITING else [],
        delegated_by=people(item.owners),
        suspended_until=time_to_message(item.until),
        questions=[_question(one, names) for one in item.questions],
        next=item_to_message(view.next, names) if view.next else None,
    )


def _question(question: Question, names: KnownNames) -> pb.WorkItem.Question:
    return pb.WorkItem.Question(
        work_item=f"workItems/{question.item}",
        asker=person(question.asker),
        asker_title=names.person(question.asker),
        person=person(question.person),
        person_title=names.person(question.person),
        question=question.text,
        answer=question.answer,
        ask_time=time_to_message(question.asked_at),
        answer_time=time_to_message(question.answered_at),
    )
