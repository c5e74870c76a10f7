"""An allotment line by line: what each holds of its budget. Sums over lines are what the activity holds."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.money import Money, sum_money, zero
from services.expense.domain.allotment import Allotment, Line, Term
from services.expense.domain.budget import BudgetKey


@dataclass(frozen=True, slots=True)
class Share:
    """A line as agreed, and what is reserved on top for terms that are still to be committed."""

    line: Line
    reserved: Money


@dataclass(frozen=True, slots=True)
class Totals:
    reserved: Money
    committed: Money
    claimable: Money
    drawn: Money
    spent: Money

    @property
    def in_flight(self) -> Money:
        return self.drawn - self.spent


def shares_of(allotment: Allotment) -> tuple[Share, ...]:
    """Every line that is agreed or asked for. One that is to move to another budget is there twice.

    Several lines may have one budget; of what is reserved there each asks for no more than its own rise.
    """
    nothing = zero(allotment.currency)
    left = dict(allotment.on_top)
    agreed = {(line.term.id, allotment.key_of(line.term)): line for line in allotment.lines}
    reserved: dict[tuple[str, BudgetKey], Money] = {}
    lines = dict(agreed)
    for term in allotment.asked or ():
        place = term.id, allotment.key_of(term)
        before = agreed[place].term.amount if place in agreed else nothing
        rise = max(term.amount - before, nothing)
        reserved[place] = min(rise, left.get(place[1], nothing))
        left[place[1]] = left.get(place[1], nothing) - reserved[place]
        if place not in lines:
            lines[place] = Line.of(Term(term.id, term.expense_type, term.month, nothing))
    return tuple(Share(line, reserved.get(place, nothing)) for place, line in lines.items())


def totals_of(allotment: Allotment) -> Totals:
    shares, currency = shares_of(allotment), allotment.currency
    claimable = (share.line.claimable for share in shares)
    return Totals(
        sum_money((share.reserved for share in shares), currency),
        sum_money((share.line.committed for share in shares), currency),
        sum_money((amount for amount in claimable if amount is not None), currency),
        sum_money((share.line.drawn for share in shares), currency),
        sum_money((share.line.spent for share in shares), currency),
    )
