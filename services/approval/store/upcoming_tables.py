"""What lies ahead of people, and what they have decided of it before its turn, as tables."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.approval.store.tables import Table


class UpcomingRow(Table):
    """A planned step that was not reached, for one of its people. Of a case only its stage under way has such rows."""

    __tablename__ = "upcoming"
    __table_args__ = (Index("upcoming_of_a_person", "person", "since", "id"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    # Of the step.
    key: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID]
    stage: Mapped[str]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    is_sure: Mapped[bool]
    may_decide: Mapped[bool]
    since: Mapped[datetime]


class AheadRow(Table):
    """A decision on a step that was not reached. It goes when it takes effect, no longer fits, or is taken back."""

    __tablename__ = "decided_ahead"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    # Whose it is; `by` is who has said it, themselves or whoever stands in for them.
    person: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str]
    # The service through which they acted, empty where they called directly.
    service: Mapped[str]
    device: Mapped[str]
    outcome: Mapped[str]
    comment: Mapped[str]
    document_version: Mapped[int]
    at: Mapped[datetime]
