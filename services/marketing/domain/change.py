"""Changes of approved activities (活动变更): the old terms hold until the new ones are approved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kernel.clock import local_date
from kernel.decided import DocumentChanged, DocumentHasCase, EditedSince
from kernel.errors import EtagMismatch
from kernel.money import MixedCurrencies, Money
from kernel.transitions import move
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
class Change:
    """`activity` is a number, `requester` and `organisation` are ids. `before` is what held when it was last written or submitted.

    `version`, `revision`, `case_open` and `edited` as those of activities.
    """

    number: str
    activity: str
    requester: str
    organisation: str
    terms: Terms
    before: Terms
    purpose: str
    attachments: tuple[str, ...] = ()
    state: ChangeState = ChangeState.DRAFT
    version: int = 0
    revision: int = 1
    case_open: bool = False
    edited: bool = False
    reason: str = ""
    create_time: datetime
    update_time: datetime
    submit_time: datetime | None = None
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
            create_time=at,
            update_time=at,
        )
        return change, given

    @property
    def name(self) -> str:
        return f"activityChanges/{self.number}"

    @property
    def etag(self) -> str:
        return str(self.revision)

    @property
    def is_done_with(self) -> bool:
        """Whether another one may be drafted."""
        return self.state in (ChangeState.APPLIED, ChangeState.REJECTED, ChangeState.DELETED)

    @property
    def difference(self) -> Money:
        return self.terms.total - self.before.total if self.terms.lines else -self.before.total

    def expecting(self, etag: str) -> Change:
        if etag != self.etag:
            raise EtagMismatch(name=self.name, current=self.etag)
        return self

    def deciding_on(self, version: int) -> Change:
        """Raises DocumentChanged."""
        if version != self.version:
            raise DocumentChanged(name=self.name, current=self.version)
        return self

    def edit(
        self, activity: Activity, terms: Terms, purpose: str, attachments: tuple[str, ...], *, at: datetime
    ) -> tuple[Change, int]:
        """Beside it the highest id that was given to a line. Raises what `draft` raises."""
        moved = self._moved(ChangeVerb.EDIT, at)
        must_be_changeable(activity)
        kept, given = _written(terms, activity, self.terms)
        changed = replace(
            moved,
            terms=kept,
            before=activity.terms,
            purpose=purpose,
            attachments=attachments,
            edited=self.edited or self.version > 0,
        )
        return changed, given

    def delete(self, *, at: datetime) -> Change:
        """Raises DocumentHasCase."""
        moved = self._moved(ChangeVerb.DELETE, at)
        if self.case_open:
            raise DocumentHasCase(name=self.name)
        return moved

    def submit(self, activity: Activity, configuration: Configuration, *, at: datetime) -> Change:
        """Raises what `must_be_changeable` raises, NothingChanged, StartPassed, StartInPast, EndInPast, what a request raises."""
        moved = self._moved(ChangeVerb.SUBMIT, at)
        self._must_be_ahead(activity, configuration, at)
        return replace(
            moved,
            before=activity.terms,
            version=self.version + 1,
            case_open=True,
            edited=False,
            submit_time=at,
            reason="",
        )

    def apply(self, *, at: datetime) -> Change:
        return replace(self._moved(ChangeVerb.APPLY, at), apply_time=at, case_open=False, reason="")

    def give_back(self, reason: str, *, at: datetime) -> Change:
        return replace(self._moved(ChangeVerb.RETURN, at), reason=reason)

    def refuse_reservation(self, reason: str, *, at: datetime) -> Change:
        return replace(self._moved(ChangeVerb.REFUSE_RESERVATION, at), reason=reason)

    def reject(self, reason: str, *, at: datetime) -> Change:
        return replace(self._moved(ChangeVerb.REJECT, at), reason=reason, case_open=False)

    def withdraw(self, reason: str, *, at: datetime) -> Change:
        return replace(self._moved(ChangeVerb.WITHDRAW, at), reason=reason, case_open=False)

    def reopen(
        self, activity: Activity, reason: str, configuration: Configuration, *, at: datetime
    ) -> Change:
        """Decided anew as it is. Raises DocumentHasCase, EditedSince, ChangeOpen, TermsChangedSince, what `submit` raises."""
        moved = self._moved(ChangeVerb.REOPEN, at)
        if self.case_open:
            raise DocumentHasCase(name=self.name)
        if self.edited:
            raise EditedSince(name=self.name)
        if activity.open_change not in ("", self.number):
            raise ChangeOpen(activity=activity.name, change=f"activityChanges/{activity.open_change}")
        if activity.terms != self.before:
            raise TermsChangedSince(activity=activity.name)
        self._must_be_ahead(activity, configuration, at)
        return replace(moved, reason=reason, case_open=True)

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

    def _moved(self, verb: ChangeVerb, at: datetime) -> Change:
        state = move(TRANSITIONS, self.name, self.state, verb, WORDS)
        return replace(self, state=state, revision=self.revision + 1, update_time=at)


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
