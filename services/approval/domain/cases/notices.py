"""Notices: what people are told, about a case or anything else, without being asked to do anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kernel.ids import uuid7
from kernel.text import Text
from services.approval.domain.cases.names import CaseName
from services.approval.domain.people.directory import PersonId


class NoticeKind(StrEnum):
    """Copies keep a folder of their own; everything else is news that goes once it is read."""

    COPY = "copy"
    """Somebody, or the policy, wants the person to know of the case (抄送)."""
    WITHDRAWN = "withdrawn"
    """What the person has approved was taken back."""
    REMINDER = "reminder"
    """A step waits for the person, and its deadline comes near or has passed."""
    URGED = "urged"
    """The requester asks for haste."""
    ESCALATED = "escalated"
    """Something that others left undone has come to the person's attention."""
    OVERRIDDEN = "overridden"
    """An administrator has changed the course of a case in which the person takes part."""
    ANSWERED = "answered"
    """A question of the person was answered."""
    AHEAD_DROPPED = "ahead_dropped"
    """What the person has decided ahead of time did not take effect."""
    HANDED_OVER = "handed_over"
    """Work of somebody who leaves is the person's now."""
    ANNOUNCED = "announced"
    """The person will be asked once the steps before theirs are behind."""
    NEWS = "news"
    """The service that keeps what it is about wants the person to know; of a case, or of no case."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`by` is who had it said, empty for the system; `comment` their own words, empty where they added none.

    `case` is None where it is about something else: then `about` is the resource, and `title` says what in a few words.
    """

    id: UUID
    case: CaseName | None
    kind: NoticeKind
    text: Text
    at: datetime
    by: PersonId = ""
    comment: str = ""
    about: str = ""
    title: Text | None = None

    @classmethod
    def new(
        cls,
        case: CaseName | None,
        kind: NoticeKind,
        text: Text,
        at: datetime,
        *,
        by: PersonId = "",
        comment: str = "",
        about: str = "",
        title: Text | None = None,
    ) -> Notice:
        return cls(uuid7(at), case, kind, text, at, by, comment, about, title)

    @property
    def name(self) -> str:
        return f"notices/{self.id}"
