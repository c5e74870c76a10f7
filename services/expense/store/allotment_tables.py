"""Allotments, their lines, and what claims draw on them, as tables."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.expense.store.tables import Table


class AllotmentRow(Table):
    __tablename__ = "allotments"
    __table_args__ = (
        Index("allotments_of_an_organisation", "organisation", text("place DESC")),
        Index("allotments_in_a_state", "state", text("place DESC")),
    )

    # That of the activity: AC-2026-000123.
    number: Mapped[str] = mapped_column(primary_key=True)
    # The order in which they were made; lists are paged along it.
    place: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    organisation: Mapped[str]
    title: Mapped[str]
    terms_version: Mapped[int]
    state: Mapped[str]
    # Of every amount in it.
    currency: Mapped[str]
    # Terms that are still to be committed: id, expense_type, month, amount_minor. NULL where there are none.
    asked: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    version: Mapped[int]
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]


class AllotmentLineRow(Table):
    """The check is the last guard: the domain refuses long before it."""

    __tablename__ = "allotment_lines"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint(
            "0 <= spent_minor AND spent_minor <= drawn_minor AND drawn_minor <= coalesce(claimable_minor, 0)",
            name="drawn",
        ),
    )

    allotment: Mapped[str] = mapped_column(ForeignKey("allotments.number"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    expense_type: Mapped[str]
    month: Mapped[str]
    amount_minor: Mapped[int]
    # NULL until the activity is settled.
    claimable_minor: Mapped[int | None]
    drawn_minor: Mapped[int]
    spent_minor: Mapped[int]


class DrawRow(Table):
    """What a claim that is submitted, approved or paid draws on a line."""

    __tablename__ = "allotment_draws"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("draws_on_an_allotment", "allotment", "claim", "line"),
    )

    claim: Mapped[str] = mapped_column(ForeignKey("claims.number"), primary_key=True)
    allotment: Mapped[str] = mapped_column(ForeignKey("allotments.number"), primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True)
    amount_minor: Mapped[int]
