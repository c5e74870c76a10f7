"""Activities (活动): what one is, from its request to its end, and what the verbs do to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import ClassVar

from kernel.clock import local_date
from kernel.decided import Decidable, Life
from kernel.errors import FailedPrecondition
from kernel.fields import Faults
from kernel.money import Money
from services.marketing.domain.closure import (
    Closure,
    ClosureBeforeStart,
    Cost,
    Overrun,
    check_costs,
    overrun_of,
)
from services.marketing.domain.configuration import Configuration
from services.marketing.domain.life import NOT_BEGUN, TRANSITIONS, WORDS, ActivityState, ActivityVerb
from services.marketing.domain.terms import Terms


class StartInPast(FailedPrecondition):
    zh = "开始日期 {start} 早于今天"
    en = "It would begin on {start}, which is in the past"


@dataclass(frozen=True, slots=True)
class FormerTerms:
    """What held until a change took effect. `change` is its number; `version` the activity's before it."""

    version: int
    terms: Terms
    change: str
    change_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Decidable):
    """`closer` is a person's id, `open_change` the number of a change that is not done with.

    `version` grows with every submission of request and closure and every change that takes effect. `lines_given` is the highest
    id ever given to a budget line, also of changes that came to nothing. `overdue_date` is the day on which its closure is
    overdue, known once it is over.
    """

    collection: ClassVar[str] = "activities"
    life: ClassVar[Life] = Life(TRANSITIONS, WORDS, ActivityVerb)

    terms: Terms
    attachments: tuple[str, ...] = ()
    state: ActivityState = ActivityState.DRAFT
    lines_given: int = 0
    closure: Closure | None = None
    claimable: tuple[Cost, ...] = ()
    claimable_until: date | None = None
    overdue_date: date | None = None
    ended_early: bool = False
    open_change: str = ""
    closer: str = ""
    history: tuple[FormerTerms, ...] = ()
    start_time: datetime | None = None
    end_time: datetime | None = None
    closure_submit_time: datetime | None = None
    settle_time: datetime | None = None
    close_time: datetime | None = None

    @classmethod
    def draft(cls, number: str, requester: str, organisation: str, terms: Terms, *, at: datetime) -> Activity:
        """Its terms are held against the rules before. Raises UnknownLine, LineTwice."""
        kept, given = terms.dated().written_over(None, 0, f"activities/{number}")
        return cls(
            number=number,
            requester=requester,
            organisation=organisation,
            terms=kept,
            lines_given=given,
            edited=True,
            create_time=at,
            update_time=at,
        )

    @property
    def total(self) -> Money:
        return self.terms.total

    @property
    def last_day(self) -> date | None:
        """The last one on which it takes place, or took place."""
        if self.ended_early and self.end_time is not None and self.terms.end_date is not None:
            return min(local_date(self.end_time), self.terms.end_date)
        return self.terms.end_date

    @property
    def overrun(self) -> Overrun:
        return overrun_of(self.closure or Closure(), self.terms)

    # The request.

    def edit(self, terms: Terms, attachments: tuple[str, ...], *, at: datetime) -> Activity:
        """Raises UnknownLine, LineTwice."""
        edited = self.edited_at(at)
        kept, given = terms.dated().written_over(self.terms, self.lines_given, self.name)
        return replace(edited, terms=kept, attachments=attachments, lines_given=given)

    def submit(self, configuration: Configuration, *, at: datetime) -> Activity:
        """Raises TermsIncomplete, NoBudgetLines, OverClassLimit, StartInPast."""
        submitted = self.submitted_at(at)
        self.must_be_ahead(configuration, at)
        return replace(submitted, terms=self.terms.dated())

    def must_be_ahead(self, configuration: Configuration, at: datetime) -> None:
        start, _ = self.terms.must_be_complete(self.name, configuration)
        if start < local_date(at):
            raise StartInPast(field="terms.start_date", start=start)

    def approve(self, *, at: datetime) -> Activity:
        return replace(self.moved("approve", at), reason="")

    def refuse_reservation(self, reason: str, *, at: datetime) -> Activity:
        return replace(self.moved("refuse_reservation", at), reason=reason)

    def reopen(self, reason: str, configuration: Configuration, *, at: datetime) -> Activity:
        """Decided anew as it is. Raises DocumentHasCase, EditedSince, what `submit` raises."""
        reopened = self.reopened_at(at, reason)
        self.must_be_ahead(configuration, at)
        return reopened

    # Between approval and closure.

    def cancel(self, reason: str, *, at: datetime) -> Activity:
        """Its case has not ended yet: it releases what is committed."""
        return replace(self.moved("cancel", at), reason=reason)

    def start(self, *, at: datetime) -> Activity:
        return replace(self.moved("start", at), start_time=at)

    def end(self, overdue: date, *, at: datetime) -> Activity:
        return replace(self.moved("end", at), end_time=at, overdue_date=overdue)

    def end_early(self, reason: str, overdue: date, *, at: datetime) -> Activity:
        moved = self.moved("end_early", at)
        return replace(moved, reason=reason, ended_early=True, end_time=at, overdue_date=overdue)

    def changing(self, change: str, lines_given: int, *, at: datetime) -> Activity:
        """A change of it is being written; empty: none any more. What it says holds on."""
        return replace(
            self,
            open_change=change,
            lines_given=max(lines_given, self.lines_given),
            revision=self.revision + 1,
            update_time=at,
        )

    def change_terms(self, change: str, terms: Terms, *, at: datetime) -> Activity:
        former = FormerTerms(self.version, self.terms, change, at)
        return replace(
            self.moved("change_terms", at),
            terms=terms,
            history=(*self.history, former),
            version=self.version + 1,
            open_change="",
        )

    def must_take(self, verb: str) -> None:
        """Raises IllegalTransition. For what is kept beside it and does not change what it says."""
        self.moved(verb, self.update_time)

    # The closure.

    def edit_closure(self, closure: Closure, *, at: datetime) -> Activity:
        """Raises ClosureBeforeStart, what `Closure.check` raises."""
        self._must_have_begun()
        moved = self.moved("edit_closure", at)
        closure.check(self.name, self.terms)
        return replace(moved, closure=closure)

    def submit_closure(self, closer: str, *, at: datetime) -> Activity:
        """Raises ClosureBeforeStart, ClosureIncomplete."""
        self._must_have_begun()
        moved = self.moved("submit_closure", at)
        closure = self.closure or Closure()
        closure.must_be_complete(self.terms)
        return replace(moved, version=self.version + 1, closer=closer, closure_submit_time=at, reason="")

    def return_closure(self, reason: str, *, at: datetime) -> Activity:
        return replace(self.moved("return_closure", at), reason=reason)

    def reject_closure(self, reason: str, *, at: datetime) -> Activity:
        moved = self.moved("reject_closure", at)
        return replace(moved, reason=reason, close_time=at, case_open=False)

    def settle(self, claimable: tuple[Cost, ...], days: int, *, at: datetime) -> Activity:
        """`claimable` empty: what the closure says. For `days` days it may be claimed. Raises UnknownLine, LineTwice, OtherCurrency."""
        moved = self.moved("settle", at)
        faults = Faults()
        check_costs(claimable, self.name, self.terms, faults, "claimable", "amount")
        faults.refuse()
        costs = self.closure.costs if self.closure else ()
        until = local_date(at) + timedelta(days=days)
        return replace(moved, claimable=claimable or costs, claimable_until=until, settle_time=at)

    def close(self, *, at: datetime) -> Activity:
        return replace(self.moved("close", at), close_time=at, case_open=False)

    def _must_have_begun(self) -> None:
        if self.state in NOT_BEGUN:
            raise ClosureBeforeStart(name=self.name)
