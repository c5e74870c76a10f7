"""Work items: one person's or one pool's share of a step, the states it passes through and who may move it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from kernel.errors import FailedPrecondition, PermissionDenied
from kernel.transitions import Transitions, move, transitions
from services.approval.domain.people.directory import PersonId, PostKey
from services.approval.domain.planning.route import Why
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.settings.returning import Resume


class ItemState(StrEnum):
    WAITING = "waiting"
    """Not its turn yet: others decide before."""
    OFFERED = "offered"
    """In a pool, for any candidate to claim."""
    ALLOCATED = "allocated"
    """In one person's list."""
    DONE = "done"
    CANCELLED = "cancelled"
    """No longer needed."""


class ItemVerb(StrEnum):
    OFFER = "offer"
    ALLOCATE = "allocate"
    CLAIM = "claim"
    RELEASE = "release"
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    TRANSFER = "transfer"
    CANCEL = "cancel"


WAITING, OFFERED, ALLOCATED, DONE, CANCELLED = ItemState
OPEN: Final = (OFFERED, ALLOCATED)

# A pool's item that somebody decides or gives away is claimed by the same act.
TRANSITIONS: Final[Transitions[ItemState, ItemVerb]] = transitions(
    (WAITING, ItemVerb.OFFER, OFFERED),
    (WAITING, ItemVerb.ALLOCATE, ALLOCATED),
    (OFFERED, ItemVerb.CLAIM, ALLOCATED),
    (ALLOCATED, ItemVerb.RELEASE, OFFERED),
    (OPEN, ItemVerb.TRANSFER, ALLOCATED),
    (OPEN, ItemVerb.APPROVE, DONE),
    (OPEN, ItemVerb.REJECT, DONE),
    (OPEN, ItemVerb.RETURN, DONE),
    ((WAITING, *OPEN), ItemVerb.CANCEL, CANCELLED),
)

DECIDING: Final = {
    Outcome.APPROVED: ItemVerb.APPROVE,
    Outcome.REJECTED: ItemVerb.REJECT,
    Outcome.RETURNED: ItemVerb.RETURN,
}


class WorkItemTaken(FailedPrecondition):
    zh = "{holder} 已领取此待办"
    en = "{holder} has taken this work item already"


class NotACandidate(PermissionDenied):
    zh = "您不在此待办的候选人之中"
    en = "You are not one of those to whom this work item is offered"


class NotYourWorkItem(PermissionDenied):
    zh = "此待办不属于您"
    en = "This work item is not yours"


class NotFromAPool(FailedPrecondition):
    zh = "此待办只分配给一人，不能放回"
    en = "This work item was never offered to others, so it cannot be put back"


class NotYourTurn(FailedPrecondition):
    zh = "还没有轮到您：此步骤按顺序审批"
    en = "It is not your turn yet: in this step people decide one after another"


class WorkItemClosed(FailedPrecondition):
    """It has been decided, or is no longer needed; `state` says which."""

    zh = "此待办已结束（{state}）"
    en = "This work item is closed ({state})"


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody said on a work item, on the version of the document that they saw.

    `return_to` names, with RETURNED, earlier steps by key, with commas between, empty for the requester; `resume` says how
    it goes on from there. `on_behalf_of` is the person
    whose stand-in decided, empty where people decide for themselves.
    """

    outcome: Outcome
    by: PersonId
    at: datetime
    document_version: int
    comment: str = ""
    return_to: str = ""
    on_behalf_of: PersonId = ""
    resume: Resume = Resume.WALK_AGAIN

    def __post_init__(self) -> None:
        if self.return_to and self.outcome is not Outcome.RETURNED:
            raise ValueError(f"{self.outcome.value} does not go back to {self.return_to}")

    @property
    def targets(self) -> tuple[str, ...]:
        """The keys of the steps that it is returned to; none: the requester."""
        return tuple(self.return_to.split(",")) if self.return_to else ()


@dataclass(frozen=True, slots=True)
class WorkItem:
    """`assignee` is who has it in their list, or decided it; empty while it is offered. `version` counts changes.

    `weight` is what its decision weighs in a vote.
    """

    id: UUID
    candidates: tuple[PersonId, ...]
    why: Why
    post: PostKey = ""
    state: ItemState = OFFERED
    assignee: PersonId = ""
    decision: Decision | None = None
    version: int = 1
    weight: int = 1

    @property
    def name(self) -> str:
        return f"workItems/{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state in (WAITING, *OPEN)

    @property
    def is_from_pool(self) -> bool:
        return len(self.candidates) > 1

    @property
    def people(self) -> frozenset[PersonId]:
        """Everyone who has to do with it."""
        return frozenset((*self.candidates, self.assignee)) - {""}

    @property
    def audience(self) -> frozenset[PersonId]:
        """In whose list of things to do it stands."""
        if self.state is OFFERED:
            return frozenset(self.candidates)
        return frozenset({self.assignee}) if self.state is ALLOCATED else frozenset()

    def begun(self) -> WorkItem:
        """In its turn now: offered to its pool, allocated to its person."""
        if len(self.candidates) > 1:
            return self.moved(ItemVerb.OFFER)
        return self.moved(ItemVerb.ALLOCATE, assignee=self.candidates[0])

    def claim(self, by: PersonId) -> WorkItem:
        """Into one's own list; unchanged where it is there. Raises NotACandidate, WorkItemTaken, WorkItemClosed."""
        if by not in self.people:
            raise NotACandidate
        self.must_be_open()
        if self.assignee == by:
            return self
        if self.assignee:
            raise WorkItemTaken(holder=self.assignee)
        return self.moved(ItemVerb.CLAIM, assignee=by)

    def release(self, by: PersonId) -> WorkItem:
        """Back into the pool. Raises NotYourWorkItem, WorkItemClosed, NotFromAPool."""
        self.must_be_for(by)
        if not self.is_from_pool:
            raise NotFromAPool
        if self.assignee != by:
            raise NotYourWorkItem
        return self.moved(ItemVerb.RELEASE, assignee="")

    def decide(self, decision: Decision) -> WorkItem:
        """Raises NotYourWorkItem, WorkItemClosed."""
        self.must_be_for(decision.by)
        return self.moved(DECIDING[decision.outcome], assignee=decision.by, decision=decision)

    def transfer(self, by: PersonId, to: PersonId) -> WorkItem:
        """Into another's list for good: it cannot be put back into the pool. Raises NotYourWorkItem, WorkItemClosed."""
        self.must_be_for(by)
        return replace(self.moved(ItemVerb.TRANSFER, assignee=to), candidates=(to,))

    def cancel(self) -> WorkItem:
        """No longer needed; what is closed stays as it is."""
        return self.moved(ItemVerb.CANCEL) if self.is_open else self

    def must_be_open(self) -> None:
        """Raises WorkItemClosed, NotYourTurn."""
        if not self.is_open:
            raise WorkItemClosed(state=self.state.value)
        if self.state is WAITING:
            raise NotYourTurn

    def must_be_for(self, person: PersonId) -> None:
        """Raises NotYourWorkItem unless the person holds it or it is offered to them; WorkItemClosed."""
        if person not in self.people:
            raise NotYourWorkItem
        self.must_be_open()
        if person not in self.audience:
            raise NotYourWorkItem

    def moved(
        self, verb: ItemVerb, *, assignee: PersonId | None = None, decision: Decision | None = None
    ) -> WorkItem:
        return replace(
            self,
            state=move(TRANSITIONS, self.name, self.state, verb),
            assignee=self.assignee if assignee is None else assignee,
            decision=decision,
            version=self.version + 1,
        )
