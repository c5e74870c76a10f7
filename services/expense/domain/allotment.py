"""Allotments (活动额度): what an activity holds of budgets, and what may be claimed on each of its lines.

    before the settlement   a line holds what is reserved for it and what is committed to it
    from the settlement on  committed + spent = claimable,   spent ≤ drawn ≤ claimable

Claims draw on lines; what they draw is kept by `draws`. A payment moves its part from committed, which the activity
holds, to spent, which the claim holds, in the same budget.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kernel.decided import DocumentChanged
from kernel.fields import Faults, within
from kernel.money import AmountNotPositive, MixedCurrencies, Money, sum_money, zero
from kernel.transitions import move
from services.expense.domain.allotment_life import (
    TRANSITIONS,
    WORDS,
    AllotmentClosed,
    AllotmentNotSettled,
    AllotmentState,
    AllotmentVerb,
    CostAboveCommitted,
    CostBelowZero,
    OtherCurrency,
    UnknownActivityLine,
)
from services.expense.domain.budget import BudgetKey, Holdings, Stage, at_stages, sum_needs
from services.expense.domain.lines import LineTwice
from services.expense.domain.months import Month


@dataclass(frozen=True, slots=True)
class Term:
    """What an activity asks for on one of its lines: the month and type of the budget, and how much at most."""

    id: str
    expense_type: str
    month: Month
    amount: Money


@dataclass(frozen=True, slots=True)
class Line:
    """A line as agreed, what of it may be claimed (None before the settlement), what claims have drawn and were paid."""

    term: Term
    drawn: Money
    spent: Money
    claimable: Money | None = None

    @classmethod
    def of(cls, term: Term) -> Line:
        nothing = zero(term.amount.currency)
        return cls(term, nothing, nothing)

    @property
    def committed(self) -> Money:
        return (self.term.amount if self.claimable is None else self.claimable) - self.spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """`number` is that of the activity, `organisation` the id of the one whose budgets are used.

    `asked` are terms that are still to be committed, None where there are none; `terms_version` is the version that
    asked for something last. `version` counts the changes of the allotment.
    """

    number: str
    organisation: str = ""
    title: str = ""
    currency: str = "CNY"
    terms_version: int = 0
    state: AllotmentState = AllotmentState.RELEASED
    lines: tuple[Line, ...] = ()
    asked: tuple[Term, ...] | None = None
    version: int = 0
    create_time: datetime
    update_time: datetime

    @property
    def name(self) -> str:
        return f"allotments/{self.number}"

    @property
    def activity(self) -> str:
        return f"activities/{self.number}"

    @property
    def holdings(self) -> Holdings:
        """What the activity holds of budgets; what is spent its claims hold."""
        committed = sum_needs((self.key_of(line.term), line.committed) for line in self.lines)
        return at_stages((Stage.RESERVED, self.on_top), (Stage.COMMITTED, committed))

    @property
    def on_top(self) -> dict[BudgetKey, Money]:
        """By how much the terms asked for need more of each budget than those agreed."""
        if self.asked is None:
            return {}
        agreed = sum_needs((self.key_of(line.term), line.term.amount) for line in self.lines)
        asked = sum_needs((self.key_of(term), term.amount) for term in self.asked)
        more = {key: need - agreed[key] if key in agreed else need for key, need in asked.items()}
        return {key: amount for key, amount in more.items() if amount.is_positive}

    @property
    def is_changing(self) -> bool:
        return self.state is AllotmentState.COMMITTED and self.asked is not None

    @property
    def is_fully_claimed(self) -> bool:
        """Whether it is settled, and all that is claimable is paid."""
        settled = self.state in (AllotmentState.SETTLED, AllotmentState.CLOSED)
        return settled and not any(line.committed.is_positive for line in self.lines)

    def key_of(self, term: Term) -> BudgetKey:
        return BudgetKey(self.organisation, term.month, term.expense_type)

    def line_of(self, line_id: str) -> Line | None:
        return next((line for line in self.lines if line.term.id == line_id), None)

    def reserve(
        self, organisation: str, title: str, terms: Sequence[Term], version: int, *, at: datetime
    ) -> Allotment:
        """In place of what was reserved before. Raises what `check_terms` raises."""
        currency = check_terms(terms)
        moved = self._moved(AllotmentVerb.RESERVE, at)
        said = replace(moved, organisation=organisation, title=title, currency=currency)
        return replace(said, lines=(), asked=tuple(terms), terms_version=version)

    def change(self, terms: Sequence[Term], version: int, *, at: datetime) -> Allotment:
        """New terms are asked for; the old ones stay. Raises what `check_terms` raises."""
        check_terms(terms, self.currency)
        return replace(self._moved(AllotmentVerb.CHANGE, at), asked=tuple(terms), terms_version=version)

    def commit(self, version: int, *, at: datetime) -> Allotment:
        """What is asked for is agreed. Raises DocumentChanged."""
        moved = self._moved(AllotmentVerb.COMMIT, at)
        if version != self.terms_version:
            raise DocumentChanged(name=self.activity, current=self.terms_version)
        return moved._agreed()

    def abandon_change(self, *, at: datetime) -> Allotment:
        """Without new terms, also where all was released or settled meanwhile, it changes nothing."""
        if self.asked is None:
            return self
        return replace(self._moved(AllotmentVerb.ABANDON_CHANGE, at), asked=None)

    def release(self, *, at: datetime) -> Allotment:
        moved = self._moved(AllotmentVerb.RELEASE, at)
        if self.state is AllotmentState.RELEASED:
            return self
        if self.state is AllotmentState.SETTLED:
            return moved._only_drawn()
        return replace(moved, lines=(), asked=None)

    def settle(self, costs: Sequence[tuple[str, Money]], *, at: datetime) -> Allotment:
        """What each line cost may be claimed. Raises UnknownActivityLine, OtherCurrency, CostBelowZero, LineTwice, CostAboveCommitted."""
        moved = self._moved(AllotmentVerb.SETTLE, at)
        agreed = moved._agreed()
        agreed._check_costs(costs)
        actual, nothing = dict(costs), zero(self.currency)
        held = sum_needs((self.key_of(line.term), line.term.amount) for line in self.lines)
        held = sum_needs([*held.items(), *self.on_top.items()])
        lines = tuple(replace(one, claimable=actual.get(one.term.id, nothing)) for one in agreed.lines)
        for key, cost in sum_needs((self.key_of(one.term), one.committed) for one in lines).items():
            if cost > held.get(key, nothing):
                raise CostAboveCommitted(budget=key, held=held.get(key, nothing), cost=cost)
        return replace(agreed, lines=lines)

    def close(self, *, at: datetime) -> Allotment:
        return self._moved(AllotmentVerb.CLOSE, at)._only_drawn()

    def must_be_claimable(self) -> None:
        """Raises AllotmentNotSettled, AllotmentClosed."""
        if self.state in (AllotmentState.CLOSED, AllotmentState.RELEASED):
            raise AllotmentClosed(field="activity_line", activity=self.activity, state=self.state.value)
        if self.state is not AllotmentState.SETTLED:
            raise AllotmentNotSettled(field="activity_line", activity=self.activity, state=self.state.value)

    def drawn_by(self, changes: Mapping[str, Money], *, at: datetime) -> Allotment:
        """Claims draw so much more (or less, below zero) on these lines; the caller has seen to it that they may.

        What is given back to a closed allotment is released at once.
        """
        closed = self.state is AllotmentState.CLOSED
        lines = []
        for line in self.lines:
            drawn = line.drawn + changes.get(line.term.id, zero(self.currency))
            lines.append(replace(line, drawn=drawn, claimable=drawn if closed else line.claimable))
        return replace(self, lines=tuple(lines), version=self.version + 1, update_time=at)

    def paid(self, amounts: Mapping[str, Money], *, at: datetime) -> Allotment:
        """So much of what was drawn on these lines has been paid."""
        nothing = zero(self.currency)
        lines = (replace(line, spent=line.spent + amounts.get(line.term.id, nothing)) for line in self.lines)
        return replace(self, lines=tuple(lines), version=self.version + 1, update_time=at)

    def _agreed(self) -> Allotment:
        if self.asked is None:
            return self
        return replace(self, lines=tuple(Line.of(term) for term in self.asked), asked=None)

    def _only_drawn(self) -> Allotment:
        return replace(self, lines=tuple(replace(line, claimable=line.drawn) for line in self.lines))

    def _check_costs(self, costs: Sequence[tuple[str, Money]]) -> None:
        faults, seen = Faults(), set()
        for index, (line_id, cost) in enumerate(costs):
            with faults.within(f"lines[{index}]"):
                line, name = self.line_of(line_id), f"{self.activity}/lines/{line_id}"
                if line is None:
                    raise UnknownActivityLine(field="id", line=name)
                if line_id in seen:
                    raise LineTwice(field="id", line=line_id)
                seen.add(line_id)
                if cost.currency != self.currency:
                    raise OtherCurrency(
                        field="actual", line=name, currency=self.currency, given=cost.currency
                    )
                if cost < zero(cost.currency):
                    raise CostBelowZero(field="actual", cost=cost)
        faults.refuse()

    def _moved(self, verb: AllotmentVerb, at: datetime) -> Allotment:
        state = move(TRANSITIONS, self.name, self.state, verb, WORDS)
        return replace(self, state=state, version=self.version + 1, update_time=at)


def check_terms(terms: Sequence[Term], currency: str = "") -> str:
    """The currency of all of them. Raises AmountNotPositive, MixedCurrencies, LineTwice, naming every line at fault; AmountTooLarge."""
    faults, seen, currency = Faults(), set(), currency or terms[0].amount.currency
    for index, term in enumerate(terms):
        with faults.within(f"lines[{index}]"):
            if term.id in seen:
                raise LineTwice(field="id", line=term.id)
            seen.add(term.id)
            if not term.amount.is_positive:
                raise AmountNotPositive(field="amount", amount=term.amount)
            if term.amount.currency != currency:
                raise MixedCurrencies(field="amount", left=currency, right=term.amount.currency)
    faults.refuse()
    with within("lines"):
        sum_money(term.amount for term in terms)
    return currency
