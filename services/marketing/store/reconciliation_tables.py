"""Reconciliations and what they find, as tables."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.marketing.store.tables import Table


class ReconciliationRow(Table):
    __tablename__ = "reconciliations"
    __table_args__ = (
        # One at a time.
        Index(
            "reconciliations_under_way",
            text("(true)"),
            unique=True,
            postgresql_where=text("state <> 'finished'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    begun_by: Mapped[str]
    state: Mapped[str]
    part: Mapped[str]
    # What is behind this name is still to be looked at.
    after: Mapped[str]
    allotments: Mapped[int] = mapped_column(BigInteger)
    budgets: Mapped[int] = mapped_column(BigInteger)
    reported: Mapped[int] = mapped_column(BigInteger)
    repaired: Mapped[int] = mapped_column(BigInteger)
    gone: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(BigInteger)
    started_at: Mapped[dt.datetime]
    resumes_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]


class DifferenceRow(Table):
    __tablename__ = "differences"
    __table_args__ = (
        Index(
            "differences_still_there",
            "subject",
            "kind",
            unique=True,
            postgresql_where=text("state IN ('suspected', 'reported')"),
        ),
        Index("differences_in_a_state", "state", text("id DESC")),
        Index("differences_of_a_subject", "subject", text("id DESC")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]]
    state: Mapped[str]
    first_seen: Mapped[dt.datetime]
    last_seen: Mapped[dt.datetime]
    gone_at: Mapped[dt.datetime | None]
