"""Signers: whoever is asked may have others decide with them, before, after or beside them, and may do without them again."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from kernel.text import Text
from services.approval.domain.people.directory import AsOf, PersonId
from services.approval.domain.planning.route import Why
from services.approval.domain.steps.refusals import (
    AlreadySigns,
    InactiveCannotSign,
    LastSigner,
    NotYourSigner,
    RequesterCannotSign,
    SignerHasDecided,
    TooManySigners,
    WorkItemClosed,
)
from services.approval.domain.steps.seats import ancestors, descendants, has_passed
from services.approval.domain.steps.states import WAITING
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import WorkItem

MOST_SIGNERS: Final = 200


class Place(StrEnum):
    """When an added signer decides, seen from whoever adds them."""

    BEFORE = "before"
    AFTER = "after"
    BESIDE = "beside"


HOW: Final = {
    Place.BEFORE: Text("先于其处理", "to decide before them"),
    Place.AFTER: Text("在其之后处理", "to decide after them"),
    Place.BESIDE: Text("与其一同处理", "to decide beside them"),
}


def add_signer(
    step: Step, id: UUID, by: PersonId, person: PersonId, place: Place, new: UUID, directory: AsOf
) -> Step:
    """A new item `new` for somebody who signs with `by`, in the same seat.

    Raises NotYourWorkItem, WorkItemClosed, DelegationOpen, AnswerAsked, AlreadySigns, CannotSign, TooManySigners.
    """
    step.must_not_ask(by, step.item(id))
    mine = _held(step.item(id), by)
    must_be_able_to_sign(step, person, directory)
    if sum(item.is_vote for item in step.items) >= MOST_SIGNERS:
        raise TooManySigners(most=MOST_SIGNERS)
    # What is behind `by` is behind the new one too, should it be taken back.
    passed = tuple(one for one in mine.after if has_passed(step.item(one)))
    added = WorkItem(
        new,
        (person,),
        _why(mine, by, place, directory),
        state=WAITING,
        version=0,
        seat=mine.seat_id,
        parent=mine.id,
        added_by=by,
        after=(mine.id,) if place is Place.AFTER else passed,
    )
    if place is Place.BEFORE:
        changed = [replace(mine, after=(*mine.after, new))]
    else:
        changed = [mine, *(_waiting_also_for(item, new) for item in step.items if mine.id in item.after)]
    step = step.with_items(*changed)
    step = replace(step, items=(*step.items, added)).settled()
    return step.with_items(replace(step.item(new), version=1))


def remove_signer(step: Step, id: UUID, by: PersonId, *, administrator: bool = False) -> Step:
    """Does without somebody who has not decided, and without whom they have added unless one of those has decided.

    Raises NotYourSigner, SignerHasDecided, WorkItemClosed, LastSigner, RequesterMayNotDecide, AnswerAsked.
    """
    step.must_not_ask(by, step.item(id))
    item = step.item(id)
    item.must_ask_for_decision()
    if not administrator and by not in removers(step, item):
        raise NotYourSigner
    if item.decision is not None:
        raise SignerHasDecided(person=item.assignee)
    if not item.is_open:
        raise WorkItemClosed(state=item.state.value)
    below = descendants(item, step.items)
    has_decided = any(step.item(one).decision for one in below)
    gone = {id} if has_decided else {id, *below}
    if not any(one.is_vote and one.id not in gone for one in step.items):
        raise LastSigner(person=item.assignee or ", ".join(item.candidates))
    children = [replace(one, parent=item.parent, added_by=by) for one in step.items if one.parent == id]
    moved = step.with_items(*children) if has_decided else step
    removed = moved.with_items(*(moved.item(one).cancel(by) for one in gone))
    # Whoever waited for one who is gone waits for whom that one waited for.
    for one in gone:
        behind = removed.item(one).after
        waiters = [_in_place(item, one, behind) for item in removed.items if one in item.after]
        removed = removed.with_items(*waiters)
    return removed.settled()


def removers(step: Step, item: WorkItem) -> frozenset[PersonId]:
    """Who added this signer, who added them, and whoever has those items now: up to the approver."""
    above = ancestors(item, {one.id: one for one in step.items})
    found = {item.added_by, *(one.added_by for one in above), *(one.assignee for one in above)}
    return frozenset(found) - {""}


def must_be_able_to_sign(step: Step, person: PersonId, directory: AsOf, without: UUID | None = None) -> None:
    """Raises CannotSign, AlreadySigns; `without` is an item in which a share is none."""
    if person == step.requester:
        raise RequesterCannotSign(field="person", person=person)
    if directory.person(person) is None:
        raise InactiveCannotSign(field="person", person=person)
    if person in step.shares(without=without):
        raise AlreadySigns(field="person", person=person)


def _held(item: WorkItem, by: PersonId) -> WorkItem:
    """The item in the hands of `by`, who may be waiting for signers they have added before."""
    if item.state is WAITING and item.assignee == by and not item.owners:
        item.must_ask_for_decision()
        return item
    item.must_be_wholly_for(by)
    return item.taken(by)


def _why(mine: WorkItem, by: PersonId, place: Place, directory: AsOf) -> Why:
    person = directory.person(by)
    name, how = person.name if person else by, HOW[place]
    return replace(mine.why, text=Text(f"由{name}加签，{how.zh}", f"Added by {name}, {how.en}"))


def _waiting_also_for(item: WorkItem, new: UUID) -> WorkItem:
    return replace(item, after=(*item.after, new))


def _in_place(item: WorkItem, gone: UUID, behind: tuple[UUID, ...]) -> WorkItem:
    kept = tuple(one for one in item.after if one != gone)
    return replace(item, after=(*kept, *(one for one in behind if one not in kept)))
