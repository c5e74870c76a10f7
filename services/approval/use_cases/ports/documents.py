"""Attachments, and the documents of other services."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from chassis.postgres.paging import Page, PageRequest
from kernel.errors import Violation
from services.approval.domain.attachments import Attachment
from services.approval.domain.forms.filling_in import Reference, Values
from services.approval.domain.people.directory import PersonId


class Attachments(Protocol):
    async def add(self, attachment: Attachment) -> None: ...

    async def find(self, id: UUID) -> Attachment:
        """Raises NotFound."""
        ...

    async def is_requesters(self, attachment: Attachment) -> bool:
        """Whether it was brought by whoever asked for approval of the document."""
        ...

    async def page(
        self, document: str, uploader: PersonId, page: PageRequest, *, belongs: bool, everything: bool
    ) -> Page[Attachment]:
        """Those of a document: the uploader's; with `belongs` also those of its cases; or everything."""
        ...


class Documents(Protocol):
    """Documents of other services, before there is a case."""

    async def must_be_there(self, document: str) -> None:
        """Raises NotFound where there is none that the caller may see, NotADocument, Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What owners say of what a document names: what is wrong, by paths in the values, and what it is called."""

    faults: tuple[Violation, ...] = ()
    called: tuple[str, ...] = ()


class References(Protocol):
    """What forms refer to. Owned by other services."""

    @property
    def collections(self) -> Collection[str]:
        """Those that somebody answers for."""
        ...

    async def checked(self, process: str, values: Values, named: Sequence[Reference]) -> Checked:
        """By their owners, on behalf of the caller. Raises Unavailable."""
        ...
