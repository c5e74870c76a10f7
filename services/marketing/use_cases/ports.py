"""What the use cases need of others: a transaction with its repositories, the directory, customers, expense types, calendars, cases."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Protocol, Self, TypeVar
from uuid import UUID

from google.protobuf.message import Message

from chassis.cases.ports import CaseVerbs
from chassis.cases.ports import Directory as Employees
from chassis.cases.sight import Sight
from chassis.postgres.paging import Page, PageRequest
from chassis.transaction.publishing import Configurations
from kernel.timeline import Event
from services.marketing.domain.activity import Activity
from services.marketing.domain.allotment import KnownAllotment
from services.marketing.domain.change import Change
from services.marketing.domain.change_life import ChangeState
from services.marketing.domain.configuration import Configuration, EvidenceKind
from services.marketing.domain.evidence import Evidence
from services.marketing.domain.execution_log import LogEntry
from services.marketing.domain.life import ActivityState
from services.marketing.domain.report import ReportBy, Reported
from services.marketing.domain.terms import Terms

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ActivityQuery:
    """What is empty does not matter. `organisations` and `classes` None: any. `words` is a part of number or title.

    `first_day` to `last_day`: some day of it lies there. `overdue_on`: its closure was overdue on that day. Deleted ones are
    found by their state only.
    """

    state: ActivityState | None = None
    states: frozenset[ActivityState] | None = None
    classes: frozenset[str] | None = None
    organisations: frozenset[str] | None = None
    requester: str = ""
    customer: str = ""
    product: str = ""
    first_day: date | None = None
    last_day: date | None = None
    overdue_on: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class ChangeQuery:
    activity: str = ""
    state: ChangeState | None = None


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer as its service tells. `state` is what the contract calls it: `CUSTOMER_STATE_CLOSED`."""

    number: str
    state: str
    merged_into: str
    salesperson: str
    organisation: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row of a yearly plan, and the activity (a number) that it became. `deleted`: it was, as a draft."""

    organisation: str
    key: str
    activity: str
    digest: str
    deleted: bool = False


class Directory(Employees, Protocol):
    async def below(self, organisation: str) -> frozenset[str]:
        """The ids of an organisation and of all below it; empty where there is none of that id."""
        ...


class Customers(Protocol):
    """Whom the group sells to. Owned by the customer service."""

    async def of(self, numbers: Collection[str]) -> dict[str, KnownCustomer]:
        """Those of them that there are and that the caller may see. Raises Unavailable."""
        ...


class ExpenseTypes(Protocol):
    """On what money may be spent. Owned by expense."""

    async def codes(self) -> frozenset[str]:
        """Raises Unavailable."""
        ...


class WorkingDays(Protocol):
    """On which days people work. Owned by approval."""

    async def after(self, organisation: str, day: date, days: int) -> date:
        """So many working days after `day`, as the organisation counts them. Raises Unavailable."""
        ...


class Activities(Protocol):
    async def next_number(self, year: int) -> str: ...
    async def add(self, activity: Activity) -> None: ...
    async def get(self, number: str, sight: Sight) -> Activity: ...
    async def get_for_update(self, number: str, sight: Sight) -> Activity: ...
    async def save(self, activity: Activity) -> None: ...
    async def page(self, query: ActivityQuery, sight: Sight, page: PageRequest) -> Page[Activity]: ...
    async def calendar(self, query: ActivityQuery, sight: Sight, page: PageRequest) -> Page[Activity]: ...

    async def must_not_overlap(self, number: str, terms: Terms) -> None:
        """Nobody else submits one of the class at these customers until the transaction ends. Raises OverlappingActivity."""
        ...

    async def overdue(self, requester: str, day: date) -> tuple[str, ...]:
        """The numbers of those whose closure is overdue on that day, the longest first."""
        ...


class Changes(Protocol):
    async def next_number(self, year: int) -> str: ...
    async def add(self, change: Change) -> None: ...
    async def activity_of(self, number: str) -> str: ...
    async def get(self, number: str) -> Change: ...
    async def get_for_update(self, number: str) -> Change: ...
    async def save(self, change: Change) -> None: ...
    async def page(self, query: ChangeQuery, sight: Sight, page: PageRequest) -> Page[Change]: ...


class EvidenceKept(Protocol):
    """What is there to prove that an activity took place."""

    async def kinds(self, activity: str) -> dict[str, EvidenceKind]:
        """By name: `evidence/…`."""
        ...

    async def add(self, evidence: Evidence) -> None:
        """Raises EvidenceSeenBefore: others who bring the same content meanwhile wait for each other."""
        ...

    async def must_be_new(self, sha256: str) -> None:
        """Raises EvidenceSeenBefore."""
        ...

    async def find(self, id: UUID) -> Evidence:
        """Raises NotFound."""
        ...

    async def remove(self, evidence: Evidence) -> None: ...

    async def page(self, activity: str, kind: EvidenceKind | None, page: PageRequest) -> Page[Evidence]:
        """The oldest first."""
        ...


class ExecutionLog(Protocol):
    def add(self, entry: LogEntry) -> None: ...

    async def page(self, activity: str, page: PageRequest) -> Page[LogEntry]:
        """By day."""
        ...


class Reports(Protocol):
    async def by(
        self, by: ReportBy, query: ActivityQuery, sight: Sight
    ) -> tuple[tuple[Reported, ...], tuple[Reported, ...]]:
        """A row for each group and currency, and the totals. Raises ReportTooLong."""
        ...


class YearPlans(Protocol):
    async def lock(self) -> None:
        """Nobody else imports a plan until the transaction ends."""
        ...

    async def known(self, asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], PlanRow]:
        """By organisation and key, those that became an activity before."""
        ...

    def put(self, row: PlanRow) -> None: ...


class Cases(Protocol):
    """Who takes part in which approval. Owned by approval."""

    async def may_see(self, document: str) -> bool:
        """Whether the caller sees a case of the document. Raises Unavailable."""
        ...


class Allotments(Protocol):
    """What expense holds for activities, as it was told last."""

    async def of(self, activity: str) -> KnownAllotment | None: ...

    async def put(self, told: KnownAllotment) -> bool:
        """Whether it is news: what is older than what is known changes nothing."""
        ...


class Work(Protocol):
    """One transaction: rolled back unless `commit` is reached."""

    @property
    def activities(self) -> Activities: ...
    @property
    def changes(self) -> Changes: ...
    @property
    def evidence(self) -> EvidenceKept: ...
    @property
    def execution_log(self) -> ExecutionLog: ...
    @property
    def reports(self) -> Reports: ...
    @property
    def year_plans(self) -> YearPlans: ...
    @property
    def allotments(self) -> Allotments: ...
    @property
    def configurations(self) -> Configurations[Configuration]: ...
    @property
    def case_verbs(self) -> CaseVerbs: ...

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def record(self, event: Event, *messages: Message, lane: str | None = None) -> None: ...
    async def commit(self, answer: T) -> T: ...
