"""Sources: the ways in which a policy says who is asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from services.approval.domain.people.directory import OrganisationId, PersonId, PostKey


@dataclass(frozen=True, slots=True)
class PersonSource:
    """This very person."""

    person: PersonId
    weight: int = 1


class Where(StrEnum):
    ANYWHERE = "anywhere"
    NAMED = "named"
    """In the organisation named."""
    REQUESTERS = "requester_organisation"
    """In the organisation of the request, or `levels_up` above it."""
    NEAREST = "nearest"
    """In the first organisation, from that of the request upwards, where somebody holds the post."""


@dataclass(frozen=True, slots=True)
class PostSource:
    """Whoever holds the post there."""

    post: PostKey
    where: Where = Where.ANYWHERE
    organisation: OrganisationId = ""
    levels_up: int = 0
    weight: int = 1


@dataclass(frozen=True, slots=True)
class ManagerSource:
    """The requester's line manager; with `level` 2 the manager's manager, and so on."""

    level: int = 1
    weight: int = 1


@dataclass(frozen=True, slots=True)
class ManagerChain:
    """All line managers from the first to the `levels`th, as far as there are; in mode `single` a step each, in order."""

    levels: int
    weight: int = 1


# `weight` is what the decision of each of them weighs in a vote.
Source: TypeAlias = PersonSource | PostSource | ManagerSource | ManagerChain
