"""Onboardings, as tables."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.store.tables import Table


class OnboardingRow(Table):
    __tablename__ = "onboardings"
    __table_args__ = (
        # One at a time: people are asked about a customer once.
        Index("onboardings_under_way", "customer", unique=True, postgresql_where=text("case_open")),
        Index("onboardings_of_a_customer", "customer", text("place DESC")),
        Index("onboardings_of_a_requester", "requester", text("place DESC")),
        Index("onboardings_of_an_organisation", "organisation", text("place DESC")),
        Index("onboardings_in_a_state", "state", text("place DESC")),
        CheckConstraint("credit_minor > 0", name="credit"),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    # The order in which they were made; lists are paged along it.
    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.number"))
    requester: Mapped[str]
    organisation: Mapped[str]
    display_name: Mapped[str]
    credit_code: Mapped[str]
    kind: Mapped[str]
    # Empty together where no credit is asked for.
    currency: Mapped[str | None]
    credit_minor: Mapped[int | None] = mapped_column(BigInteger)
    payment_terms_days: Mapped[int] = mapped_column(Integer)
    note: Mapped[str]
    attachments: Mapped[list[str]]
    despite: Mapped[list[str]]
    becomes_direct: Mapped[bool]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(BigInteger)
    case_open: Mapped[bool]
    edited: Mapped[bool]
    reason: Mapped[str]
    erp_code: Mapped[str]
    # The customer as it was submitted, and in which version.
    frozen: Mapped[dict[str, Any] | None]
    frozen_version: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None]
    formal_at: Mapped[dt.datetime | None]


class OnboardingCounterRow(Table):
    """The last number given in a year. A row and not a sequence: numbers have no gaps."""

    __tablename__ = "onboarding_counters"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)


class CaseVerbRow(Table):
    """What cases have done to documents of this service (`chassis.cases.verbs`)."""

    __tablename__ = "case_verbs"

    document: Mapped[str] = mapped_column(primary_key=True)
    effect: Mapped[str] = mapped_column(primary_key=True)
    verb: Mapped[str]
    at: Mapped[dt.datetime]
