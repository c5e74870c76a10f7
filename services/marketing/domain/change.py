"""Changes of approved activities (活动变更): the old terms hold until the new ones are approved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from kernel.clock import local_date
from kernel.decided import Decidable, Life
from kernel.money import MixedCurrencies, Money
from services.marketing.domain.activity import Activity, StartInPast
from services.marketing.domain.change_life import (
    TRANSITIONS,
    WORDS,
    ChangeAfterEnd,
    ChangeInClosure,
    ChangeNotApprovedYet,
    ChangeOpen,
    ChangeState,
    ChangeVerb,
    ClassChanged,
    EndInPast,
    NothingChanged,
    StartPassed,
    TermsChangedSince,
)
from services.marketing.domain.configuration import Configuration
from services.marketing.domain.life import ActivityState
from services.marketing.domain.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Decidable):
    """`activity` is a number. `before` is what held when it was last written or submitted."""

    collection: ClassVar[str] = "activityChanges"
    life: ClassVar[Life] = Life(TRANSITIONS, WORDS, ChangeVerb)

    activity: str
    terms: Terms
    before: Terms
    purpose: str
    attachments: tuple[str, ...] = ()
    state: ChangeState = ChangeState.DRAFT
    apply_time: datetime | None = None

    @classmethod
    def draft(
        cls, number: str, activity: Activity, requester: str, terms: Terms, purpose: str, *, at: datetime
    ) -> tuple[Change, int]:
        """Beside it the highest id that was given to a line. Raises what `must_be_changeable` raises, UnknownLine, LineTwice, ClassChanged."""
        must_be_changeable(activity)
        if activity.open_change:
            raise ChangeOpen(activity=activity.name, change=f"activityChanges/{activity.open_change}")
        kept, given = _written(terms, activity, activity.terms)
        change = cls(
            number=number,
            activity=activity.number,
            requester=requester,
            organisation=activity.organisation,
            terms=kept,
            before=activity.terms,
            purpose=purpose,
            edited=True,
            create_time=at,
            update_time=at,
        )
        return change, given

    @property
    def is_done_with(self) -> bool:
        """Whether another one may be drafted."""
        return self.state in (ChangeState.APPLIED, ChangeState.REJECTED, ChangeState.DELETED)

    @property
    def difference(self) -> Money:
        return self.terms.total - self.before.total if self.terms.lines else -self.before.total

    def edit(
        self, activity: Activity, terms: Terms, purpose: str, attachments: tuple[str, ...], *, at: datetime
    ) -> tuple[Change, int]:
        """Beside it the highest id that was given to a line. Raises what `draft` raises."""
        edited = self.edited_at(at)
        must_be_changeable(activity)
        kept, given = _written(terms, activity, self.terms)
        changed = replace(edited, terms=kept, before=activity.terms, purpose=purpose, attachments=attachments)
        return changed, given

    def submit(self, activity: Activity, configuration: Configuration, *, at: datetime) -> Change:
        """Raises what `must_be_changeable` raises, NothingChanged, StartPassed, StartInPast, EndInPast, what a request raises."""
        submitted = self.submitted_at(at)
        self._must_be_ahead(activity, configuration, at)
        return replace(submitted, before=activity.terms)

    def apply(self, *, at: datetime) -> Change:
        return replace(self.moved("apply", at), apply_time=at, case_open=False, reason="")

    def refuse_reservation(self, reason: str, *, at: datetime) -> Change:
        return replace(self.moved("refuse_reservation", at), reason=reason)

    def reopen(
        self, activity: Activity, reason: str, configuration: Configuration, *, at: datetime
    ) -> Change:
        """Decided anew as it is. Raises DocumentHasCase, EditedSince, ChangeOpen, TermsChangedSince, what `submit` raises."""
        reopened = self.reopened_at(at, reason)
        if activity.open_change not in ("", self.number):
            raise ChangeOpen(activity=activity.name, change=f"activityChanges/{activity.open_change}")
        if activity.terms != self.before:
            raise TermsChangedSince(activity=activity.name)
        self._must_be_ahead(activity, configuration, at)
        return reopened

    def _must_be_ahead(self, activity: Activity, configuration: Configuration, at: datetime) -> None:
        must_be_changeable(activity)
        start, end = self.terms.must_be_complete(self.name, configuration)
        if self.terms == activity.terms:
            raise NothingChanged()
        if start != activity.terms.start_date:
            if activity.state is ActivityState.RUNNING:
                raise StartPassed(field="terms.start_date", start=activity.terms.start_date)
            if start < local_date(at):
                raise StartInPast(field="terms.start_date", start=start)
        if end < local_date(at):
            raise EndInPast(field="terms.end_date", end=end)


def must_be_changeable(activity: Activity) -> None:
    """Raises ChangeNotApprovedYet, ChangeAfterEnd, ChangeInClosure."""
    match activity.state:
        case ActivityState.APPROVED | ActivityState.RUNNING:
            return
        case ActivityState.DRAFT | ActivityState.IN_APPROVAL:
            raise ChangeNotApprovedYet(activity=activity.name)
        case ActivityState.CLOSURE_IN_APPROVAL | ActivityState.SETTLED:
            raise ChangeInClosure(activity=activity.name)
    raise ChangeAfterEnd(activity=activity.name)


def _written(terms: Terms, activity: Activity, before: Terms) -> tuple[Terms, int]:
    """Lines that were taken out before may come back: the activity still has them."""
    if terms.activity_class != activity.terms.activity_class:
        raise ClassChanged(field="terms.activity_class")
    if terms.lines and terms.total.currency != activity.total.currency:
        raise MixedCurrencies(field="terms.lines", left=activity.total.currency, right=terms.total.currency)
    known = _lines_of(before, activity.terms)
    return terms.dated().written_over(known, activity.lines_given, activity.name)


def _lines_of(*terms: Terms) -> Terms:
    lines = {line.id: line for one in terms for line in one.lines}
    return replace(terms[0], lines=tuple(lines.values()))
