"""Steps: a mode, the work items of those who are asked, and what their decisions add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from kernel.errors import NotFound
from kernel.text import Text
from kernel.transitions import Transitions, move, transitions
from services.approval.domain.cases.names import StepName
from services.approval.domain.people.directory import AsOf, PersonId
from services.approval.domain.planning.route import Approver, RouteStep
from services.approval.domain.policies.ballot import NO_TERMS, Mode, Outcome, Terms, outcome_of
from services.approval.domain.policies.countdown import Countdown
from services.approval.domain.policies.step_rules import PLAIN, StepRules
from services.approval.domain.steps.refusals import (
    AlreadySigns,
    CannotTransferToInactive,
    CannotTransferToParticipant,
    CannotTransferToRequester,
    NoSuchEarlierStep,
    RequesterMayNotDecide,
    SkipNotAllowed,
)
from services.approval.domain.steps.seats import votes
from services.approval.domain.steps.settling import settled_items
from services.approval.domain.steps.states import WAITING
from services.approval.domain.steps.work_items import Decision, WorkItem
from services.approval.domain.time.timers import DELIVER, NO_TIMERS, Timers


class StepState(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class StepVerb(StrEnum):
    COMPLETE = "complete"
    CANCEL = "cancel"
    REOPEN = "reopen"


TRANSITIONS: Final[Transitions[StepState, StepVerb]] = transitions(
    (StepState.OPEN, StepVerb.COMPLETE, StepState.COMPLETED),
    (StepState.OPEN, StepVerb.CANCEL, StepState.CANCELLED),
    (StepState.COMPLETED, StepVerb.REOPEN, StepState.OPEN),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One visit of a step of a route.

    `earlier` are the keys of the steps that it can be returned to, `previous` those decided directly before it.
    `completion` is the decision that gave it its outcome: the last that says the same. `urged_at` is when people were
    last reminded of it at somebody's request. `route_revision` is how often its route has been edited by now, `turns` how
    often its walk had turned when it was opened.
    """

    name: StepName
    title: Text
    mode: Mode
    requester: PersonId
    earlier: tuple[str, ...]
    items: tuple[WorkItem, ...]
    opened_at: datetime
    state: StepState = StepState.OPEN
    completion: Decision | None = None
    terms: Terms = NO_TERMS
    rules: StepRules = PLAIN
    timers: Timers = NO_TIMERS
    countdown: Countdown | None = None
    previous: tuple[str, ...] = ()
    urged_at: datetime | None = None
    route_revision: int = 0
    turns: int = 0

    @classmethod
    def opened(
        cls,
        name: StepName,
        planned: RouteStep,
        *,
        requester: PersonId,
        earlier: tuple[str, ...],
        ids: Iterable[UUID],
        at: datetime,
        previous: tuple[str, ...] = (),
    ) -> Step:
        """The step with an item for each approver: offered to a pool, allocated to a person. `ids` are new, one an item.

        Where people decide one after another, all but the first wait.
        """
        items = tuple(new_item(id, approver) for id, approver in zip(ids, planned.approvers, strict=False))
        if planned.skipped or len(items) < max(1, len(planned.approvers)):
            raise ValueError(f"{name} cannot be opened: nobody to ask, or too few ids")
        items = settled_items(planned.mode, planned.rules.acting, items, created=True)
        return cls(
            name,
            planned.title,
            planned.mode,
            requester,
            earlier,
            tuple(replace(item, version=1) for item in items),
            at,
            terms=planned.terms,
            rules=planned.rules,
            previous=previous,
        )

    @property
    def outcome(self) -> Outcome | None:
        return self.completion.outcome if self.completion else None

    @property
    def is_delivered(self) -> bool:
        """Completed for good: nobody can take a decision back any more, and the workflow may know."""
        return self.state is StepState.COMPLETED and not self.timers.runs(DELIVER)

    @property
    def held_until(self) -> datetime | None:
        """Until when a completion may be taken back; None once it is for good, and before there is one."""
        return self.timers.due.get(DELIVER)

    @property
    def open_items(self) -> tuple[WorkItem, ...]:
        return tuple(item for item in self.items if item.is_open)

    def item(self, id: UUID) -> WorkItem:
        """Raises NotFound."""
        for item in self.items:
            if item.id == id:
                return item
        raise NotFound(name=f"workItems/{id}")

    def woken(self, at: datetime) -> Step:
        """As it is at that moment: what was snoozed until then is back."""
        items = tuple(item.woken(at) for item in self.items)
        return self if items == self.items else replace(self, items=items)

    def claim(self, id: UUID, by: PersonId) -> Step:
        """Takes an item from its pool. Raises NotACandidate, WorkItemTaken, WorkItemClosed, RequesterMayNotDecide."""
        item = self.item(id)
        self.must_not_ask(by, item)
        return self.with_items(item.claim(by)).settled()

    def start(self, id: UUID, by: PersonId) -> Step:
        """Somebody is at it; an offered item is claimed by the same act. Raises what `WorkItem.start` raises."""
        item = self.item(id)
        self.must_not_ask(by, item)
        return self.with_items(item.start(by))

    def suspend(self, id: UUID, by: PersonId, until: datetime | None = None) -> Step:
        """Puts an item aside, until a date or until it is resumed. Raises what `WorkItem.suspend` raises."""
        item = self.item(id)
        self.must_not_ask(by, item)
        return self.with_items(item.suspend(by, until))

    def resume(self, id: UUID, by: PersonId) -> Step:
        """Raises what `WorkItem.resume` raises."""
        return self.with_items(self.item(id).resume(by))

    def release(self, id: UUID, by: PersonId) -> Step:
        """Puts it back into its pool. Raises NotYourWorkItem, NotFromAPool, WorkItemClosed."""
        return self.with_items(self.item(id).release(by, offered=self.rules.acting.offers))

    def decide(self, id: UUID, decision: Decision) -> Step:
        """Approves, rejects, returns or abstains. Where that completes the step, nothing of it stays open.

        Raises RequesterMayNotDecide, AlreadySigns, NotYourWorkItem, WorkItemClosed, DelegationOpen, NoSuchEarlierStep,
        SkipNotAllowed.
        """
        item = self.item(id)
        self.must_not_ask(decision.by, item)
        self.must_not_ask(decision.whose, item)
        if decision.on_behalf_of:
            self.must_let_stand_in(id, decision.by)
        decided = self.with_items(item.decide(decision))
        for target in decision.targets:
            if target not in self.earlier:
                raise NoSuchEarlierStep(field="step", step=target)
        if decision.outcome is Outcome.SKIPPED and not self.rules.acting.skippable:
            raise SkipNotAllowed
        return decided.settled(decision)

    def step_before(self) -> str:
        """Where a return to the step before goes, as `return_to` says it. Raises NoSuchEarlierStep for the first step."""
        if not self.previous:
            raise NoSuchEarlierStep(field="previous", step="previous")
        return ",".join(self.previous)

    def transfer(
        self, id: UUID, by: PersonId, to: PersonId, directory: AsOf, *, restart: bool = False
    ) -> Step:
        """Gives an item to another person, who decides in `by`'s place; with `restart` without what was asked for it.

        Raises NotYourWorkItem, WorkItemClosed, DelegationOpen, RequesterMayNotDecide, CannotTransferTo.
        """
        self.must_not_ask(by, self.item(id))
        given = self.item(id).transfer(by, to)
        if to == self.requester:
            raise CannotTransferToRequester(field="person", person=to)
        if directory.person(to) is None:
            raise CannotTransferToInactive(field="person", person=to)
        # A colleague of the same pool has no share yet.
        if to == by or to in self.shares(without=id):
            raise CannotTransferToParticipant(field="person", person=to)
        if not restart:
            return self.with_items(given).settled()
        asked = [item.cancel() for item in self.items if item.answers == id]
        return self.with_items(replace(given, questions=()), *asked).settled()

    @property
    def due(self) -> datetime | None:
        """When its deadline is, or was; None where it has none, or where time stands still."""
        return self.countdown.due if self.countdown else None

    def undone_until(self, decision: Decision) -> datetime:
        """Until when it may be taken back, where it may be at all. Time does not run while the case is suspended."""
        return self.timers.over_at(decision.at, self.rules.acting.undo or timedelta())

    def timed(self, timers: Timers) -> Step:
        return replace(self, timers=timers)

    def cancel(self) -> Step:
        """Nothing of it is needed any more. What is completed stays completed."""
        return self._closed(StepVerb.CANCEL) if self.state is StepState.OPEN else self.delivered()

    def delivered(self) -> Step:
        """What could be taken back no longer can. Unchanged where there is nothing to deliver."""
        return replace(self, timers=self.timers.without(DELIVER))

    def must_not_ask(self, person: PersonId, item: WorkItem | None = None) -> None:
        """Raises RequesterMayNotDecide, except of what is a mere question."""
        if person == self.requester and (item is None or item.answers is None):
            raise RequesterMayNotDecide

    def must_let_stand_in(self, id: UUID, person: PersonId) -> None:
        """Whoever has a share of their own does not act for another. Raises AlreadySigns, RequesterMayNotDecide."""
        if self.item(id).answers is not None:
            return
        self.must_not_ask(person)
        if person in self.shares(without=id):
            raise AlreadySigns(person=person)

    def shares(self, without: UUID | None = None) -> frozenset[PersonId]:
        """Everyone who decides, may yet, or has decided for another; of all items but one."""
        found: set[PersonId] = set()
        for item in self.items:
            if item.is_vote and item.id != without:
                found |= item.people | ({item.decision.by} if item.decision else set())
        return frozenset(found)

    def with_items(self, *changed: WorkItem) -> Step:
        by_id = {item.id: item for item in changed}
        return replace(self, items=tuple(by_id.get(item.id, item) for item in self.items))

    def settled(self, last: Decision | None = None) -> Step:
        """What follows from a change: whose turn it is, who is no longer needed, and whether the step is complete.

        `last` is the decision that was just made.
        """
        outcome = outcome_of(self.mode, self.terms, votes(self.items))
        if outcome is None:
            return replace(self, items=settled_items(self.mode, self.rules.acting, self.items))
        said = [item.decision for item in self.items if item.is_vote and item.decision]
        decisive = [one for one in (last, *said) if one and one.outcome is outcome]
        completed = replace(self._closed(StepVerb.COMPLETE), completion=max(decisive, key=lambda one: one.at))
        if not self.rules.acting.undo:
            return completed
        until = max(self.undone_until(one) for one in said)
        return completed.timed(completed.timers.set(DELIVER, until))

    def reopened(self) -> Step:
        """Open again, with what was closed as no longer needed; what comes of that is yet to be settled."""
        items = tuple(item.reopened() for item in self.items)
        state = self.state
        if state is StepState.COMPLETED:
            state = move(TRANSITIONS, str(self.name), state, StepVerb.REOPEN)
        timers = self.timers.without(DELIVER)
        return replace(self, items=items, state=state, completion=None, timers=timers)

    def _closed(self, verb: StepVerb) -> Step:
        return replace(
            self,
            state=move(TRANSITIONS, str(self.name), self.state, verb),
            items=tuple(item.cancel() for item in self.items),
            timers=self.timers.as_of({}),
        )


def new_item(id: UUID, approver: Approver) -> WorkItem:
    return WorkItem(id, approver.candidates, approver.why, approver.post, WAITING, weight=approver.weight)
