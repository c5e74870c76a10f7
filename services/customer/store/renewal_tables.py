"""Renewals of licences, as tables."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.store.tables import Table


class LicenceRenewalRow(Table):
    __tablename__ = "licence_renewals"
    __table_args__ = (
        # One at a time: people are asked about a licence once.
        Index(
            "licence_renewals_under_way",
            "customer",
            "type",
            "renews",
            unique=True,
            postgresql_where=text("case_open"),
        ),
        Index("licence_renewals_of_a_customer", "customer", text("place DESC")),
        Index("licence_renewals_of_a_requester", "requester", text("place DESC")),
        Index("licence_renewals_of_an_organisation", "organisation", text("place DESC")),
        Index("licence_renewals_in_a_state", "state", text("place DESC")),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    # The order in which they were made; lists are paged along it.
    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.number"))
    requester: Mapped[str]
    organisation: Mapped[str]
    display_name: Mapped[str]
    kind: Mapped[str]
    # The id of the licence that it renews; empty: one of a type that the customer lacks.
    renews: Mapped[str]
    type: Mapped[str]
    licence_number: Mapped[str]
    scope: Mapped[str]
    issuer: Mapped[str]
    valid_from: Mapped[dt.date | None]
    expiry: Mapped[dt.date | None]
    scan: Mapped[str]
    note: Mapped[str]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(BigInteger)
    case_open: Mapped[bool]
    edited: Mapped[bool]
    reason: Mapped[str]
    # The licence that it renews, as it was submitted.
    previous: Mapped[dict[str, Any] | None]
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None]
    renewed_at: Mapped[dt.datetime | None]


class LicenceRenewalCounterRow(Table):
    """The last number given in a year. A row and not a sequence: numbers have no gaps."""

    __tablename__ = "licence_renewal_counters"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)
