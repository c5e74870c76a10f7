"""What the use cases of an owner need of approval and of their own memory of cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from chassis.cases.messages import Submission


@dataclass(frozen=True, slots=True)
class Employee:
    """What an owner wants to know of a person. `organisation` is an organisation's id."""

    organisation: str
    grade: str
    responsible_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """How a document would be decided. `policy` is the version to pin; `routes` are approval's messages, handed on as they are."""

    policy: str
    routes: tuple[Any, ...]


class Directory(Protocol):
    """Who people are. Owned by approval."""

    async def employee(self, person: str) -> Employee:
        """Raises NotFound, Unavailable."""
        ...

    async def organisations(self) -> frozenset[str]:
        """The ids of all organisations there are now."""
        ...


class Planner(Protocol):
    """Who would decide. Owned by approval."""

    async def plan(self, asked: Submission) -> Plan:
        """Raises the refusals of PreviewRoute: NOBODY_TO_APPROVE, NO_POLICY, …; Unavailable."""
        ...


class Attachments(Protocol):
    """Files that belong to documents. Owned by approval."""

    async def of(self, document: str) -> frozenset[str]:
        """The names of those of a document that the caller may see: `attachments/…`. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A document of a process without code: what somebody has filled in. `requester` is an id, `values` by the form's fields."""

    name: str
    process: str
    title: str = ""
    requester: str = ""
    version: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)
    is_approved: bool = False


class Documents(Protocol):
    """Documents of processes without code. Owned by approval."""

    async def get(self, name: str) -> Filled:
        """Raises NotFound, Unavailable."""
        ...


class CaseVerbs(Protocol):
    async def note(self, effect: str, document: str, verb: Enum, at: datetime) -> bool:
        """Remember for ever that this is done by the transaction under way; False where it was done before.

        The document is locked.
        """
        ...
