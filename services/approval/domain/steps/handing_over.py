"""Somebody leaves: what is open of theirs in a step goes to another, whatever state it is in.

Nobody decides what they asked for, and nobody gets two shares of a step. Where the successor cannot take an item, whoever
leaves is only taken out of its pool; what they alone have stays and is named, for an administrator to give to somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.approval.domain.people.directory import PersonId
from services.approval.domain.steps.states import HELD, SUSPENDED, ItemVerb
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import WorkItem


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The step as it becomes. `moved` went to the successor, of `left_pool` others have the rest, `kept` nobody could take."""

    step: Step
    moved: tuple[WorkItem, ...] = ()
    left_pool: tuple[WorkItem, ...] = ()
    kept: tuple[WorkItem, ...] = ()


def hand_over(step: Step, leaver: PersonId, to: PersonId, *, may_decide: bool = True) -> HandedOver:
    """Every open item of the step in which `leaver` has a part: in their list, offered, waiting, put aside or delegated.

    `may_decide`: nothing beyond the step keeps `to` from it.
    """
    done = HandedOver(step)
    for item in step.open_items:
        if leaver not in item.people:
            continue
        if _may_take(done.step, item, to, may_decide=may_decide):
            changed = _given(item, leaver, to)
            done = replace(done, step=_with(done.step, changed, leaver, to), moved=(*done.moved, changed))
        elif (rest := _without(item, leaver)) is not None:
            done = replace(done, step=done.step.with_items(rest), left_pool=(*done.left_pool, rest))
        else:
            done = replace(done, kept=(*done.kept, item))
    return done


def _may_take(step: Step, item: WorkItem, to: PersonId, *, may_decide: bool) -> bool:
    if item.answers is not None:
        # An answer is no vote: the requester may give it too. Nobody asks themselves.
        return item.questions[0].asker != to
    return may_decide and to != step.requester and to not in step.shares(without=item.id)


def _given(item: WorkItem, leaver: PersonId, to: PersonId) -> WorkItem:
    assignee = to if item.assignee == leaver else item.assignee
    return replace(
        item,
        candidates=_swapped(item.candidates, leaver, to),
        assignee=assignee,
        # Nobody has delegated to themselves.
        owners=tuple(owner for owner in _swapped(item.owners, leaver, to) if owner != assignee),
        version=item.version + 1,
    )


def _without(item: WorkItem, leaver: PersonId) -> WorkItem | None:
    """The item for the others of its pool; None where there are none, or where somebody has it from the leaver."""
    others = tuple(person for person in item.candidates if person != leaver)
    if not others or leaver in item.owners:
        return None
    if item.assignee != leaver:
        return replace(item, candidates=others, version=item.version + 1)
    if item.state is SUSPENDED:
        item = item.moved(ItemVerb.RESUME, until=None)
    if item.state in HELD:
        return item.moved(ItemVerb.RELEASE, assignee="", candidates=others)
    return replace(item, candidates=others, assignee="", version=item.version + 1)


def _with(step: Step, changed: WorkItem, leaver: PersonId, to: PersonId) -> Step:
    """Whoever is asked now is named where the question stands as well."""
    step = step.with_items(changed)
    if changed.answers is None:
        return step
    asking = step.item(changed.answers)
    questions = tuple(
        replace(one, person=to) if one.item == changed.id and one.person == leaver else one
        for one in asking.questions
    )
    own = tuple(replace(one, person=to) if one.person == leaver else one for one in changed.questions)
    return step.with_items(replace(asking, questions=questions), replace(changed, questions=own))


def _swapped(people: Iterable[PersonId], leaver: PersonId, to: PersonId) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys(to if person == leaver else person for person in people))
