"""What lists are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.approval.domain.cases.case import CaseState
from services.approval.domain.people.directory import OrganisationId, PersonId, PostKey


class Box(StrEnum):
    """The lists that everybody has."""

    TO_DO = "to_do"
    DONE = "done"
    REQUESTED = "requested"
    COPIES = "copies"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class AskItems:
    box: Box = Box.TO_DO
    document: str = ""
    process: str = ""


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
