"""Claims draw on the lines of settled activities: whether they may, and what each draws."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.fields import Faults
from kernel.money import Money, zero
from services.expense.domain.allotment import Allotment
from services.expense.domain.allotment_life import (
    ClaimAboveClaimable,
    OtherCurrency,
    OtherExpenseType,
    UnknownActivityLine,
)
from services.expense.domain.claim import Claim
from services.expense.domain.lines import ActivityLine, ClaimLine

# What one claim draws; only what is above zero.
Draws = Mapping[ActivityLine, Money]


def check_draws(claim: Claim, had: Draws, allotments: Mapping[str, Allotment]) -> None:
    """Whether the claim may draw what it needs in place of what it `had`, naming every line that may not.

    Raises UnknownActivityLine, OtherExpenseType, OtherCurrency, AllotmentNotSettled, AllotmentClosed, ClaimAboveClaimable.
    """
    faults, asked = Faults(), dict[ActivityLine, Money]()
    for index, line in enumerate(claim.lines):
        place = line.drawn_on
        if place is None or not line.payable.is_positive:
            continue
        with faults.within(f"lines[{index}]"):
            allotment = allotments.get(place.activity)
            if allotment is None:
                raise UnknownActivityLine(field="activity_line", line=str(place))
            asked[place] = asked[place] + line.payable if place in asked else line.payable
            _check(line, place, asked[place], had.get(place), allotment)
    faults.refuse()


def _check(
    line: ClaimLine, place: ActivityLine, asked: Money, had: Money | None, allotment: Allotment
) -> None:
    if had is not None and asked <= had:
        return  # what it has already, or less
    allotment.must_be_claimable()
    found = allotment.line_of(place.line)
    if found is None or found.claimable is None:
        raise UnknownActivityLine(field="activity_line", line=str(place))
    term, name = found.term, str(place)
    if line.expense_type != term.expense_type:
        raise OtherExpenseType(
            field="expense_type", line=name, expense_type=term.expense_type, given=line.expense_type
        )
    if line.amount.currency != allotment.currency:
        raise OtherCurrency(
            field="amount", line=name, currency=allotment.currency, given=line.amount.currency
        )
    others = found.drawn - had if had is not None else found.drawn
    if others + asked > found.claimable:
        raise ClaimAboveClaimable(
            field="amount",
            activity=allotment.activity,
            line=place.line,
            claimable=found.claimable,
            drawn=others,
            asked=asked,
        )


def differences(had: Draws, wanted: Draws) -> dict[str, dict[str, Money]]:
    """By activity and line, how much more is drawn than before, or less, below zero; lines that stay are left out."""
    changes: dict[str, dict[str, Money]] = {}
    for place in sorted(had.keys() | wanted.keys()):
        nothing = zero((had.get(place) or wanted[place]).currency)
        change = wanted.get(place, nothing) - had.get(place, nothing)
        if change != nothing:
            changes.setdefault(place.activity, {})[place.line] = change
    return changes
