"""Allotments as messages, and what cases say of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chassis.rpc.values import id_in, money_from_message, money_to_message, time_to_message
from kernel.fields import Faults, within
from kernel.money import Money
from services.expense.domain.allotment import Allotment, Term
from services.expense.domain.allotment_life import AllotmentState
from services.expense.domain.months import Month
from services.expense.domain.shares import Share, shares_of, totals_of
from services.expense.use_cases.allotment_ports import Draw
from zhupi.expense.v1 import allotment_pb2 as pb

STATES: Final = {state: pb.Allotment.State.Value(f"STATE_{state.name}") for state in AllotmentState}
STATES_BACK: Final = {number: state for state, number in STATES.items()}


def allotment_to_message(allotment: Allotment) -> pb.Allotment:
    totals = totals_of(allotment)
    return pb.Allotment(
        name=allotment.name,
        activity=allotment.activity,
        organisation=f"organisations/{allotment.organisation}" if allotment.organisation else "",
        title=allotment.title,
        state=STATES[allotment.state],
        lines=lines_to_messages(allotment),
        version=allotment.version,
        terms_version=allotment.terms_version,
        changing=allotment.is_changing,
        fully_claimed=allotment.is_fully_claimed,
        reserved=money_to_message(totals.reserved),
        committed=money_to_message(totals.committed),
        claimable=money_to_message(totals.claimable),
        drawn=money_to_message(totals.drawn),
        spent=money_to_message(totals.spent),
        in_flight=money_to_message(totals.in_flight),
        create_time=time_to_message(allotment.create_time),
        update_time=time_to_message(allotment.update_time),
    )


def lines_to_messages(allotment: Allotment) -> list[pb.AllotmentLine]:
    return [_line_to_message(share) for share in shares_of(allotment)]


def terms_from_messages(messages: Iterable[pb.AllotmentTerm]) -> tuple[Term, ...]:
    """Names every line that cannot be read."""
    terms, faults = [], Faults()
    for index, message in enumerate(messages):
        with faults.within(f"lines[{index}]"):
            with within("month"):
                month = Month.parse(message.month)
            with within("amount"):
                amount = money_from_message(message.amount)
            terms.append(Term(message.id, message.expense_type, month, amount))
    faults.refuse()
    return tuple(terms)


def costs_from_messages(messages: Iterable[pb.AllotmentCost]) -> tuple[tuple[str, Money], ...]:
    """Names every line that cannot be read."""
    costs, faults = [], Faults()
    for index, message in enumerate(messages):
        with faults.within(f"lines[{index}].actual"):
            costs.append((message.id, money_from_message(message.actual)))
    faults.refuse()
    return tuple(costs)


def draw_to_message(draw: Draw) -> pb.AllotmentDraw:
    return pb.AllotmentDraw(
        claim=f"claims/{draw.claim}", line=draw.line, amount=money_to_message(draw.amount), paid=draw.paid
    )


def number_of(name: str, collection: str, field: str) -> str:
    """`AC-2026-000123` of `activities/AC-2026-000123` or `allotments/AC-2026-000123`. Raises NameMalformed."""
    with within(field):
        return id_in(name, collection)


def _line_to_message(share: Share) -> pb.AllotmentLine:
    line, term = share.line, share.line.term
    return pb.AllotmentLine(
        id=term.id,
        expense_type=term.expense_type,
        month=str(term.month),
        amount=money_to_message(term.amount),
        reserved=money_to_message(share.reserved),
        committed=money_to_message(line.committed),
        claimable=None if line.claimable is None else money_to_message(line.claimable),
        drawn=money_to_message(line.drawn),
        spent=money_to_message(line.spent),
    )
