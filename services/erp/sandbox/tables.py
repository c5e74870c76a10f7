"""The sandbox's books and its switches, as tables. What is booked is never changed: INSERT only, guarded by triggers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Interval,
    MetaData,
    Text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.postgres.tables import NAMES


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        int: BigInteger,
        datetime: TIMESTAMP(timezone=True),
        timedelta: Interval,
    }


class OrderRow(Table):
    """A payment that was asked for. `place` makes its number."""

    __tablename__ = "payment_orders"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("orders_of_a_document", "document", "place"),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    payee: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    document: Mapped[str]
    taken_at: Mapped[datetime]


class OutcomeRow(Table):
    """What has become of an order, once and for all: `settled` or `refused`. While there is none it is pending."""

    __tablename__ = "payment_outcomes"

    key: Mapped[str] = mapped_column(ForeignKey("payment_orders.key"), primary_key=True)
    state: Mapped[str]
    refusal: Mapped[str]
    at: Mapped[datetime]


class RegistrationRow(Table):
    """A customer that was to be registered. `place` makes its code."""

    __tablename__ = "registration_orders"
    __table_args__ = (
        CheckConstraint("credit_minor > 0", name="credit"),
        Index("registrations_of_a_customer", "customer", "place"),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    customer: Mapped[str]
    name: Mapped[str]
    credit_code: Mapped[str]
    kind: Mapped[str]
    # Empty together where there is no credit.
    currency: Mapped[str | None]
    credit_minor: Mapped[int | None]
    payment_terms_days: Mapped[int] = mapped_column(Integer)
    document: Mapped[str]
    taken_at: Mapped[datetime]


class RegistrationOutcomeRow(Table):
    """What has become of it, once and for all: `registered` or `refused`. While there is none it is pending."""

    __tablename__ = "registration_outcomes"

    key: Mapped[str] = mapped_column(ForeignKey("registration_orders.key"), primary_key=True)
    state: Mapped[str]
    refusal: Mapped[str]
    at: Mapped[datetime]


class FaultsRow(Table):
    """The switches: one row, so that they survive a restart."""

    __tablename__ = "faults"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    delay: Mapped[timedelta]
    unavailable: Mapped[bool]
    refuse_reason: Mapped[str]
    lose_answers: Mapped[bool]
    never_settle: Mapped[bool]
    only_next: Mapped[int] = mapped_column(Integer)
    only_document: Mapped[str]
