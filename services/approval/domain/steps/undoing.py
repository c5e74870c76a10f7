"""Undoing: whoever has decided takes it back, within the policy's window and while nobody has built on it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.approval.domain.people.directory import PersonId
from services.approval.domain.steps.refusals import (
    BuiltUpon,
    NothingToUndo,
    NotYourWorkItem,
    UndoNotAllowed,
    UndoTooLate,
    WorkItemClosed,
)
from services.approval.domain.steps.seats import dependents
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.time.timers import DELIVER


def undo(step: Step, id: UUID, by: PersonId, at: datetime) -> Step:
    """The item is theirs again, and so is whatever their decision has closed.

    Built upon is a decision that the workflow has been told of, that let others decide who have, or without which the
    step, or the seat, would have ended as well. Raises NotYourWorkItem, NothingToUndo, UndoNotAllowed, UndoTooLate, BuiltUpon,
    WorkItemClosed.
    """
    item = step.item(id)
    decision = item.decision
    if decision is None:
        raise NothingToUndo if by in item.people else NotYourWorkItem
    if by not in (decision.by, decision.whose):
        raise NotYourWorkItem
    if step.state is StepState.CANCELLED:
        raise WorkItemClosed(state=step.state.value)
    if not step.rules.acting.undo:
        raise UndoNotAllowed
    if at >= (until := step.undone_until(decision)):
        raise UndoTooLate(until=until)
    if step.is_delivered or any(step.item(one).decision for one in dependents(item, step.mode, step.items)):
        raise BuiltUpon
    reopened = step.reopened()
    undone = reopened.with_items(reopened.item(id).undone()).settled()
    if undone.state is not StepState.OPEN or not undone.item(id).is_open:
        raise BuiltUpon
    return undone


def rest(step: Step, at: datetime) -> Step:
    """Its case is suspended: what is left of the window stays."""
    return step.timed(step.timers.rest(at, DELIVER)) if step.rules.acting.undo else step


def go_on(step: Step, at: datetime) -> Step:
    """Its case goes on, and so does the window."""
    return step.timed(step.timers.go_on(at))
