"""What the approval service tells others: events to the bus, starts and signals to the workflow."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.rpc.values import time_to_message
from services.approval.domain.cases.case import Case, CaseOutcome
from services.approval.domain.cases.names import CaseName
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import WorkItem
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from workflows import contracts
from zhupi.approval.v1.case_pb2 import CaseOutcome as CaseOutcomeMessage
from zhupi.approval.v1.events_pb2 import CaseClosed, InboxChanged

ENGINE: Final = "engine"
START: Final = "start"
SIGNAL: Final = "signal"

OUTCOMES: Final = {
    CaseOutcome.APPROVED: CaseOutcomeMessage.CASE_OUTCOME_APPROVED,
    CaseOutcome.REJECTED: CaseOutcomeMessage.CASE_OUTCOME_REJECTED,
    CaseOutcome.WITHDRAWN: CaseOutcomeMessage.CASE_OUTCOME_WITHDRAWN,
    CaseOutcome.TERMINATED: CaseOutcomeMessage.CASE_OUTCOME_TERMINATED,
}

# To the workflow a step in which everybody abstained is passed, like any other.
OUTCOMES_OF_STEPS: Final = {
    Outcome.APPROVED: contracts.Outcome.APPROVED,
    Outcome.REJECTED: contracts.Outcome.REJECTED,
    Outcome.RETURNED: contracts.Outcome.RETURNED,
    Outcome.SKIPPED: contracts.Outcome.APPROVED,
}


def case_closed(case: Case) -> CaseClosed:
    assert case.outcome is not None
    return CaseClosed(
        case=case.name.resource,
        process=case.name.process,
        document=case.document,
        document_version=case.document_version,
        outcome=OUTCOMES[case.outcome],
        close_time=time_to_message(case.closed_at) or Timestamp(),
    )


def inbox_changes(before: Iterable[WorkItem], after: Iterable[WorkItem]) -> list[InboxChanged]:
    """One for every work item that came, moved or left."""
    was = {item.id: item for item in before}
    changes = []
    for item in after:
        old = was.get(item.id)
        people = item.audience | (old.audience if old else frozenset())
        if old != item and people:
            changes.append(inbox_changed(item, people))
    return changes


def inbox_changed(item: WorkItem, people: Iterable[str]) -> InboxChanged:
    return InboxChanged(work_item=item.name, people=[f"people/{person}" for person in sorted(people)])


# The lane of a case: start and signals, in the order in which they were committed.


def case_start(case: Case, *, again: bool = False) -> contracts.CaseStart:
    return contracts.CaseStart(
        case=str(case.name),
        process=case.name.process,
        document=case.document,
        document_version=case.document_version,
        requester=f"people/{case.requester}",
        again=again,
        **_reopening(case),
    )


def _reopening(case: Case) -> dict[str, Any]:
    if case.reopens is None:
        return {}
    return {
        "reopens": str(case.reopens.case),
        "reopened_version": case.reopens.document_version,
        "reopening_reason": case.reopens.reason,
    }


def plan_key(case: CaseName) -> str:
    """What the keys begin with under which a stage is seen to wait that cannot be planned; stage and round follow."""
    return f"{case}/plan/"


def workflow_key(case: CaseName) -> str:
    """Under which operators see that the workflow itself was in trouble, among the effects of the case."""
    return contracts.effect_key(str(case), "workflow", 1)


def start_workflow(uow: ApprovalUnitOfWork, case: Case, *, again: bool = False) -> None:
    """`again`: there has been one, which is gone."""
    start = contracts.LaneStart(case_start(case, again=again))
    uow.send(str(case.name), ENGINE, json.dumps(asdict(start)).encode(), START)


def signal_workflow(uow: ApprovalUnitOfWork, case: Case, signal: str, args: dict[str, Any]) -> None:
    said = contracts.LaneSignal(str(case.name), signal, args)
    uow.send(str(case.name), ENGINE, json.dumps(asdict(said), ensure_ascii=False).encode(), SIGNAL)


def step_completed(step: Step) -> contracts.StepCompleted:
    assert step.completion is not None
    return contracts.StepCompleted(
        step=str(step.name),
        outcome=OUTCOMES_OF_STEPS[step.completion.outcome],
        document_version=decided_version(step),
        return_to=step.completion.return_to,
        comment=step.completion.comment,
        decider=f"people/{step.completion.by}",
        resume=contracts.Resume(step.completion.resume.value),
    )


def step_rescheduled(step: Step) -> contracts.StepRescheduled:
    due = {timer: at.isoformat() for timer, at in step.timers.due.items()}
    return contracts.StepRescheduled(str(step.name), step.timers.revision, due)


def tell_timers(uow: ApprovalUnitOfWork, case: Case, before: Step, after: Step) -> None:
    """Tell the workflow of an open step what is due of it, where that has changed."""
    if after.timers.revision != before.timers.revision:
        signal_workflow(uow, case, contracts.STEP_RESCHEDULED, asdict(step_rescheduled(after)))


def decided_version(step: Step) -> int:
    """The version of the document on which the step was decided.

    Where several had to approve and the document changed in between, it is the oldest that one of them approved: its
    owner finds that it is not the present one, and the stage is walked anew.
    """
    assert step.completion is not None
    if step.completion.outcome is not Outcome.APPROVED:
        return step.completion.document_version
    if not step.items:
        return step.completion.document_version  # of a rule, not of people
    said = (item.decision for item in step.items if item.decision)
    return min(one.document_version for one in said if one.outcome is Outcome.APPROVED)
