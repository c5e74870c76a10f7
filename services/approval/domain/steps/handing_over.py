"""Somebody leaves: what is open of theirs in a step goes to another, whatever state it is in.

Nobody decides what they asked for, and nobody gets two shares of a step. Where the successor cannot take an item, whoever
leaves is only taken out of its pool, and what was delegated to them goes back to who did; what they alone have stays and is
named, for an administrator to give to somebody else.
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
    """The step as it becomes. `moved` went to the successor, `left_pool` is with others who had a part in it, `kept` nobody could take."""

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
    return _in_hands(
        replace(
            item,
            candidates=tuple(dict.fromkeys(_swapped(item.candidates, leaver, to))),
            version=item.version + 1,
        ),
        _swapped(_hands(item), leaver, to),
    )


def _without(item: WorkItem, leaver: PersonId) -> WorkItem | None:
    """The item for those who have it beside the leaver; None where there are none, or where somebody has it from the leaver alone."""
    others = tuple(person for person in item.candidates if person != leaver)
    hands = tuple(person for person in _hands(item) if person != leaver)
    if not others or leaver in item.owners[:1]:
        return None
    if item.assignee == leaver and item.state is SUSPENDED:
        item = item.moved(ItemVerb.RESUME, until=None)
    if item.assignee != leaver or item.state not in HELD:
        return _in_hands(replace(item, candidates=others, version=item.version + 1), hands)
    verb = ItemVerb.CALL_BACK if hands else ItemVerb.RELEASE
    return _in_hands(item.moved(verb, candidates=others), hands)


def _hands(item: WorkItem) -> tuple[PersonId, ...]:
    """Through whose hands it has gone: who has delegated it, one to the next, and who has it now."""
    return (*item.owners, item.assignee) if item.assignee else ()


def _in_hands(item: WorkItem, hands: tuple[PersonId, ...]) -> WorkItem:
    """Who gets back what they had given away has it again: nobody has delegated to themselves, not through others either."""
    once: list[PersonId] = []
    for person in hands:
        if person in once:
            del once[once.index(person) :]
        once.append(person)
    return replace(item, owners=tuple(once[:-1]), assignee=once[-1] if once else "")


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
    return tuple(to if person == leaver else person for person in people)
