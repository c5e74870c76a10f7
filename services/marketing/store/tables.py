"""Activities and what belongs to them, as tables."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, MetaData, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.postgres.tables import NAMES


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        dt.datetime: TIMESTAMP(timezone=True),
        list[str]: ARRAY(Text),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
    }


class ActivityRow(Table):
    """A column for whatever lists are narrowed or sorted by; the rest of the terms in one document, budget lines in rows."""

    __tablename__ = "activities"
    __table_args__ = (
        Index("activities_of_a_requester", "requester", text("place DESC")),
        Index("activities_of_an_organisation", "organisation", text("place DESC")),
        Index("activities_in_a_state", "state", text("place DESC")),
        Index("activities_of_a_class", "activity_class", text("place DESC")),
        Index("activities_at_customers", "customers", postgresql_using="gin"),
        Index("activities_for_products", "products", postgresql_using="gin"),
        Index("activities_in_days", "start_date", "number"),
        Index(
            "activities_to_be_closed", "requester", "overdue_on", postgresql_where=text("state = 'to_close'")
        ),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    # The order in which they were made; lists are paged along it.
    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    requester: Mapped[str]
    organisation: Mapped[str]
    title: Mapped[str]
    activity_class: Mapped[str]
    # Numbers of customers, codes of products.
    customers: Mapped[list[str]]
    products: Mapped[list[str]]
    start_date: Mapped[dt.date | None]
    end_date: Mapped[dt.date | None]
    # As it was agreed, or as it was ended early.
    last_day: Mapped[dt.date | None]
    terms: Mapped[dict[str, Any]]
    attachments: Mapped[list[str]]
    currency: Mapped[str]
    total_minor: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(BigInteger)
    case_open: Mapped[bool]
    edited: Mapped[bool]
    lines_given: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str]
    closure: Mapped[dict[str, Any] | None]
    claimable_until: Mapped[dt.date | None]
    overdue_on: Mapped[dt.date | None]
    ended_early: Mapped[bool]
    open_change: Mapped[str]
    closer: Mapped[str]
    history: Mapped[list[dict[str, Any]]]
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None]
    started_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    closure_submitted_at: Mapped[dt.datetime | None]
    settled_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]


class LineRow(Table):
    """Amounts in the smallest unit of the activity's currency. `actual`: as the closure says; `claimable`: as it was settled."""

    __tablename__ = "activity_lines"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("actual_minor >= 0", name="actual"),
        CheckConstraint("claimable_minor >= 0", name="claimable"),
    )

    activity: Mapped[str] = mapped_column(ForeignKey("activities.number"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    expense_type: Mapped[str]
    # `2026-03`; empty while the activity has no dates.
    month: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str]
    actual_minor: Mapped[int | None] = mapped_column(BigInteger)
    claimable_minor: Mapped[int | None] = mapped_column(BigInteger)


class ChangeRow(Table):
    __tablename__ = "activity_changes"
    __table_args__ = (
        # One at a time: the old terms are known on which it stands.
        Index("changes_under_way", "activity", unique=True, postgresql_where=text("case_open")),
        Index("changes_of_an_activity", "activity", text("place DESC")),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    activity: Mapped[str] = mapped_column(ForeignKey("activities.number"))
    requester: Mapped[str]
    organisation: Mapped[str]
    # Both whole, budget lines included.
    terms: Mapped[dict[str, Any]]
    before: Mapped[dict[str, Any]]
    purpose: Mapped[str]
    attachments: Mapped[list[str]]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(BigInteger)
    case_open: Mapped[bool]
    edited: Mapped[bool]
    reason: Mapped[str]
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None]
    applied_at: Mapped[dt.datetime | None]


class AllotmentRow(Table):
    """What expense holds for an activity, as it was told last: a copy, by which differences are found."""

    __tablename__ = "allotments"

    activity: Mapped[str] = mapped_column(primary_key=True)
    # Counts the changes of the allotment.
    version: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    fully_claimed: Mapped[bool]
    said: Mapped[dict[str, Any]]
    told_at: Mapped[dt.datetime]


class EvidenceRow(Table):
    """What proves that an activity took place. Named `evidence/<id>`."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index("evidence_of_an_activity", "activity", "id"),
        # The same content proves one activity only.
        Index("evidence_by_content", "sha256", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity: Mapped[str] = mapped_column(ForeignKey("activities.number"))
    kind: Mapped[str]
    file_name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    taken_at: Mapped[dt.datetime]
    place: Mapped[str]
    latitude_e6: Mapped[int | None] = mapped_column(Integer)
    longitude_e6: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str]
    uploader: Mapped[str]
    created_at: Mapped[dt.datetime]


class LogEntryRow(Table):
    """What was done for an activity on a day. Named `logEntries/<id>`; rows are added only."""

    __tablename__ = "log_entries"
    __table_args__ = (Index("log_of_an_activity", "activity", "day", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity: Mapped[str] = mapped_column(ForeignKey("activities.number"))
    day: Mapped[dt.date]
    text: Mapped[str]
    writer: Mapped[str]
    created_at: Mapped[dt.datetime]


class PlanRowRow(Table):
    """A row of a yearly plan by its organisation and key, and the activity that was drafted of it. `digest`: of what it said."""

    __tablename__ = "plan_rows"

    organisation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    activity: Mapped[str] = mapped_column(ForeignKey("activities.number"))
    digest: Mapped[str]


class CounterRow(Table):
    """The last number given in a year to documents of a prefix. A row and not a sequence: numbers have no gaps."""

    __tablename__ = "counters"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)


class CaseVerbRow(Table):
    """What cases have done to documents of this service (`chassis.cases.verbs`)."""

    __tablename__ = "case_verbs"

    document: Mapped[str] = mapped_column(primary_key=True)
    effect: Mapped[str] = mapped_column(primary_key=True)
    verb: Mapped[str]
    at: Mapped[dt.datetime]


class ConfigurationRow(Table):
    __tablename__ = "configurations"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, Any]]
    publisher: Mapped[str]
    published_at: Mapped[dt.datetime]
