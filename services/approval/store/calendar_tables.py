"""Business calendars as tables: versions that are added and never changed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.approval.store.tables import Table


class CalendarDayRow(Table):
    """On which day an organisation works, or does not; of several rows for a day the newest holds."""

    __tablename__ = "calendar_days"
    __table_args__ = (Index("versions_of_calendar_days", "version"),)

    organisation: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Empty: it says nothing of that day any more.
    working: Mapped[bool | None]
    reason: Mapped[str]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class CalendarYearRow(Table):
    """A year as it was announced; of several rows for a year the newest holds."""

    __tablename__ = "calendar_years"
    __table_args__ = (Index("versions_of_calendar_years", "version"),)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Days in ISO 8601.
    days_off: Mapped[list[str]]
    days_worked: Mapped[list[str]]
    source: Mapped[str]
    published_by: Mapped[str]
    published_at: Mapped[datetime]
