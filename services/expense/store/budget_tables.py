"""Budgets, what documents hold of them, every movement, and what finance sets: months, expense types, limits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from services.expense.store.tables import Table

BUDGET_KEY = ("organisation", "month", "expense_type")


class BudgetRow(Table):
    """The constraints are the last guard: the domain refuses long before them."""

    __tablename__ = "budgets"
    __table_args__ = (
        CheckConstraint("reserved_minor >= 0 AND committed_minor >= 0 AND spent_minor >= 0", name="held"),
        CheckConstraint("reserved_minor + committed_minor + spent_minor <= amount_minor", name="free"),
        Index("budgets_of_a_month", "month", "organisation", "expense_type"),
    )

    organisation: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    expense_type: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str]
    amount_minor: Mapped[int]
    reserved_minor: Mapped[int]
    committed_minor: Mapped[int]
    spent_minor: Mapped[int]
    version: Mapped[int]


class HoldingRow(Table):
    """What a document holds of a budget at a stage: one row, set anew whenever it changes."""

    __tablename__ = "budget_holdings"
    __table_args__ = (
        ForeignKeyConstraint(BUDGET_KEY, [f"budgets.{column}" for column in BUDGET_KEY]),
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("holdings_of_a_budget", *BUDGET_KEY),
    )

    document: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    expense_type: Mapped[str] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    amount_minor: Mapped[int]


class MovementRow(Table):
    """INSERT only. `…_minor` say by how much each column of the budget changed."""

    __tablename__ = "budget_movements"
    __table_args__ = (
        ForeignKeyConstraint(BUDGET_KEY, [f"budgets.{column}" for column in BUDGET_KEY]),
        Index("movements_of_a_budget", *BUDGET_KEY, text("position DESC")),
    )

    position: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    organisation: Mapped[str]
    month: Mapped[str]
    expense_type: Mapped[str]
    at: Mapped[datetime]
    kind: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    reserved_minor: Mapped[int]
    committed_minor: Mapped[int]
    spent_minor: Mapped[int]
    document: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str]


class MonthRow(Table):
    """A month that somebody has used or closed. Whoever uses a month shares its row; whoever closes it takes it alone."""

    __tablename__ = "months"

    month: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    version: Mapped[int]


class ExpenseTypeRow(Table):
    __tablename__ = "expense_types"

    code: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(Integer)
    zh: Mapped[str]
    en: Mapped[str]
    invoice_needed: Mapped[bool]


class LimitRow(Table):
    __tablename__ = "limits"

    expense_type: Mapped[str] = mapped_column(primary_key=True)
    grade: Mapped[str] = mapped_column(primary_key=True)
    city: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(Integer)
    currency: Mapped[str]
    per_line_minor: Mapped[int]
