"""One write: the repositories, what is recorded and told, and the commit."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self, TypeVar, overload

from google.protobuf.message import Message

from chassis.postgres.paging import Page, PageRequest
from chassis.timeline.ledger import Row
from chassis.transaction.requests import Answering
from kernel.timeline import Event
from services.approval.use_cases.ports.absences import Absences
from services.approval.use_cases.ports.calendars import Calendars
from services.approval.use_cases.ports.cases import Cases, Comments, Effects, Notices, Routes, WaitingFacts
from services.approval.use_cases.ports.chains import Chains
from services.approval.use_cases.ports.documents import Attachments
from services.approval.use_cases.ports.forms import FormDocuments, Forms
from services.approval.use_cases.ports.history import History
from services.approval.use_cases.ports.inbox import Inboxes
from services.approval.use_cases.ports.reference import Directories, Policies, PolicyDrafts
from services.approval.use_cases.ports.steps import Items, Steps
from zhupi.approval.v1.events_pb2 import InboxChanged

T = TypeVar("T")


class ApprovalUnitOfWork(Answering, Protocol):
    """One transaction, rolled back unless committed."""

    @property
    def cases(self) -> Cases: ...
    @property
    def steps(self) -> Steps: ...
    @property
    def items(self) -> Items: ...
    @property
    def inboxes(self) -> Inboxes: ...
    @property
    def routes(self) -> Routes: ...
    @property
    def directories(self) -> Directories: ...
    @property
    def chains(self) -> Chains: ...
    @property
    def calendars(self) -> Calendars: ...
    @property
    def policies(self) -> Policies: ...
    @property
    def policy_drafts(self) -> PolicyDrafts: ...
    @property
    def absences(self) -> Absences: ...
    @property
    def forms(self) -> Forms: ...
    @property
    def documents(self) -> FormDocuments: ...
    @property
    def effects(self) -> Effects: ...
    @property
    def comments(self) -> Comments: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def attachments(self) -> Attachments: ...
    @property
    def history(self) -> History: ...
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
