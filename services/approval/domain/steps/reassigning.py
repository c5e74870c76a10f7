"""Reassigning: an administrator has others decide one share of a step. What everybody else has said of it stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from kernel.text import Text
from services.approval.domain.people.directory import AsOf, PersonId
from services.approval.domain.planning.elsewhere import must_be_able
from services.approval.domain.steps.refusals import AlreadySigns, WorkItemClosed
from services.approval.domain.steps.states import WAITING
from services.approval.domain.steps.steps import Step


def reassign(step: Step, id: UUID, people: Sequence[PersonId], said: Text, directory: AsOf) -> Step:
    """The item is theirs, a pool's where there are several: started afresh, in its turn if it was, with what was asked for it.

    Raises WorkItemClosed, AnswerAsked, CannotDecide, AlreadySigns.
    """
    item = step.item(id)
    if not item.is_open:
        raise WorkItemClosed(state=item.state.value)
    item.must_ask_for_decision()
    must_be_able(people, step.requester, directory)
    shares = step.shares(without=id)
    for person in people:
        if person in shares:
            raise AlreadySigns(field="people", person=person)
    given = replace(
        item,
        state=WAITING,
        candidates=tuple(people),
        assignee="",
        owners=(),
        until=None,
        post="",
        why=replace(item.why, rule="override", text=said),
        version=item.version + 1,
    )
    return step.with_items(given).settled()
