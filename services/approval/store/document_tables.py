"""Processes without code and their documents as tables. Amounts are whole numbers of the currency's smallest unit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.approval.store.tables import Table


class FormRow(Table):
    """One version of a process. Append-only: a trigger refuses UPDATE and DELETE."""

    __tablename__ = "forms"

    process: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # JSON Schema, as it was written.
    form: Mapped[str]
    # The version of the policy that was published with it.
    policy: Mapped[int]
    published_at: Mapped[datetime]
    publisher: Mapped[str]


class DocumentPrefixRow(Table):
    """What the numbers of a process begin with."""

    __tablename__ = "document_prefixes"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    process: Mapped[str] = mapped_column(unique=True)


class DocumentCounterRow(Table):
    """The last number given in a year. A row and not a sequence: numbers have no gaps."""

    __tablename__ = "document_counters"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class DocumentRow(Table):
    __tablename__ = "documents"
    __table_args__ = (
        ForeignKeyConstraint(["process", "form_version"], ["forms.process", "forms.version"]),
        Index("documents_of_a_requester", "requester", text("place DESC")),
        Index("documents_of_an_organisation", "organisation", text("place DESC")),
        Index("documents_of_a_process", "process", text("place DESC")),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    # The order in which documents were made; lists are paged along it.
    place: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    process: Mapped[str]
    form_version: Mapped[int]
    requester: Mapped[str]
    organisation: Mapped[str]
    title: Mapped[str]
    amount_minor: Mapped[int | None]
    currency: Mapped[str]
    # JSON, and not jsonb: numbers stay as they were written.
    content: Mapped[str]
    state: Mapped[str]
    version: Mapped[int]
    revision: Mapped[int]
    case_open: Mapped[bool]
    edited: Mapped[bool]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class SubmissionRow(Table):
    """What was asked for, by which form and under which policy. Append-only: a trigger refuses UPDATE and DELETE."""

    __tablename__ = "document_submissions"

    number: Mapped[str] = mapped_column(ForeignKey("documents.number"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    form_version: Mapped[int]
    policy: Mapped[int]
    at: Mapped[datetime]


class DocumentVerbRow(Table):
    """What a case has done to a document, by the effect that asked for it. A workflow that begins again repeats all of it."""

    __tablename__ = "document_verbs"

    number: Mapped[str] = mapped_column(ForeignKey("documents.number"), primary_key=True)
    effect: Mapped[str] = mapped_column(primary_key=True)
    verb: Mapped[str]
    at: Mapped[datetime]
