"""Budgets, holdings and movements as rows, of SQLAlchemy's or psycopg's making, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kernel.money import Money
from services.expense.domain.budget import Budget, BudgetKey, Change, Holdings, Movement, MovementKind, Stage
from services.expense.domain.months import Month
from services.expense.use_cases.ports import Booked, Note

KeyColumns = tuple[str, str, str]


def key_columns(key: BudgetKey) -> KeyColumns:
    return key.organisation, str(key.month), key.expense_type


def named_key(key: BudgetKey) -> dict[str, Any]:
    return {"organisation": key.organisation, "month": str(key.month), "expense_type": key.expense_type}


def key_of(row: Any) -> BudgetKey:
    return BudgetKey(row.organisation, Month.parse(row.month), row.expense_type)


def budget_of(row: Any) -> Budget:
    return Budget(key_of(row), *_columns_of(row), version=row.version)


def budget_columns(budget: Budget) -> dict[str, Any]:
    return {
        **named_key(budget.key),
        "currency": budget.amount.currency,
        "amount_minor": budget.amount.minor,
        "reserved_minor": budget.reserved.minor,
        "committed_minor": budget.committed.minor,
        "spent_minor": budget.spent.minor,
        "version": budget.version,
    }


def holdings_of(rows: Iterable[Any], budgets: Mapping[BudgetKey, Budget]) -> dict[str, Holdings]:
    """What documents hold, by document; `budgets` has all that is held of."""
    held: dict[str, dict[BudgetKey, dict[Stage, Money]]] = {}
    for row in rows:
        key = key_of(row)
        amount = Money.from_minor(row.amount_minor, budgets[key].amount.currency)
        held.setdefault(row.document, {}).setdefault(key, {})[Stage(row.stage)] = amount
    return {document: dict(holdings) for document, holdings in held.items()}


def holding_rows(document: str, holdings: Holdings) -> dict[tuple[BudgetKey, Stage], dict[str, Any]]:
    """By place, what the document's row says there."""
    return {
        (key, stage): {
            **named_key(key),
            "document": document,
            "stage": stage.value,
            "amount_minor": amount.minor,
        }
        for key, held in holdings.items()
        for stage, amount in held.items()
    }


def movement_columns(change: Change, note: Note) -> dict[str, Any]:
    movement = change.movement
    return {
        **named_key(movement.key),
        "at": note.at,
        "kind": movement.kind.value,
        "currency": movement.amount.currency,
        "amount_minor": movement.amount.minor,
        "reserved_minor": movement.reserved.minor,
        "committed_minor": movement.committed.minor,
        "spent_minor": movement.spent.minor,
        "document": note.document,
        "actor": note.actor,
        "reason": note.reason,
    }


def booked_of(row: Any) -> Booked:
    movement = Movement(MovementKind(row.kind), key_of(row), *_columns_of(row))
    return Booked(movement, Note(row.at, row.actor, row.document, row.reason))


def _columns_of(row: Any) -> tuple[Money, Money, Money, Money]:
    """Amount, reserved, committed, spent."""
    return (
        Money.from_minor(row.amount_minor, row.currency),
        Money.from_minor(row.reserved_minor, row.currency),
        Money.from_minor(row.committed_minor, row.currency),
        Money.from_minor(row.spent_minor, row.currency),
    )
