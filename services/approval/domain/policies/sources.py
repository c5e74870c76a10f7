"""Sources: the ways in which a policy says who is asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from services.approval.domain.people.directory import CapabilityKey, OrganisationId, PersonId, PostKey


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


@dataclass(frozen=True, slots=True)
class AuthoritySource:
    """The first line manager who holds the level that the matrix `authority` asks for.

    With `chain` all line managers up to that one, as with a ManagerChain; nobody where none of them holds it.
    """

    authority: str
    chain: bool = False
    weight: int = 1


@dataclass(frozen=True, slots=True)
class CapabilitySource:
    """Everyone who has the capability: to a degree of `at_least`, of this very `value`, or at all."""

    capability: CapabilityKey
    at_least: int | None = None
    value: str = ""
    weight: int = 1


@dataclass(frozen=True, slots=True)
class FactSource:
    """Whoever a fact of the document names: a person, or up to `most` people.

    With `among` the requester chooses, and only from those whom these sources name.
    """

    fact: str
    among: tuple[Source, ...] = ()
    most: int = 20
    weight: int = 1


@dataclass(frozen=True, slots=True)
class ChosenSource:
    """Up to `most` people whom the approver of an earlier `step` of this stage names with the decision.

    With `among` only those whom these sources name; otherwise anybody.
    """

    step: str
    among: tuple[Source, ...] = ()
    most: int = 1
    weight: int = 1


@dataclass(frozen=True, slots=True)
class DecidersSource:
    """Everyone who decided a `step`, the last time it was walked: of this stage, or `stage/step` of an earlier one."""

    step: str
    weight: int = 1


# `weight` is what the decision of each of them weighs in a vote.
Source: TypeAlias = (
    PersonSource
    | PostSource
    | ManagerSource
    | ManagerChain
    | AuthoritySource
    | CapabilitySource
    | FactSource
    | ChosenSource
    | DecidersSource
)
# Whom they name is known when the step opens, and not before.
LATE = (ChosenSource, DecidersSource)


def is_late(source: Source) -> bool:
    return isinstance(source, LATE)


def is_chain(source: Source) -> bool:
    """Whether its people are asked in a step each where the mode is `single`."""
    return isinstance(source, ManagerChain) or (isinstance(source, AuthoritySource) and source.chain)
