"""Whose turn it is among the items of an open step, and which of them nobody needs any more."""

from __future__ import annotations

from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.settings.acting import Acting, Begins
from services.approval.domain.steps.seats import in_turn, rejected_seats
from services.approval.domain.steps.states import ALLOCATED, UNDECIDED, WAITING
from services.approval.domain.steps.work_items import WorkItem


def settled_items(
    mode: Mode, acting: Acting, items: tuple[WorkItem, ...], *, created: bool = False
) -> tuple[WorkItem, ...]:
    """Items begin in their turn and wait out of it; the rest of a rejected seat, and questions of who has decided, close."""
    free, lost = in_turn(mode, items), rejected_seats(items)
    asking = {item.id for item in items if item.state in UNDECIDED and item.seat_id not in lost}

    def settled(item: WorkItem) -> WorkItem:
        if item.state not in UNDECIDED:
            return item
        if item.answers is not None:
            return item if item.answers in asking else item.cancel()
        if item.seat_id in lost:
            return item.cancel()
        if item.id not in free:
            return item if item.state is WAITING else item.waiting()
        offered = acting.offers and not item.added_by
        begun = item.begun(offered=offered) if item.state is WAITING else item
        return _started(begun, acting, created=created)

    return tuple(settled(item) for item in items)


def _started(item: WorkItem, acting: Acting, *, created: bool) -> WorkItem:
    """Where the policy says that nobody needs to say so."""
    begins = acting.begins is Begins.ON_ALLOCATION or (created and acting.begins is Begins.ON_CREATION)
    return item.start(item.assignee) if begins and item.state is ALLOCATED and not item.owners else item
