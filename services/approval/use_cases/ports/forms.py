"""Processes without code and their documents, as the use cases keep and show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.postgres.paging import Page, PageRequest
from services.approval.domain.cases.names import CaseName
from services.approval.domain.documents.document import Document, DocumentState, DocumentVerb, Submission
from services.approval.domain.forms.form import Form
from services.approval.domain.people.directory import OrganisationId, PersonId
from services.approval.use_cases.views import Sight


@dataclass(frozen=True, slots=True)
class ProcessView:
    """A version of a process as it was published: its form, and the version of the policy that came with it."""

    form: Form
    policy: int
    publisher: PersonId
    published_at: datetime


@dataclass(frozen=True, slots=True)
class AskDocuments:
    """What is empty does not matter. `words` is a part of number or title. Deleted ones are found by their state only."""

    process: str = ""
    state: DocumentState | None = None
    requester: PersonId = ""
    organisation: OrganisationId = ""
    words: str = ""


class Forms(Protocol):
    async def latest(self, process: str) -> ProcessView | None: ...

    async def form(self, process: str, version: int) -> Form:
        """Raises NotFound."""
        ...

    async def view(self, process: str, version: int | None) -> ProcessView:
        """A version, or the latest. Raises NotFound."""
        ...

    async def page(self, process: str, page: PageRequest) -> Page[ProcessView]:
        """The versions of a process, newest first; without one, the latest of every process."""
        ...

    async def take_prefix(self, prefix: str, process: str) -> bool:
        """False where the numbers of another process begin so."""
        ...

    async def add(self, view: ProcessView) -> None: ...


class FormDocuments(Protocol):
    async def next_number(self, prefix: str, year: int) -> str:
        """Without gaps: others who want one wait until this transaction ends."""
        ...

    def add(self, document: Document) -> None: ...

    async def get(self, number: str, sight: Sight) -> Document:
        """Raises NotFound, also where the caller may not see it."""
        ...

    async def get_for_update(self, number: str, sight: Sight) -> Document:
        """Locked until the transaction ends. Raises NotFound."""
        ...

    def save(self, document: Document) -> None: ...

    async def page(self, asked: AskDocuments, sight: Sight, page: PageRequest) -> Page[Document]:
        """Newest first."""
        ...

    async def newest(self, asked: AskDocuments, sight: Sight, most: int) -> tuple[Document, ...]: ...

    def submitted(self, submission: Submission) -> None: ...

    async def submission(self, case: CaseName, round: int) -> Submission:
        """The `round`th submission of a case. Raises NotFound."""
        ...

    async def note(self, effect: str, document: Document, verb: DocumentVerb, at: datetime) -> bool:
        """Remember for ever that this is done by the transaction under way; False where it was done before."""
        ...
