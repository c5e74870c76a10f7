"""Work items: one person's or one pool's share of a step, and who may move it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.transitions import move
from services.approval.domain.people.directory import PersonId, PostKey
from services.approval.domain.planning.route import Why
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.settings.returning import Resume
from services.approval.domain.steps.refusals import (
    AnswerAsked,
    DelegationOpen,
    NotACandidate,
    NotFromAPool,
    NotSuspended,
    NotYourTurn,
    NotYourWorkItem,
    WorkItemClosed,
    WorkItemSuspended,
    WorkItemTaken,
)
from services.approval.domain.steps.states import (
    CANCELLED,
    DECIDING,
    HELD,
    OFFERED,
    OPEN,
    STARTED,
    SUSPENDED,
    TRANSITIONS,
    UNDECIDED,
    WAITING,
    ItemState,
    ItemVerb,
)


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

    @property
    def whose(self) -> PersonId:
        """In whose name it was decided."""
        return self.on_behalf_of or self.by


@dataclass(frozen=True, slots=True)
class Question:
    """What one who decides asks somebody before. `item` is the work item of the asked; `answered_at` None until there is an answer."""

    item: UUID
    asker: PersonId
    person: PersonId
    text: str
    asked_at: datetime
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """`assignee` is who has it in their list, or decided it; empty while it is offered. `version` counts changes.

    `weight` is what its decision weighs in a vote. Of an added signer: `seat` is the first item of the seat, `parent` the
    item from which it was added, by `added_by`; `after` are the items it waits for. `removed_by` is who removed it.
    `owners` are those who have delegated it, the last on top. `until` is when a snoozed one comes back by itself.
    `answers` is the item whose holder asks; then there is one question, else all that its holders have asked.
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
    seat: UUID | None = None
    parent: UUID | None = None
    added_by: PersonId = ""
    after: tuple[UUID, ...] = ()
    removed_by: PersonId = ""
    owners: tuple[PersonId, ...] = ()
    until: datetime | None = None
    answers: UUID | None = None
    questions: tuple[Question, ...] = ()

    @property
    def name(self) -> str:
        return f"workItems/{self.id}"

    @property
    def seat_id(self) -> UUID:
        return self.seat or self.id

    @property
    def is_open(self) -> bool:
        return self.state in UNDECIDED

    @property
    def is_vote(self) -> bool:
        """It counts for its seat: it is no mere question, and was not removed."""
        return self.answers is None and not self.removed_by

    @property
    def is_from_pool(self) -> bool:
        return len(self.candidates) > 1

    @property
    def people(self) -> frozenset[PersonId]:
        """Everyone who has to do with it."""
        return frozenset((*self.candidates, self.assignee, *self.owners)) - {""}

    @property
    def audience(self) -> frozenset[PersonId]:
        """In whose list of things to do it stands."""
        if self.state is OFFERED:
            return frozenset(self.candidates)
        return frozenset({self.assignee}) if self.state in (*HELD, SUSPENDED) else frozenset()

    def begun(self, *, offered: bool = False) -> WorkItem:
        """In its turn now: back with who has it, offered to its pool, or allocated to its person, to whom it may be `offered` too."""
        if self.assignee:
            return self.moved(ItemVerb.ALLOCATE)
        if self.is_from_pool or offered:
            return self.moved(ItemVerb.OFFER)
        return self.moved(ItemVerb.ALLOCATE, assignee=self.candidates[0])

    def waiting(self) -> WorkItem:
        """Others decide before it."""
        return self.moved(ItemVerb.WAIT, until=None)

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

    def taken(self, by: PersonId) -> WorkItem:
        """Claimed by the same act where it was offered."""
        return self.moved(ItemVerb.CLAIM, assignee=by) if self.state is OFFERED else self

    def start(self, by: PersonId) -> WorkItem:
        """Somebody is at it; unchanged where they were. Raises what `must_be_for` raises."""
        self.must_be_for(by)
        return self if self.state is STARTED else self.moved(ItemVerb.START, assignee=by)

    def suspend(self, by: PersonId, until: datetime | None = None) -> WorkItem:
        """Put aside, until a date or for as long as one likes. Raises what `must_be_for` raises."""
        self.must_be_for(by)
        return self.moved(ItemVerb.SUSPEND, assignee=by, until=until)

    def resume(self, by: PersonId) -> WorkItem:
        """Taken up again. Raises NotSuspended, NotYourWorkItem, WorkItemClosed, DelegationOpen."""
        self.must_be_here_for(by)
        if self.state is not SUSPENDED:
            raise NotSuspended
        return self.moved(ItemVerb.RESUME, until=None)

    def woken(self, at: datetime) -> WorkItem:
        """As it is at that moment: what was snoozed until then is back. Nobody has changed it, so its version stays."""
        if self.state is SUSPENDED and self.until is not None and self.until <= at:
            return replace(self, state=STARTED, until=None)
        return self

    def release(self, by: PersonId, *, offered: bool = False) -> WorkItem:
        """Back into the pool, or to the one person to whom it was `offered`. Raises NotFromAPool and what `must_be_wholly_for` raises."""
        self.must_be_wholly_for(by)
        if not (self.is_from_pool or offered):
            raise NotFromAPool
        if self.assignee != by:
            raise NotYourWorkItem
        return self.moved(ItemVerb.RELEASE, assignee="")

    def decide(self, decision: Decision) -> WorkItem:
        """Raises what `must_be_wholly_for` raises."""
        self.must_be_wholly_for(decision.whose)
        return self.moved(DECIDING[decision.outcome], assignee=decision.whose, decision=decision)

    def transfer(self, by: PersonId, to: PersonId) -> WorkItem:
        """Into another's list for good: it cannot be put back into the pool. Raises what `must_be_wholly_for` raises."""
        self.must_be_wholly_for(by)
        return self.moved(ItemVerb.TRANSFER, assignee=to, candidates=(to,))

    def cancel(self, by: PersonId = "") -> WorkItem:
        """No longer needed, or removed by somebody; what is closed stays as it is."""
        return self.moved(ItemVerb.CANCEL, removed_by=by, until=None) if self.is_open else self

    def undone(self) -> WorkItem:
        """Its decision is taken back: it is with who has decided it again, in its turn."""
        return self.moved(ItemVerb.UNDO, decision=None)

    def reopened(self) -> WorkItem:
        """Needed again, after all; whoever was removed stays so, and a question that nobody answered stays closed."""
        if self.state is not CANCELLED or not self.is_vote:
            return self
        return self.moved(ItemVerb.REOPEN)

    def must_be_open(self) -> None:
        """Raises WorkItemClosed, NotYourTurn."""
        if not self.is_open:
            raise WorkItemClosed(state=self.state.value)
        if self.state is WAITING:
            raise NotYourTurn

    def must_be_here_for(self, person: PersonId) -> None:
        """Raises NotYourWorkItem unless the person has it or it is offered to them; WorkItemClosed, NotYourTurn, DelegationOpen."""
        if person not in self.people:
            raise NotYourWorkItem
        self.must_be_open()
        if person in self.owners:
            raise DelegationOpen(holder=self.assignee)
        if person not in self.audience:
            raise NotYourWorkItem

    def must_be_for(self, person: PersonId) -> None:
        """Raises WorkItemSuspended and what `must_be_here_for` raises."""
        self.must_be_here_for(person)
        if self.state not in OPEN:
            raise WorkItemSuspended

    def must_be_wholly_for(self, person: PersonId) -> None:
        """For what a delegate may not do, and nobody with a mere question. Raises DelegationOpen, AnswerAsked too."""
        self.must_be_for(person)
        self.must_ask_for_decision()
        if self.owners:
            raise DelegationOpen(holder=self.assignee)

    def must_ask_for_decision(self) -> None:
        """Raises AnswerAsked."""
        if self.answers is not None:
            raise AnswerAsked

    def moved(self, verb: ItemVerb, **changes: Any) -> WorkItem:
        state = move(TRANSITIONS, self.name, self.state, verb)
        return replace(self, state=state, version=self.version + 1, **changes)
