"""What a rule does to a step in place of its people: decides it, gives it to others. Nobody's share is asked for leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from services.approval.domain.people.directory import PersonId
from services.approval.domain.steps.states import ALLOCATED, OFFERED, WAITING, ItemVerb
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import Decision, WorkItem


def decided_by_rule(step: Step, decision: Decision) -> Step:
    """Every share that is open is decided so, and the ballot says what it comes to: whoever has decided is heard as well.

    What a rule has decided nobody takes back.
    """
    ruled = (item.moved(ItemVerb.RULE, decision=decision, until=None) for item in open_votes(step))
    return step.with_items(*ruled).settled(decision).delivered()


def given_by_rule(step: Step, to: Mapping[UUID, tuple[PersonId, ...]]) -> Step:
    """These shares are these people's now, a pool's where there are several. Whoever could not decide is left out.

    Nobody gets a second share, or one of what they have asked for; an item for which nobody is left stays as it is.
    """
    for id, people in to.items():
        item = step.item(id)
        taken = step.shares(without=id) | {step.requester} | item.people
        fit = tuple(person for person in people if person not in taken)
        if fit:
            step = step.with_items(_given(item, fit))
    return step.settled()


def open_votes(step: Step) -> tuple[WorkItem, ...]:
    return tuple(item for item in step.open_items if item.is_vote)


def in_turn(step: Step) -> tuple[WorkItem, ...]:
    """The shares that somebody could decide now."""
    return tuple(item for item in open_votes(step) if item.state is not WAITING)


def _given(item: WorkItem, people: tuple[PersonId, ...]) -> WorkItem:
    """Started afresh: what was delegated or put aside is so no longer."""
    alone = people[0] if len(people) == 1 else ""
    return replace(
        item,
        state=ALLOCATED if alone else OFFERED,
        candidates=people,
        assignee=alone,
        owners=(),
        until=None,
        version=item.version + 1,
    )
