"""Cases and what belongs to them, as tables. The directory and the policies are in `reference_tables`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.postgres.tables import NAMES

# Rows are changed by statements, not through objects: what was read before must not stand in for what is there.
AS_STORED: Final = {"populate_existing": True}


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        int: BigInteger,
        datetime: TIMESTAMP(timezone=True),
        dict[str, Any]: JSONB(none_as_null=True),
        list[str]: JSONB,
    }


class CaseRow(Table):
    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("document", "n"),
        Index(
            "one_open_case_per_document", "document", unique=True, postgresql_where=text("state <> 'closed'")
        ),
        Index("cases_of_an_organisation", "organisation", text("place DESC")),
        Index("cases_of_a_requester", "requester", text("place DESC")),
        Index("open_cases", "place", postgresql_where=text("state <> 'closed'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    # The order in which cases came; lists are paged along it.
    place: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    process: Mapped[str]
    document: Mapped[str]
    number: Mapped[str]
    n: Mapped[int]
    # The version with which the case was requested. A request that does not exceed it is a repetition.
    requested_version: Mapped[int]
    document_version: Mapped[int]
    title: Mapped[str]
    # What it is found by (search_text).
    search: Mapped[str]
    amount_minor: Mapped[int | None]
    currency: Mapped[str]
    requester: Mapped[str]
    organisation: Mapped[str]
    policy: Mapped[int]
    facts: Mapped[dict[str, Any]]
    snapshot: Mapped[dict[str, Any]]
    state: Mapped[str]
    outcome: Mapped[str]
    # The point of no return that has been reached, empty while there is none.
    sealed_for: Mapped[str]
    seals: Mapped[dict[str, Any]]
    version: Mapped[int]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # Which case it decides anew, why, about which version, under which policy.
    reopens: Mapped[dict[str, Any] | None]


class RouteRow(Table):
    """`n` counts the routes of a case in the order in which they were planned."""

    __tablename__ = "routes"
    __table_args__ = (UniqueConstraint("case_id", "n"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    route: Mapped[dict[str, Any]]
    document_version: Mapped[int]
    planned_at: Mapped[datetime]


class RouteRevisionRow(Table):
    """What became of a route under way, the last row counts. Append-only: a trigger refuses UPDATE and DELETE."""

    __tablename__ = "route_revisions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["case_id", "stage", "round"], ["routes.case_id", "routes.stage", "routes.round"]
        ),
    )

    case_id: Mapped[str] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # How often it was edited; jumps leave it as it is.
    revision: Mapped[int]
    route: Mapped[dict[str, Any]]
    jumps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    at: Mapped[datetime]


class WalkTurnRow(Table):
    """What a walk counted no longer when it had turned for the `n`th time. Append-only: a trigger refuses UPDATE and DELETE."""

    __tablename__ = "walk_turns"
    __table_args__ = (
        ForeignKeyConstraint(
            ["case_id", "stage", "round"], ["routes.case_id", "routes.stage", "routes.round"]
        ),
    )

    case_id: Mapped[str] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Visits by key.
    void: Mapped[dict[str, Any]]
    passed: Mapped[dict[str, Any]]
    jumped: Mapped[int]
    at: Mapped[datetime]


class StepRow(Table):
    __tablename__ = "steps"
    __table_args__ = (
        UniqueConstraint("case_id", "stage", "key", "visit"),
        # What the reconciler looks through.
        Index(
            "unconsumed_steps",
            "completed_at",
            postgresql_where=text("state = 'completed' AND consumed_at IS NULL"),
        ),
        # What the rescheduler looks through.
        Index(
            "steps_by_calendar",
            "calendar_version",
            "id",
            postgresql_where=text("state = 'open' AND calendar_version IS NOT NULL"),
        ),
        Index("provisional_steps", "id", postgresql_where=text("state = 'open' AND provisional")),
        # By the step of the policy that they are a walk of: who is experienced in it.
        Index("walks_of_a_step", text("split_part(case_id, '/', 1)"), "stage", "key", text("opened_at DESC")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    stage: Mapped[str]
    key: Mapped[str]
    visit: Mapped[int]
    round: Mapped[int]
    # How often its walk had turned when it was opened.
    turns: Mapped[int] = mapped_column(server_default=text("0"))
    mode: Mapped[str]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    earlier: Mapped[list[str]]
    previous: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    state: Mapped[str]
    # Of a vote: how much passes it, how much rejects it.
    terms: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    rules: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    # What is due of it, by name, and the revision of that.
    timers: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    # The deadline under way: how much is left of it, and when that ends. The version of the calendars by which it was counted, and
    # whether it lies in a year of which nothing is announced: both make it move one day.
    countdown: Mapped[dict[str, Any] | None]
    due_at: Mapped[datetime | None]
    calendar_version: Mapped[int | None]
    provisional: Mapped[bool] = mapped_column(server_default=text("false"))
    # The decision that completed it.
    completion: Mapped[dict[str, Any] | None]
    opened_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    # When the workflow was seen to know of the completion, and how often it was told again.
    consumed_at: Mapped[datetime | None]
    told_again: Mapped[int] = mapped_column(server_default=text("0"))
    urged_at: Mapped[datetime | None]


class WorkItemRow(Table):
    __tablename__ = "work_items"
    __table_args__ = (
        Index("work_items_of_a_case", "case_id", "id"),
        Index("work_items_of_a_step", "step_id", "position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    step_id: Mapped[str] = mapped_column(ForeignKey("steps.id"))
    # Place among the approvers of the step, from 0.
    position: Mapped[int]
    candidates: Mapped[list[str]]
    why: Mapped[dict[str, Any]]
    post: Mapped[str]
    state: Mapped[str]
    assignee: Mapped[str]
    decision: Mapped[dict[str, Any] | None]
    version: Mapped[int]
    weight: Mapped[int] = mapped_column(server_default=text("1"))
    # Of added signers: the first item of the seat, the item from which they were added and by whom.
    seat: Mapped[UUID | None]
    parent: Mapped[UUID | None]
    added_by: Mapped[str] = mapped_column(server_default=text("''"))
    # Items that it waits for.
    after: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    removed_by: Mapped[str] = mapped_column(server_default=text("''"))
    # Who has delegated it, the last on top.
    owners: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    # Until when it is snoozed.
    until: Mapped[datetime | None]
    # Of a question: the item whose holder asks.
    answers: Mapped[UUID | None]
    questions: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    created_at: Mapped[datetime]


class ParticipantRow(Table):
    """Who takes part in a case, and so may see it: requester, candidates, deciders, commenters."""

    __tablename__ = "case_participants"
    __table_args__ = (Index("cases_of_a_person", "person", text("place DESC")),)

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]


class ChainRow(Table):
    """Who goes on with the next work item of a case as soon as it comes to them."""

    __tablename__ = "chains"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class DecisionRow(Table):
    """Append-only: a trigger refuses UPDATE and DELETE."""

    __tablename__ = "decisions"
    __table_args__ = (Index("decisions_of_a_case", "case_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("work_items.id"))
    step_id: Mapped[str]
    case_id: Mapped[str]
    person: Mapped[str]
    on_behalf_of: Mapped[str]
    # The service through which the person acted, empty where they called directly.
    service: Mapped[str]
    device: Mapped[str]
    outcome: Mapped[str]
    comment: Mapped[str]
    return_to: Mapped[str]
    # How it goes on after a return.
    resume: Mapped[str] = mapped_column(server_default=text("'walk_again'"))
    document_version: Mapped[int]
    at: Mapped[datetime]


class CommentRow(Table):
    """Append-only: a trigger refuses UPDATE and DELETE."""

    __tablename__ = "comments"
    __table_args__ = (Index("comments_of_a_case", "case_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    author: Mapped[str]
    comment: Mapped[str]
    at: Mapped[datetime]


class EffectRow(Table):
    __tablename__ = "effects"
    __table_args__ = (
        Index("troubled_effects", "case_id", postgresql_where=text("state IN ('waiting', 'refused')")),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    reason: Mapped[str]
    updated_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]


class AttachmentRow(Table):
    __tablename__ = "attachments"
    __table_args__ = (Index("attachments_of_a_document", "document", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document: Mapped[str]
    file_name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    uploader: Mapped[str]
    created_at: Mapped[datetime]
    # Uploaded by somebody who could see the document's case then; otherwise a draft's, of which approval knows nothing.
    under_case: Mapped[bool]


class WaitingFactRow(Table):
    """News about documents whose case is not known yet: a `CaseFact` as it came."""

    __tablename__ = "waiting_facts"

    document: Mapped[str] = mapped_column(primary_key=True)
    fact_id: Mapped[str] = mapped_column(primary_key=True)
    document_version: Mapped[int]
    fact: Mapped[bytes]
    received_at: Mapped[datetime]


class SignalRow(Table):
    """Facts and acts that the workflow was told: a repeated one is dropped, a workflow that begins anew is told again."""

    __tablename__ = "signals"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    # `fact_id` or `act_id`.
    id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(Identity(always=True))
    signal: Mapped[str]
    args: Mapped[dict[str, Any]]
    at: Mapped[datetime]
