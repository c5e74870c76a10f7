"""Claims, their lines and the invoices they use, as tables. Budgets and what else finance keeps are in `budget_tables`.

Amounts are whole numbers of the currency's smallest unit.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.postgres.tables import NAMES


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        int: BigInteger,
        dt.datetime: TIMESTAMP(timezone=True),
        list[str]: ARRAY(Text),
    }


class ClaimRow(Table):
    __tablename__ = "claims"
    __table_args__ = (
        Index("claims_of_a_claimant", "claimant", text("place DESC")),
        Index("claims_of_an_organisation", "organisation", text("place DESC")),
        Index("claims_in_a_state", "state", text("place DESC")),
        CheckConstraint("payable_minor BETWEEN 0 AND total_minor", name="payable"),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    # The order in which claims were made; lists are paged along it.
    place: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    claimant: Mapped[str]
    organisation: Mapped[str]
    title: Mapped[str]
    attachments: Mapped[list[str]]
    cost_centre: Mapped[str]
    state: Mapped[str]
    version: Mapped[int]
    revision: Mapped[int]
    case_open: Mapped[bool]
    edited: Mapped[bool]
    lines_given: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str]
    payment: Mapped[str]
    # Of every amount in the claim.
    currency: Mapped[str]
    total_minor: Mapped[int]
    payable_minor: Mapped[int]
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None]
    paid_at: Mapped[dt.datetime | None]


class LineRow(Table):
    __tablename__ = "claim_lines"
    __table_args__ = (
        Index("lines_of_a_type", "expense_type", "date"),
        Index("lines_for_a_customer", "customer", "date", postgresql_where=text("customer <> ''")),
        Index("lines_for_an_activity", "activity", "date", postgresql_where=text("activity <> ''")),
        Index(
            "lines_on_an_activity",
            "activity_line",
            postgresql_ops={"activity_line": "text_pattern_ops"},
            postgresql_where=text("activity_line <> ''"),
        ),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("tax_minor BETWEEN 0 AND amount_minor", name="tax"),
        CheckConstraint("cut_minor > 0 AND cut_minor <= amount_minor", name="cut"),
    )

    claim: Mapped[str] = mapped_column(ForeignKey("claims.number"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    # Where it stands in the claim, from 0.
    position: Mapped[int] = mapped_column(Integer)
    expense_type: Mapped[str]
    date: Mapped[dt.date]
    amount_minor: Mapped[int]
    tax_minor: Mapped[int | None]
    description: Mapped[str]
    city: Mapped[str]
    customer: Mapped[str]
    activity: Mapped[str]
    # `activities/AC-…/lines/…`, on which the line draws; empty where it uses the claim's own budget.
    activity_line: Mapped[str]
    # Empty together where the line has no invoice.
    invoice_seller: Mapped[str | None]
    invoice_code: Mapped[str | None]
    invoice_number: Mapped[str | None]
    invoice_date: Mapped[dt.date | None]
    invoice_minor: Mapped[int | None]
    # Empty together where finance has cut nothing.
    cut_minor: Mapped[int | None]
    cut_reason: Mapped[str | None]
    cut_by: Mapped[str | None]


class InvoiceUseRow(Table):
    """An invoice that a submitted, approved, paid or returned claim uses. The primary key is what lets it be used once."""

    __tablename__ = "invoice_uses"

    # As compared (domain.invoice.comparable), not as written.
    seller: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    claim: Mapped[str] = mapped_column(ForeignKey("claims.number"), index=True)


class CaseVerbRow(Table):
    """What a case has done to a document, by the effect that asked for it. A workflow that begins again repeats all of it."""

    __tablename__ = "case_verbs"

    # `claims/…`, `allotments/…`
    document: Mapped[str] = mapped_column(primary_key=True)
    effect: Mapped[str] = mapped_column(primary_key=True)
    verb: Mapped[str]
    at: Mapped[dt.datetime]


class ClaimCounterRow(Table):
    """The last claim number given in a year. A row and not a sequence: numbers have no gaps."""

    __tablename__ = "claim_counters"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int]
