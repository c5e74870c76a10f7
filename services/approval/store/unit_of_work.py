"""The unit of work of the approval service: one transaction with all repositories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar, overload

from google.protobuf.message import Message
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.observability import telemetry
from chassis.postgres.database import Database
from chassis.postgres.paging import Page, PageRequest
from chassis.timeline.ledger import Row
from chassis.timeline.store import read_timeline
from chassis.transaction.unit_of_work import UnitOfWork
from kernel.timeline import Event
from services.approval.cache import Cache
from services.approval.store.absences import Absences
from services.approval.store.attachments import Attachments
from services.approval.store.calendars import Calendars
from services.approval.store.cases import Cases
from services.approval.store.chains import Chains
from services.approval.store.directory import Directories
from services.approval.store.effects import Comments, Effects
from services.approval.store.form_documents import FormDocuments
from services.approval.store.forms import Forms
from services.approval.store.history import History
from services.approval.store.inboxes import Inboxes
from services.approval.store.items import Items
from services.approval.store.notices import Notices
from services.approval.store.policies import Policies
from services.approval.store.policy_drafts import PolicyDrafts
from services.approval.store.routes import Routes
from services.approval.store.steps import Steps
from services.approval.store.upcoming import UpcomingWork
from services.approval.store.waiting_facts import WaitingFacts
from zhupi.approval.v1.events_pb2 import InboxChanged

T = TypeVar("T")
Hint: TypeAlias = Callable[[Sequence[InboxChanged]], None]


class ApprovalStore(UnitOfWork):
    """`hint` is handed what `tell` was given, once it is committed or may have been."""

    def __init__(self, database: Database, cache: Cache, hint: Hint | None = None) -> None:
        super().__init__(database)
        self._cache = cache
        self._hint = hint
        self._told: list[InboxChanged] = []

    def opened(self, session: AsyncSession) -> None:
        self._told = []
        self.cases = Cases(session, self, self.tell)
        self.steps = Steps(self)
        self.items = Items(self)
        self.inboxes = Inboxes(self)
        self.upcoming = UpcomingWork(self)
        self.routes = Routes(self)
        self.directories = Directories(session, self, self._cache, once=self._only_asks)
        self.absences = Absences(self, self.directories)
        self.policies = Policies(session, self._cache)
        self.policy_drafts = PolicyDrafts(session)
        self.calendars = Calendars(self, self._cache)
        self.forms = Forms(session)
        self.documents = FormDocuments(session, self)
        self.effects = Effects(self)
        self.comments = Comments(self)
        self.chains = Chains(self)
        self.notices = Notices(self, self.tell)
        self.attachments = Attachments(session)
        self.history = History(self)
        self.waiting_facts = WaitingFacts(session)

    def record(self, event: Event, *messages: Message, lane: str | None = None) -> None:
        if event.document.startswith("cases/"):
            telemetry.concerns(case=event.document.removeprefix("cases/"))
        super().record(event, *messages, lane=lane)

    def tell(self, *changes: InboxChanged) -> None:
        self._told += changes

    @overload
    async def commit(self) -> None: ...
    @overload
    async def commit(self, answer: T) -> T: ...
    async def commit(self, answer: object = None) -> object:
        try:
            await super().commit(answer)
        finally:
            # Of a commit that was cut off nobody here knows whether it was done: a hint too many does no harm.
            told, self._told = self._told, []
            if told and self._hint:
                self._hint(told)
        return answer

    async def timeline(self, document: str, page: PageRequest) -> Page[Row]:
        return await read_timeline(self.session, document, page)
