"""The states that a work item passes through, and what moves it from one to another."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kernel.transitions import Transitions, transitions
from services.approval.domain.policies.ballot import Outcome


class ItemState(StrEnum):
    WAITING = "waiting"
    """Not its turn yet: others decide before."""
    OFFERED = "offered"
    """In a pool, for any candidate to claim."""
    ALLOCATED = "allocated"
    """In one person's list."""
    STARTED = "started"
    """Somebody is at it."""
    SUSPENDED = "suspended"
    """Put aside by whoever has it, perhaps until a date."""
    DONE = "done"
    CANCELLED = "cancelled"
    """No longer needed."""


class ItemVerb(StrEnum):
    OFFER = "offer"
    ALLOCATE = "allocate"
    WAIT = "wait"
    CLAIM = "claim"
    START = "start"
    SUSPEND = "suspend"
    RESUME = "resume"
    RELEASE = "release"
    TRANSFER = "transfer"
    DELEGATE = "delegate"
    RESOLVE = "resolve"
    CALL_BACK = "call_back"
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    SKIP = "skip"
    ANSWER = "answer"
    RULE = "rule"
    """A rule decides in place of people."""
    UNDO = "undo"
    CANCEL = "cancel"
    REOPEN = "reopen"


WAITING, OFFERED, ALLOCATED, STARTED, SUSPENDED, DONE, CANCELLED = ItemState
# Somebody can decide it now.
OPEN: Final = (OFFERED, ALLOCATED, STARTED)
HELD: Final = (ALLOCATED, STARTED)
UNDECIDED: Final = (WAITING, *OPEN, SUSPENDED)

# A pool's item that somebody decides, gives away or puts aside is claimed by the same act.
TRANSITIONS: Final[Transitions[ItemState, ItemVerb]] = transitions(
    (WAITING, ItemVerb.OFFER, OFFERED),
    (WAITING, ItemVerb.ALLOCATE, ALLOCATED),
    ((*OPEN, SUSPENDED), ItemVerb.WAIT, WAITING),
    (OFFERED, ItemVerb.CLAIM, ALLOCATED),
    ((OFFERED, ALLOCATED), ItemVerb.START, STARTED),
    (OPEN, ItemVerb.SUSPEND, SUSPENDED),
    (SUSPENDED, ItemVerb.RESUME, STARTED),
    (HELD, ItemVerb.RELEASE, OFFERED),
    (OPEN, ItemVerb.TRANSFER, ALLOCATED),
    (OPEN, ItemVerb.DELEGATE, ALLOCATED),
    (HELD, ItemVerb.RESOLVE, ALLOCATED),
    ((*HELD, SUSPENDED), ItemVerb.CALL_BACK, ALLOCATED),
    (OPEN, ItemVerb.APPROVE, DONE),
    (OPEN, ItemVerb.REJECT, DONE),
    (OPEN, ItemVerb.RETURN, DONE),
    (OPEN, ItemVerb.SKIP, DONE),
    (HELD, ItemVerb.ANSWER, DONE),
    (UNDECIDED, ItemVerb.RULE, DONE),
    (DONE, ItemVerb.UNDO, WAITING),
    (UNDECIDED, ItemVerb.CANCEL, CANCELLED),
    (CANCELLED, ItemVerb.REOPEN, WAITING),
)

DECIDING: Final = {
    Outcome.APPROVED: ItemVerb.APPROVE,
    Outcome.REJECTED: ItemVerb.REJECT,
    Outcome.RETURNED: ItemVerb.RETURN,
    Outcome.SKIPPED: ItemVerb.SKIP,
}
