"""What lists are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from kernel.money import Money
from services.approval.domain.cases.case import CaseState
from services.approval.domain.people.directory import OrganisationId, PersonId, PostKey


class Box(StrEnum):
    """In which of somebody's lists an entry is kept."""

    TO_DO = "to_do"
    DONE = "done"
    REQUESTED = "requested"
    COPIES = "copies"
    NEWS = "news"


class Folder(StrEnum):
    """What people see of their lists."""

    TO_DO = "to_do"
    DONE = "done"
    REQUESTED = "requested"
    COPIES = "copies"
    TO_READ = "to_read"
    """Copies and news that were not read yet."""
    SET_ASIDE = "set_aside"
    """To do, but not now: suspended, or snoozed until later."""


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"
    """What is due soonest, then what has no deadline."""
    LARGEST = "largest"
    """The largest amount of one currency, then of the next, then what has none."""


@dataclass(frozen=True, slots=True)
class Word:
    """Something that was typed. `people` are those whose names it may be part of."""

    text: str
    people: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list is cut down to: whatever all of these hold for. Both ends of the amounts are included; empty: all."""

    process: str = ""
    document: str = ""
    requester: PersonId = ""
    organisations: tuple[OrganisationId, ...] = ()
    amount_from: Money | None = None
    amount_to: Money | None = None
    arrived_from: datetime | None = None
    arrived_before: datetime | None = None
    overdue: bool = False
    words: tuple[Word, ...] = ()


ALL: Final = Narrowed()


@dataclass(frozen=True, slots=True)
class AskItems:
    """`organisation` stands for itself and all below it. Without an order the policy's, or the newest first."""

    folder: Folder = Folder.TO_DO
    narrowed: Narrowed = ALL
    organisation: OrganisationId = ""
    order: Order | None = None
    with_counts: bool = False


@dataclass(frozen=True, slots=True)
class AskCases:
    """`states` empty: in any state; `only_waiting`: with an effect that waits or was refused."""

    process: str = ""
    document: str = ""
    requester: PersonId = ""
    states: tuple[CaseState, ...] = ()
    only_waiting: bool = False


@dataclass(frozen=True, slots=True)
class AskStandIns:
    """`seen_by`: only those in which this person has a part; `only_present`: only those not over."""

    person: PersonId = ""
    deputy: PersonId = ""
    seen_by: PersonId = ""
    only_present: bool = False


@dataclass(frozen=True, slots=True)
class AskPeople:
    query: str = ""
    organisation: OrganisationId = ""
    post: PostKey = ""
