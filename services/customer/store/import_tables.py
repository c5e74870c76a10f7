"""Imports and their rows, as tables."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.store.tables import Table


class ImportTableRow(Table):
    __tablename__ = "customer_imports"
    __table_args__ = (
        Index("customer_imports_of_an_owner", "owner", text("number DESC")),
        Index(
            "customer_imports_at_work", "number", postgresql_where=text("state IN ('checking', 'running')")
        ),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    file_name: Mapped[str]
    sheet: Mapped[str]
    columns: Mapped[list[dict[str, Any]]]
    rows: Mapped[int]
    state: Mapped[str]
    # How many rows have been looked at since it was started: it goes on from there, whoever goes on with it.
    cursor: Mapped[int]
    counts: Mapped[dict[str, Any]]
    roles: Mapped[list[str]]
    version: Mapped[int]
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]


class ImportedRow(Table):
    """A row of the file, and what became of it: nothing yet where `outcome` is empty."""

    __tablename__ = "customer_import_rows"
    __table_args__ = (Index("customer_import_rows_of_an_outcome", "import_number", "outcome", "place"),)

    import_number: Mapped[str] = mapped_column(ForeignKey("customer_imports.number"), primary_key=True)
    # The first is 0, whatever its line.
    place: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int]
    cells: Mapped[list[Any]] = mapped_column(JSONB)
    # The line above that is about the same customer.
    same_as: Mapped[int | None]
    outcome: Mapped[str]
    customer: Mapped[str]
    faults: Mapped[list[dict[str, Any]]]
