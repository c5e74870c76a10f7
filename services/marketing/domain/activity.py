"""Activities (活动): what one is, from its request to its end, and what the verbs do to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kernel.clock import local_date
from kernel.decided import DocumentChanged, DocumentHasCase, EditedSince
from kernel.errors import EtagMismatch, FailedPrecondition
from kernel.fields import Faults
from kernel.money import Money
from kernel.transitions import move
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
class Activity:
    """`requester`, `closer` and `organisation` are ids, `open_change` the number of a change that is not done with.

    `version` is what deciders see: it grows with every submission and every change that takes effect. `revision` grows with
    whatever happens. `case_open` is true from the first submission until the end of its case; `edited` while a draft does not
    say what was submitted last. `lines_given` is the highest id ever given to a budget line, also of changes that came to
    nothing. `overdue_date` is the day on which its closure is overdue, known once it is over.
    """

    number: str
    requester: str
    organisation: str
    terms: Terms
    attachments: tuple[str, ...] = ()
    state: ActivityState = ActivityState.DRAFT
    version: int = 0
    revision: int = 1
    case_open: bool = False
    edited: bool = False
    lines_given: int = 0
    reason: str = ""
    closure: Closure | None = None
    claimable: tuple[Cost, ...] = ()
    claimable_until: date | None = None
    overdue_date: date | None = None
    ended_early: bool = False
    open_change: str = ""
    closer: str = ""
    history: tuple[FormerTerms, ...] = ()
    create_time: datetime
    update_time: datetime
    submit_time: datetime | None = None
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
            create_time=at,
            update_time=at,
        )

    @property
    def name(self) -> str:
        return f"activities/{self.number}"

    @property
    def etag(self) -> str:
        return str(self.revision)

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

    def expecting(self, etag: str) -> Activity:
        if etag != self.etag:
            raise EtagMismatch(name=self.name, current=self.etag)
        return self

    def deciding_on(self, version: int) -> Activity:
        """Raises DocumentChanged."""
        if version != self.version:
            raise DocumentChanged(name=self.name, current=self.version)
        return self

    # The request.

    def edit(self, terms: Terms, attachments: tuple[str, ...], *, at: datetime) -> Activity:
        """Raises UnknownLine, LineTwice."""
        moved = self._moved(ActivityVerb.EDIT, at)
        kept, given = terms.dated().written_over(self.terms, self.lines_given, self.name)
        return replace(
            moved,
            terms=kept,
            attachments=attachments,
            lines_given=given,
            edited=self.edited or self.version > 0,
        )

    def delete(self, *, at: datetime) -> Activity:
        """Raises DocumentHasCase."""
        moved = self._moved(ActivityVerb.DELETE, at)
        if self.case_open:
            raise DocumentHasCase(name=self.name)
        return moved

    def submit(self, configuration: Configuration, *, at: datetime) -> Activity:
        """Raises TermsIncomplete, NoBudgetLines, OverClassLimit, StartInPast."""
        moved = self._moved(ActivityVerb.SUBMIT, at)
        self.must_be_ahead(configuration, at)
        return replace(
            moved,
            terms=self.terms.dated(),
            version=self.version + 1,
            case_open=True,
            edited=False,
            submit_time=at,
            reason="",
        )

    def must_be_ahead(self, configuration: Configuration, at: datetime) -> None:
        start, _ = self.terms.must_be_complete(self.name, configuration)
        if start < local_date(at):
            raise StartInPast(field="terms.start_date", start=start)

    def approve(self, *, at: datetime) -> Activity:
        return replace(self._moved(ActivityVerb.APPROVE, at), reason="")

    def give_back(self, reason: str, *, at: datetime) -> Activity:
        return replace(self._moved(ActivityVerb.RETURN, at), reason=reason)

    def refuse_reservation(self, reason: str, *, at: datetime) -> Activity:
        return replace(self._moved(ActivityVerb.REFUSE_RESERVATION, at), reason=reason)

    def reject(self, reason: str, *, at: datetime) -> Activity:
        return replace(self._moved(ActivityVerb.REJECT, at), reason=reason, case_open=False)

    def withdraw(self, reason: str, *, at: datetime) -> Activity:
        return replace(self._moved(ActivityVerb.WITHDRAW, at), reason=reason, case_open=False)

    def reopen(self, reason: str, configuration: Configuration, *, at: datetime) -> Activity:
        """Decided anew as it is. Raises DocumentHasCase, EditedSince, what `submit` raises."""
        moved = self._moved(ActivityVerb.REOPEN, at)
        if self.case_open:
            raise DocumentHasCase(name=self.name)
        if self.edited:
            raise EditedSince(name=self.name)
        self.must_be_ahead(configuration, at)
        return replace(moved, reason=reason, case_open=True)

    # Between approval and closure.

    def cancel(self, reason: str, *, at: datetime) -> Activity:
        """Its case has not ended yet: it releases what is committed."""
        return replace(self._moved(ActivityVerb.CANCEL, at), reason=reason)

    def start(self, *, at: datetime) -> Activity:
        return replace(self._moved(ActivityVerb.START, at), start_time=at)

    def end(self, overdue: date, *, at: datetime) -> Activity:
        return replace(self._moved(ActivityVerb.END, at), end_time=at, overdue_date=overdue)

    def end_early(self, reason: str, overdue: date, *, at: datetime) -> Activity:
        moved = self._moved(ActivityVerb.END_EARLY, at)
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
            self._moved(ActivityVerb.CHANGE_TERMS, at),
            terms=terms,
            history=(*self.history, former),
            version=self.version + 1,
            open_change="",
        )

    # The closure.

    def edit_closure(self, closure: Closure, *, at: datetime) -> Activity:
        """Raises ClosureBeforeStart, what `Closure.check` raises."""
        self._must_have_begun()
        moved = self._moved(ActivityVerb.EDIT_CLOSURE, at)
        closure.check(self.name, self.terms)
        return replace(moved, closure=closure)

    def submit_closure(self, closer: str, *, at: datetime) -> Activity:
        """Raises ClosureBeforeStart, ClosureIncomplete."""
        self._must_have_begun()
        moved = self._moved(ActivityVerb.SUBMIT_CLOSURE, at)
        closure = self.closure or Closure()
        closure.must_be_complete(self.terms)
        return replace(moved, version=self.version + 1, closer=closer, closure_submit_time=at, reason="")

    def return_closure(self, reason: str, *, at: datetime) -> Activity:
        return replace(self._moved(ActivityVerb.RETURN_CLOSURE, at), reason=reason)

    def reject_closure(self, reason: str, *, at: datetime) -> Activity:
        moved = self._moved(ActivityVerb.REJECT_CLOSURE, at)
        return replace(moved, reason=reason, close_time=at, case_open=False)

    def settle(self, claimable: tuple[Cost, ...], days: int, *, at: datetime) -> Activity:
        """`claimable` empty: what the closure says. For `days` days it may be claimed. Raises UnknownLine, LineTwice, OtherCurrency."""
        moved = self._moved(ActivityVerb.SETTLE, at)
        faults = Faults()
        check_costs(claimable, self.name, self.terms, faults, "claimable", "amount")
        faults.refuse()
        costs = self.closure.costs if self.closure else ()
        until = local_date(at) + timedelta(days=days)
        return replace(moved, claimable=claimable or costs, claimable_until=until, settle_time=at)

    def close(self, *, at: datetime) -> Activity:
        return replace(self._moved(ActivityVerb.CLOSE, at), close_time=at, case_open=False)

    def _must_have_begun(self) -> None:
        if self.state in NOT_BEGUN:
            raise ClosureBeforeStart(name=self.name)

    def _moved(self, verb: ActivityVerb, at: datetime) -> Activity:
        state = move(TRANSITIONS, self.name, self.state, verb, WORDS)
        return replace(self, state=state, revision=self.revision + 1, update_time=at)
