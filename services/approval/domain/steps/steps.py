"""Steps: a mode, the work items of those who are asked, and what their decisions add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from kernel.errors import FailedPrecondition, NotFound, PermissionDenied
from kernel.text import Text
from kernel.transitions import Transitions, move, transitions
from services.approval.domain.cases.names import StepName
from services.approval.domain.people.directory import AsOf, PersonId
from services.approval.domain.planning.route import Approver, RouteStep
from services.approval.domain.policies.ballot import NO_TERMS, Mode, Outcome, Terms, outcome_of
from services.approval.domain.policies.countdown import Countdown
from services.approval.domain.policies.step_rules import PLAIN, StepRules
from services.approval.domain.steps.work_items import WAITING, Decision, WorkItem
from services.approval.domain.time.timers import NO_TIMERS, Timers


class StepState(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class StepVerb(StrEnum):
    COMPLETE = "complete"
    CANCEL = "cancel"


TRANSITIONS: Final[Transitions[StepState, StepVerb]] = transitions(
    (StepState.OPEN, StepVerb.COMPLETE, StepState.COMPLETED),
    (StepState.OPEN, StepVerb.CANCEL, StepState.CANCELLED),
)


class RequesterMayNotDecide(PermissionDenied):
    zh = "申请人不能审批自己的申请"
    en = "Nobody decides what they asked for themselves"


class NoSuchEarlierStep(FailedPrecondition):
    zh = "{step} 不是此前经过的步骤，不能退回到那里"
    en = "{step} was not walked before this step, so it cannot be returned to"


class CannotTransferTo(FailedPrecondition):
    """Subclasses say why, under the same reason."""

    zh = "不能转交给 {person}"
    en = "It cannot be given to {person}"


class CannotTransferToRequester(CannotTransferTo):
    reason = CannotTransferTo.reason
    zh = "{person} 是申请人，不能转交"
    en = "{person} is the requester and may not decide"


class CannotTransferToInactive(CannotTransferTo):
    reason = CannotTransferTo.reason
    zh = "{person} 不在职，不能转交"
    en = "{person} is not active"


class CannotTransferToParticipant(CannotTransferTo):
    reason = CannotTransferTo.reason
    zh = "{person} 已参与此步骤，不能转交"
    en = "{person} takes part in this step already"


@dataclass(frozen=True, slots=True)
class Step:
    """One visit of a step of a route.

    `earlier` are the keys of the steps that it can be returned to, `previous` those decided directly before it. `completion` is the decision that gave it its
    outcome: the last that says the same.
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
        in_turn = planned.mode is Mode.SEQUENTIAL
        asked = enumerate(zip(ids, planned.approvers, strict=False))
        items = tuple(new_item(id, approver, waits=in_turn and place > 0) for place, (id, approver) in asked)
        if planned.skipped or len(items) < max(1, len(planned.approvers)):
            raise ValueError(f"{name} cannot be opened: nobody to ask, or too few ids")
        return cls(
            name,
            planned.title,
            planned.mode,
            requester,
            earlier,
            items,
            at,
            terms=planned.terms,
            rules=planned.rules,
            previous=previous,
        )

    @property
    def outcome(self) -> Outcome | None:
        return self.completion.outcome if self.completion else None

    @property
    def open_items(self) -> tuple[WorkItem, ...]:
        return tuple(item for item in self.items if item.is_open)

    def item(self, id: UUID) -> WorkItem:
        """Raises NotFound."""
        for item in self.items:
            if item.id == id:
                return item
        raise NotFound(name=f"workItems/{id}")

    def claim(self, id: UUID, by: PersonId) -> Step:
        """Takes an item from its pool. Raises NotACandidate, WorkItemTaken, WorkItemClosed, RequesterMayNotDecide."""
        self._must_not_ask(by)
        return self._with(self.item(id).claim(by))

    def release(self, id: UUID, by: PersonId) -> Step:
        """Puts it back into its pool. Raises NotYourWorkItem, NotFromAPool, WorkItemClosed."""
        return self._with(self.item(id).release(by))

    def decide(self, id: UUID, decision: Decision) -> Step:
        """Approves, rejects or returns. Where that completes the step, nothing of it stays open.

        Raises RequesterMayNotDecide, NotYourWorkItem, WorkItemClosed, NoSuchEarlierStep.
        """
        self._must_not_ask(decision.by)
        decided = self._with(self.item(id).decide(decision))
        for target in decision.targets:
            if target not in self.earlier:
                raise NoSuchEarlierStep(field="step", step=target)
        outcome = decided._outcome()
        if outcome is None:
            return decided._next_begun() if self.mode is Mode.SEQUENTIAL else decided
        said = [decision, *(item.decision for item in decided.items if item.decision)]
        decisive = max((one for one in said if one.outcome is outcome), key=lambda one: one.at)
        return replace(decided._closed(StepVerb.COMPLETE), completion=decisive)

    def step_before(self) -> str:
        """Where a return to the step before goes, as `return_to` says it. Raises NoSuchEarlierStep for the first step."""
        if not self.previous:
            raise NoSuchEarlierStep(field="previous", step="previous")
        return ",".join(self.previous)

    def transfer(self, id: UUID, by: PersonId, to: PersonId, directory: AsOf) -> Step:
        """Gives an item to another person, who decides in `by`'s place.

        Raises NotYourWorkItem, WorkItemClosed, RequesterMayNotDecide, CannotTransferTo.
        """
        self._must_not_ask(by)
        given = self._with(self.item(id).transfer(by, to))
        if to == self.requester:
            raise CannotTransferToRequester(field="person", person=to)
        if directory.person(to) is None:
            raise CannotTransferToInactive(field="person", person=to)
        # Whoever has a share in the step already would have two. A colleague of the same pool has not yet.
        if to == by or any(to in item.people for item in self.items if item.id != id):
            raise CannotTransferToParticipant(field="person", person=to)
        return given

    @property
    def due(self) -> datetime | None:
        """When its deadline is, or was; None where it has none, or where time stands still."""
        return self.countdown.due if self.countdown else None

    def timed(self, timers: Timers) -> Step:
        return replace(self, timers=timers)

    def cancel(self) -> Step:
        """Nothing of it is needed any more. What is completed stays completed."""
        return self._closed(StepVerb.CANCEL) if self.state is StepState.OPEN else self

    def _must_not_ask(self, person: PersonId) -> None:
        if person == self.requester:
            raise RequesterMayNotDecide

    def _with(self, changed: WorkItem) -> Step:
        items = tuple(changed if item.id == changed.id else item for item in self.items)
        return replace(self, items=items)

    def _outcome(self) -> Outcome | None:
        votes = ((item.weight, item.decision.outcome if item.decision else None) for item in self.items)
        return outcome_of(self.mode, self.terms, votes)

    def _next_begun(self) -> Step:
        following = next(item for item in self.items if item.state is WAITING)
        return self._with(following.begun())

    def _closed(self, verb: StepVerb) -> Step:
        return replace(
            self,
            state=move(TRANSITIONS, str(self.name), self.state, verb),
            items=tuple(item.cancel() for item in self.items),
            timers=self.timers.as_of({}),
        )


def new_item(id: UUID, approver: Approver, *, waits: bool = False) -> WorkItem:
    item = WorkItem(id, approver.candidates, approver.why, approver.post, WAITING, weight=approver.weight)
    return item if waits else replace(item.begun(), version=1)
