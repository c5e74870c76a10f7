"""Expense claims: what a claim is and what its verbs do to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from kernel.clock import local_date
from kernel.decided import DocumentChanged, EditedSince
from kernel.errors import EtagMismatch
from kernel.money import Money, sum_money
from kernel.transitions import move
from services.expense.domain.budget import BudgetKey, sum_needs
from services.expense.domain.invoice import Invoice
from services.expense.domain.life import (
    TRANSITIONS,
    WORDS,
    ClaimHasOpenCase,
    ClaimState,
    ClaimVerb,
    NothingWouldBePaid,
    OwnClaim,
)
from services.expense.domain.limits import Catalogue
from services.expense.domain.lines import (
    ActivityLine,
    ClaimHasNoLines,
    ClaimLine,
    Cut,
    LineTwice,
    UnknownLine,
    check_lines,
)
from services.expense.domain.months import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim. `claimant` is a person's id, `organisation` the id of the one whose budget is used.

    `version` is what deciders see: it grows when a claim is submitted or cut. `revision` grows with every change.
    `case_open` is true from the first submission until the claim is rejected, withdrawn or paid.
    `edited` is true while it no longer says what was submitted last.
    `lines_given` is the highest line id ever given; a removed line's id is not given again.
    `cost_centre` is a code of the group's accounting, empty where the organisation itself bears the cost.
    """

    number: str
    claimant: str
    organisation: str
    title: str
    lines: tuple[ClaimLine, ...] = ()
    attachments: tuple[str, ...] = ()
    cost_centre: str = ""
    state: ClaimState = ClaimState.DRAFT
    version: int = 0
    revision: int = 1
    case_open: bool = False
    edited: bool = False
    lines_given: int = 0
    reason: str = ""
    payment: str = ""
    create_time: datetime
    update_time: datetime
    submit_time: datetime | None = None
    pay_time: datetime | None = None

    @classmethod
    def draft(
        cls,
        number: str,
        claimant: str,
        organisation: str,
        title: str,
        lines: Iterable[ClaimLine],
        attachments: tuple[str, ...] = (),
        cost_centre: str = "",
        *,
        at: datetime,
    ) -> Claim:
        """A new claim. Raises what `check_lines` raises."""
        new = [replace(line, id="", cut=None) for line in lines]
        check_lines(new, local_date(at))
        empty = cls(
            number=number,
            claimant=claimant,
            organisation=organisation,
            title=title,
            attachments=attachments,
            cost_centre=cost_centre,
            create_time=at,
            update_time=at,
        )
        return empty._with_lines(new)

    @property
    def name(self) -> str:
        return f"claims/{self.number}"

    @property
    def owner(self) -> str:
        return self.claimant

    @property
    def etag(self) -> str:
        return str(self.revision)

    @property
    def total(self) -> Money:
        return sum_money(line.amount for line in self.lines)

    @property
    def payable(self) -> Money:
        return sum_money(line.payable for line in self.lines)

    @property
    def expense_types(self) -> frozenset[str]:
        return frozenset(line.expense_type for line in self.lines)

    @property
    def months(self) -> frozenset[Month]:
        """Whose budgets the claim needs."""
        return frozenset(line.month for line in self.lines if not line.activity_line)

    @property
    def invoices(self) -> tuple[tuple[str, Invoice], ...]:
        """The id of each line that has an invoice, and the invoice."""
        return tuple((line.id, line.invoice) for line in self.lines if line.invoice is not None)

    @property
    def budget_needs(self) -> dict[BudgetKey, Money]:
        """What the claim needs of each budget of its own: what is payable, by month and expense type."""
        return sum_needs(
            (BudgetKey(self.organisation, line.month, line.expense_type), line.payable)
            for line in self.lines
            if not line.activity_line
        )

    @property
    def draws(self) -> dict[ActivityLine, Money]:
        """What the claim needs of lines of activities."""
        draws: dict[ActivityLine, Money] = {}
        for line in self.lines:
            if (place := line.drawn_on) is not None and line.payable.is_positive:
                draws[place] = draws[place] + line.payable if place in draws else line.payable
        return draws

    def expecting(self, etag: str) -> Claim:
        if etag != self.etag:
            raise EtagMismatch(name=self.name, current=self.etag)
        return self

    def deciding_on(self, version: int) -> Claim:
        """The claim, if `version` is what is to be decided on."""
        if version != self.version:
            raise DocumentChanged(name=self.name, current=self.version)
        return self

    def edit(
        self,
        title: str,
        lines: Iterable[ClaimLine],
        attachments: tuple[str, ...] = (),
        cost_centre: str = "",
        *,
        at: datetime,
    ) -> Claim:
        """Replaces what a draft says. Lines keep their id. Raises UnknownLine, LineTwice, what `check_lines` raises."""
        moved = self._moved(ClaimVerb.EDIT, at)
        new = [replace(line, cut=None) for line in lines]
        self._check_ids(new)
        check_lines(new, local_date(at))
        said = replace(moved, title=title, attachments=attachments, cost_centre=cost_centre, edited=True)
        return said._with_lines(new)

    def delete(self, *, at: datetime) -> Claim:
        """Raises ClaimHasOpenCase: a case that waits for the claim would wait for ever."""
        moved = self._moved(ClaimVerb.DELETE, at)
        if self.case_open:
            raise ClaimHasOpenCase(name=self.name)
        return moved

    def submit(self, catalogue: Catalogue, grade: str, *, at: datetime) -> Claim:
        """Asks for approval; the claimant has this grade. Former cuts fall: everything is decided anew.

        Raises ClaimHasNoLines and, for each line, what `check_lines` and `Catalogue.allow` raise.
        """
        moved = self._moved(ClaimVerb.SUBMIT, at)
        if not self.lines:
            raise ClaimHasNoLines(name=self.name)
        check_lines(self.lines, local_date(at))
        catalogue.allow_all(self.lines, grade)
        uncut = tuple(replace(line, cut=None) for line in self.lines)
        return replace(
            moved,
            lines=uncut,
            version=self.version + 1,
            case_open=True,
            edited=False,
            submit_time=at,
            reason="",
        )

    def approve(self, *, at: datetime) -> Claim:
        return self._moved(ClaimVerb.APPROVE, at)

    def return_to_claimant(self, reason: str, *, at: datetime) -> Claim:
        return replace(self._moved(ClaimVerb.RETURN, at), reason=reason)

    def reject(self, reason: str, *, at: datetime) -> Claim:
        return replace(self._moved(ClaimVerb.REJECT, at), reason=reason, case_open=False)

    def withdraw(self, reason: str, *, at: datetime) -> Claim:
        return replace(self._moved(ClaimVerb.WITHDRAW, at), reason=reason, case_open=False)

    def reopen(self, reason: str, *, at: datetime) -> Claim:
        """Decided anew as it is, after a case that has ended. Raises ClaimHasOpenCase, EditedSince."""
        moved = self._moved(ClaimVerb.REOPEN, at)
        if self.case_open:
            raise ClaimHasOpenCase(name=self.name)
        if self.edited:
            raise EditedSince(name=self.name)
        return replace(moved, reason=reason, case_open=True)

    def cut_line(self, line_id: str, cut: Cut, *, at: datetime) -> Claim:
        """Raises OwnClaim, UnknownLine, CutAboveLine, CutBelowZero, NothingWouldBePaid."""
        moved = self._moved(ClaimVerb.CUT_LINE, at)
        if cut.by == self.claimant:
            raise OwnClaim(name=self.name)
        if all(line.id != line_id for line in self.lines):
            raise UnknownLine(field="line_id", name=self.name, line=line_id)
        lines = tuple(line.with_cut(cut) if line.id == line_id else line for line in self.lines)
        after = replace(moved, lines=lines, version=self.version + 1)
        if not after.payable.is_positive:
            raise NothingWouldBePaid(name=self.name)
        return after

    def pass_finance(self, *, at: datetime) -> Claim:
        return self._moved(ClaimVerb.PASS, at)

    def pay(self, payment: str, pay_time: datetime, *, at: datetime) -> Claim:
        paid = self._moved(ClaimVerb.PAY, at)
        return replace(paid, payment=payment, pay_time=pay_time, case_open=False, reason="")

    def refuse_payment(self, reason: str, *, at: datetime) -> Claim:
        return replace(self._moved(ClaimVerb.REFUSE_PAYMENT, at), reason=reason)

    def _moved(self, verb: ClaimVerb, at: datetime) -> Claim:
        state = move(TRANSITIONS, self.name, self.state, verb, WORDS)
        return replace(self, state=state, revision=self.revision + 1, update_time=at)

    def _check_ids(self, lines: Iterable[ClaimLine]) -> None:
        known, seen = {line.id for line in self.lines}, set()
        for index, line in enumerate(lines):
            if line.id in seen:
                raise LineTwice(field=f"lines[{index}].id", line=line.id)
            if line.id and line.id not in known:
                raise UnknownLine(field=f"lines[{index}].id", name=self.name, line=line.id)
            if line.id:
                seen.add(line.id)

    def _with_lines(self, lines: Iterable[ClaimLine]) -> Claim:
        given, numbered = self.lines_given, []
        for line in lines:
            given += not line.id
            numbered.append(line if line.id else replace(line, id=str(given)))
        return replace(self, lines=tuple(numbered), lines_given=given)
