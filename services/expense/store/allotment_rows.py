"""Allotments as rows, of SQLAlchemy's or psycopg's making, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from chassis.postgres.wire import json
from kernel.money import Money
from services.expense.domain.allotment import Allotment, Line, Term
from services.expense.domain.allotment_life import AllotmentState
from services.expense.domain.months import Month


def allotment_of(row: Any, lines: Iterable[Any]) -> Allotment:
    """`lines` in the order of their positions."""
    return Allotment(
        number=row.number,
        organisation=row.organisation,
        title=row.title,
        currency=row.currency,
        terms_version=row.terms_version,
        state=AllotmentState(row.state),
        lines=tuple(_line_of(line, row.currency) for line in lines),
        asked=None if row.asked is None else tuple(_asked_of(term, row.currency) for term in row.asked),
        version=row.version,
        create_time=row.created_at,
        update_time=row.updated_at,
    )


def allotments_of(rows: Iterable[Any], lines: Iterable[Any]) -> dict[str, Allotment]:
    """By number, in the order of the rows."""
    grouped = by_allotment(lines)
    return {row.number: allotment_of(row, grouped[row.number]) for row in rows}


def by_allotment(lines: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for line in lines:
        found[line.allotment].append(line)
    return found


def allotment_columns(allotment: Allotment) -> dict[str, Any]:
    asked = None if allotment.asked is None else [_term_columns(term) for term in allotment.asked]
    return {
        "number": allotment.number,
        "organisation": allotment.organisation,
        "title": allotment.title,
        "terms_version": allotment.terms_version,
        "state": allotment.state.value,
        "currency": allotment.currency,
        "asked": json(asked),
        "version": allotment.version,
        "updated_at": allotment.update_time,
    }


def line_columns(allotment: Allotment) -> list[dict[str, Any]]:
    return [
        {
            **_term_columns(line.term),
            "allotment": allotment.number,
            "position": position,
            "claimable_minor": None if line.claimable is None else line.claimable.minor,
            "drawn_minor": line.drawn.minor,
            "spent_minor": line.spent.minor,
        }
        for position, line in enumerate(allotment.lines)
    ]


def _term_columns(term: Term) -> dict[str, Any]:
    return {
        "id": term.id,
        "expense_type": term.expense_type,
        "month": str(term.month),
        "amount_minor": term.amount.minor,
    }


def _line_of(row: Any, currency: str) -> Line:
    amount = Money.from_minor(row.amount_minor, currency)
    return Line(
        Term(row.id, row.expense_type, Month.parse(row.month), amount),
        Money.from_minor(row.drawn_minor, currency),
        Money.from_minor(row.spent_minor, currency),
        None if row.claimable_minor is None else Money.from_minor(row.claimable_minor, currency),
    )


def _asked_of(term: dict[str, Any], currency: str) -> Term:
    amount = Money.from_minor(term["amount_minor"], currency)
    return Term(term["id"], term["expense_type"], Month.parse(term["month"]), amount)
