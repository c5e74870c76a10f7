"""People's lists and what they were told, as tables."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.approval.store.tables import Table

# No infinity: not every client can read it.
NEVER: Final = "'9999-01-01 00:00:00+00'"
LONG_AGO: Final = "'1970-01-01 00:00:00+00'"
# Everything that a list is narrowed by stands in its index: what is not wanted is never looked up in the table.
NARROWED_BY: Final = [
    "process",
    "requester",
    "organisation",
    "amount_minor",
    "currency",
    "due_at",
    "until",
    "case_id",
    "search",
]
# What else a page is made of: a walk along the index of its order looks at nothing but the index.
OF_A_PAGE: Final = ["until", "case_id", "read_at"]


class InboxEntryRow(Table):
    """What stands in somebody's list. One index walk is one page, however many entries there are."""

    __tablename__ = "inbox_entries"
    __table_args__ = (
        Index(
            "lists_by_time",
            "person",
            "box",
            "since",
            "id",
            postgresql_include=[*NARROWED_BY, "read_at"],
            postgresql_where=text("box <> ''"),
        ),
        Index(
            "lists_by_amount",
            "person",
            "box",
            "currency",
            "amount_minor",
            "id",
            postgresql_include=["since", "due_at", *OF_A_PAGE],
            postgresql_where=text("box <> ''"),
        ),
        Index(
            "lists_by_due_time",
            "person",
            "due_at",
            "id",
            postgresql_include=["since", "currency", "amount_minor", *OF_A_PAGE],
            postgresql_where=text("box = 'to_do'"),
        ),
        # So small, its keys being few and the same for many, that ten thousand entries of somebody's are counted in a millisecond.
        Index("lists_counted", "person", "box", "until", postgresql_where=text("box <> ''")),
        Index(
            "unread_notices",
            "person",
            "since",
            "id",
            postgresql_include=["box", *NARROWED_BY],
            postgresql_where=text("read_at IS NULL AND box IN ('copies', 'news')"),
        ),
        Index("entries_of_a_case", "case_id"),
    )

    # The work item's, the notice's, or one of its own for a case that was asked for.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    # `to_do`, `done`, `requested`, `copies`, `news`; empty: asked, but somebody else holds or has decided it.
    box: Mapped[str]
    since: Mapped[datetime]
    # None for news of something else.
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    # Copied from the case. An amount of no currency is none.
    process: Mapped[str]
    requester: Mapped[str]
    organisation: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    search: Mapped[str]
    # The year 9999 without a deadline, so that it sorts behind those with one.
    due_at: Mapped[datetime] = mapped_column(server_default=text(NEVER))
    # Put aside until then: 1970 where it is not, 9999 until somebody takes it up again.
    until: Mapped[datetime] = mapped_column(server_default=text(LONG_AGO))
    read_at: Mapped[datetime | None]


class NoticeRow(Table):
    """Append-only: a trigger refuses UPDATE and DELETE. To whom it was said, and who has read it, is in the entries."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("notices_of_a_case", "case_id", "id"),
        Index("news_once", "key", unique=True, postgresql_where=text("key IS NOT NULL")),
        Index("news_of_a_resource", "about", postgresql_where=text("case_id IS NULL")),
        CheckConstraint("case_id IS NOT NULL OR key IS NOT NULL", name="of_a_case_or_of_a_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    by: Mapped[str]
    zh: Mapped[str]
    en: Mapped[str]
    comment: Mapped[str]
    at: Mapped[datetime]
    # Of news: by which they are told once; of those that are of no case, what they are about, and in a few words.
    key: Mapped[str | None]
    about: Mapped[str] = mapped_column(server_default="")
    title_zh: Mapped[str] = mapped_column(server_default="")
    title_en: Mapped[str] = mapped_column(server_default="")
