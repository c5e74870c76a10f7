"""What planning looks back at, as tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.approval.store.tables import Table


class TurnRow(Table):
    """The number of a person's latest turn at a step, `place` being `stage/key`; in the row of nobody, of the latest at all."""

    __tablename__ = "turns"

    process: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]


class ChoiceRow(Table):
    """Whom the approver of one step has named for another, or an administrator where `by_step` is empty; the latest counts."""

    __tablename__ = "step_choices"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[list[str]]
    by_step: Mapped[str]
    chooser: Mapped[str]
    at: Mapped[datetime]
