"""The directory and the policies as tables: versions that are added and never changed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.approval.store.tables import Table


class DirectoryVersionRow(Table):
    __tablename__ = "directory_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    imported_at: Mapped[datetime]
    importer: Mapped[str]


class _OfDirectory:
    """One row of one version of the directory; `line` only tells rows apart."""

    version: Mapped[int] = mapped_column(ForeignKey("directory_versions.version"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class _Dated:
    """Both days included; empty: open."""

    first: Mapped[date | None]
    last: Mapped[date | None]


class OrganisationRow(_OfDirectory, _Dated, Table):
    __tablename__ = "directory_organisations"

    id: Mapped[str]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    parent: Mapped[str]


class PersonRow(_OfDirectory, _Dated, Table):
    __tablename__ = "directory_people"

    id: Mapped[str]
    name: Mapped[str]
    organisation: Mapped[str]
    grade: Mapped[str]
    email: Mapped[str]
    pinyin: Mapped[str]


class PostRow(_OfDirectory, Table):
    __tablename__ = "directory_posts"

    key: Mapped[str]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    roles: Mapped[list[str]]
    head: Mapped[bool]


class AssignmentRow(_OfDirectory, _Dated, Table):
    __tablename__ = "directory_assignments"

    person: Mapped[str]
    post: Mapped[str]
    organisation: Mapped[str]


class ReportingLineRow(_OfDirectory, _Dated, Table):
    __tablename__ = "directory_reporting_lines"

    person: Mapped[str]
    manager: Mapped[str]


class StandInRow(Table):
    """`deputy` decides for `person`; empty lists: in every process, in every organisation."""

    __tablename__ = "stand_ins"
    __table_args__ = (
        Index("stand_ins_by_a_person", "deputy", "id"),
        Index("stand_ins_for_a_person", "person", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person: Mapped[str]
    deputy: Mapped[str]
    first: Mapped[date | None]
    last: Mapped[date | None]
    processes: Mapped[list[str]]
    organisations: Mapped[list[str]]
    reason: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    ended_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    version: Mapped[int]


class PolicyDraftRow(Table):
    __tablename__ = "policy_drafts"

    process: Mapped[str] = mapped_column(primary_key=True)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    yaml: Mapped[str]
    author: Mapped[str]
    saved_at: Mapped[datetime]
    version: Mapped[int]


class RetirementRow(Table):
    """A version that takes no new cases. Append-only: another version brings the process back."""

    __tablename__ = "policy_retirements"
    __table_args__ = (ForeignKeyConstraint(["process", "version"], ["policies.process", "policies.version"]),)

    process: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    retired_by: Mapped[str]
    retired_at: Mapped[datetime]
    reason: Mapped[str]


class CapabilityRow(_OfDirectory, _Dated, Table):
    __tablename__ = "directory_capabilities"

    person: Mapped[str]
    key: Mapped[str]
    value: Mapped[str]


class PolicyRow(Table):
    """One version of the policy of a process. Append-only: a trigger refuses UPDATE and DELETE."""

    __tablename__ = "policies"

    process: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    yaml: Mapped[str]
    published_at: Mapped[datetime]
    publisher: Mapped[str]
