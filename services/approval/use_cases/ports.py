"""What the use cases need of the world: repositories, the unit of work, files, permissions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self, TypeAlias, TypeVar, overload
from uuid import UUID

from google.protobuf.message import Message

from chassis.postgres.paging import Page, PageRequest
from chassis.timeline.ledger import Row
from chassis.transaction.requests import Answering
from kernel.actor import Actor
from kernel.text import Text
from kernel.timeline import Event
from services.approval.domain.attachments import Attachment
from services.approval.domain.case import Case
from services.approval.domain.directory import Directory, PersonId
from services.approval.domain.names import CaseName, StepName
from services.approval.domain.policy import Policy
from services.approval.domain.route import Route
from services.approval.domain.steps import Step
from services.approval.domain.work_items import Decision
from services.approval.use_cases.queries import AskCases, AskItems
from services.approval.use_cases.views import (
    CaseView,
    Comment,
    Effect,
    Inbox,
    ItemView,
    PolicyView,
    RouteView,
    Sight,
)
from zhupi.approval.v1.events_pb2 import InboxChanged

T = TypeVar("T")

# Where a page of work items ended: since when the last one was there, and its id.
Place: TypeAlias = tuple[datetime, UUID]


class Cases(Protocol):
    """Everyone who changes anything of a case locks its row first, so that the changes of a case come one by one."""

    async def lock(self, name: CaseName) -> Case:
        """Raises NotFound."""
        ...

    async def lock_with_route(self, name: CaseName, stage: str, round: int) -> tuple[Case, RouteView | None]:
        """The case, locked, and its route for the `round`th walk of a stage, if there is one. Raises NotFound."""
        ...

    async def lock_with_step(
        self, name: CaseName, step: StepName, round: int
    ) -> tuple[Case, Step | None, RouteView | None]:
        """The case, locked, the step, if it is there, and the route of its stage in that round. Raises NotFound."""
        ...

    async def lock_with_item(self, item: UUID) -> tuple[Case, Step]:
        """The case of a work item, and its step. Raises NotFound."""
        ...

    async def of_document(self, document: str) -> tuple[Case, ...]:
        """Every case of the document, oldest first, locked.

        Whoever else starts a case of this document, or brings news of it, waits until this transaction ends.
        """
        ...

    def requested_version(self, case: Case) -> int:
        """The version with which a case was requested that `of_document` has found."""
        ...

    def add(self, case: Case, snapshot: Mapping[str, Any]) -> None: ...

    def save(self, case: Case, snapshot: Mapping[str, Any] | None = None) -> None: ...

    def join(self, name: CaseName, people: Iterable[PersonId]) -> None:
        """They take part in the case from now on, and so may see it."""
        ...

    async def note_signal(
        self, name: CaseName, id: str, signal: str, args: Mapping[str, Any], at: datetime
    ) -> bool:
        """Keep what the workflow is told. False where it was kept before."""
        ...

    # What is shown.

    async def find(self, name: CaseName, sight: Sight) -> CaseView:
        """With everything around it. Raises NotFound, also where it may not be seen."""
        ...

    async def latest_name(self, document: str) -> CaseName:
        """Raises NotFound."""
        ...

    async def page(self, asked: AskCases, sight: Sight, page: PageRequest) -> Page[CaseView]: ...

    async def may_see_document(self, document: str, sight: Sight) -> bool | None:
        """Whether a case of the document is seen; None where it has no case."""
        ...


class Steps(Protocol):
    """Steps with their work items, locked behind their case."""

    async def find(self, name: StepName) -> Step | None: ...

    async def open_steps(self, case: CaseName) -> tuple[Step, ...]: ...

    def add(self, step: Step, round: int) -> None: ...

    def save(self, before: Step, after: Step, at: datetime) -> None: ...

    def add_decision(self, item: UUID, step: StepName, decision: Decision, actor: Actor) -> None: ...

    def consume(self, case: CaseName, steps: Sequence[str], at: datetime) -> None:
        """The workflow knows of these completions."""
        ...

    def consume_all(self, case: CaseName, at: datetime) -> None:
        """The workflow needs to know of nothing any more."""
        ...

    async def note_timer(self, step: StepName, timer: str, n: int, at: datetime) -> bool:
        """False where it has fired before."""
        ...


class Items(Protocol):
    """Work items as people see them."""

    async def find(self, item: UUID, sight: Sight) -> ItemView:
        """Raises NotFound, also where its case may not be seen."""
        ...

    async def inbox(self, asked: AskItems, person: PersonId, page: PageRequest) -> Inbox: ...

    async def next_to_do(
        self, person: PersonId, after: Place | None, size: int
    ) -> tuple[tuple[ItemView, ...], Place | None]:
        """The next items that the person has to do, newest first, and where they end; None at the end of all."""
        ...

    async def standing(self, items: Sequence[UUID], person: PersonId) -> list[tuple[ItemView, bool]]:
        """How these items stand now, and whether the person has to do them."""
        ...

    async def load(self, people: Sequence[PersonId]) -> Mapping[PersonId, int]:
        """How much everyone has to do, counting no further than some thousands."""
        ...


class Routes(Protocol):
    def add(self, case: Case, round: int, route: Route, at: datetime) -> None: ...


class Directories(Protocol):
    async def current(self) -> Directory: ...

    async def lock(self) -> None: ...

    async def add(self, directory: Directory, importer: str, at: datetime) -> None: ...


class Policies(Protocol):
    async def in_force(self, process: str) -> Policy:
        """Raises NoPolicy."""
        ...

    async def version(self, process: str, version: int) -> Policy:
        """Raises NotFound."""
        ...

    async def lock(self, process: str) -> None: ...

    async def titles(self) -> dict[str, Text]:
        """What every process is called, by the policy in force."""
        ...

    async def latest_version(self, process: str) -> int:
        """0 before the first."""
        ...

    async def add(self, view: PolicyView) -> None: ...

    async def view(self, process: str, version: int | None) -> PolicyView:
        """As it was written; without a version the one in force. Raises NotFound."""
        ...

    async def page(self, process: str, page: PageRequest) -> Page[PolicyView]:
        """The versions of a process, newest first; without one, what is in force of every process."""
        ...


class Effects(Protocol):
    async def find(self, case: CaseName, key: str) -> Effect | None: ...

    async def waiting(self, case: CaseName) -> tuple[Effect, ...]: ...

    def save(self, case: CaseName, effect: Effect) -> None: ...

    def settle(self, case: CaseName, key: str, at: datetime) -> None:
        """Whatever this effect has waited for, it waits no more."""
        ...

    def settle_all(self, case: CaseName, at: datetime) -> None:
        """Nothing of this case waits any more."""
        ...


class Comments(Protocol):
    def add(self, case: CaseName, comment: Comment) -> None: ...


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


class WaitingFacts(Protocol):
    """News of documents whose case is not known yet."""

    async def keep(self, document: str, fact_id: str, version: int, fact: bytes, at: datetime) -> None: ...

    async def take(self, document: str) -> tuple[bytes, ...]:
        """Everything that waits for the document, in the order of its versions; it waits no longer."""
        ...


class Files(Protocol):
    """Where contents lie, by their SHA-256. What is there never changes."""

    async def put(self, sha256: str, content: bytes) -> None:
        """Durable when it returns. Content that is there already stays."""
        ...

    def read(self, sha256: str) -> AsyncIterator[bytes]:
        """In pieces of at most 64 KiB. Raises NotFound."""
        ...


class Documents(Protocol):
    """Documents of other services, before there is a case."""

    async def must_be_there(self, document: str) -> None:
        """Raises NotFound where there is none that the caller may see, NotADocument, Unavailable."""
        ...


class ApprovalUnitOfWork(Answering, Protocol):
    """One transaction, rolled back unless committed."""

    @property
    def cases(self) -> Cases: ...
    @property
    def steps(self) -> Steps: ...
    @property
    def items(self) -> Items: ...
    @property
    def routes(self) -> Routes: ...
    @property
    def directories(self) -> Directories: ...
    @property
    def policies(self) -> Policies: ...
    @property
    def effects(self) -> Effects: ...
    @property
    def comments(self) -> Comments: ...
    @property
    def attachments(self) -> Attachments: ...
    @property
    def waiting_facts(self) -> WaitingFacts: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

    def record(self, event: Event, *messages: Message, lane: str | None = None) -> None: ...

    def send(self, lane: str, destination: str, body: Message | bytes, subject: str = "") -> None: ...

    def tell(self, *changes: InboxChanged) -> None:
        """Say, once this is committed, which inboxes have changed: a hint to those who watch them, which may be lost."""
        ...

    async def timeline(self, document: str, page: PageRequest) -> Page[Row]: ...

    @overload
    async def commit(self) -> None: ...
    @overload
    async def commit(self, answer: T) -> T: ...
