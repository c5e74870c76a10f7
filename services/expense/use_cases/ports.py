"""What the use cases need of others: a transaction with its repositories. What they need of approval is in `chassis.cases.ports`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self, TypeVar

from google.protobuf.message import Message

from chassis.cases.ports import CaseVerbs
from chassis.cases.sight import Sight
from chassis.postgres.paging import Page, PageRequest
from kernel.timeline import Event
from services.expense.domain.budget import Budget, BudgetKey, Change, Holdings, Movement
from services.expense.domain.claim import Claim
from services.expense.domain.life import ClaimState
from services.expense.domain.limits import Catalogue
from services.expense.domain.months import BookingMonth, Month
from services.expense.use_cases.allotment_ports import AllotmentBooks, Allotments

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """What is empty does not matter. `words` is a part of number or title; `activity` a name that a line refers to. Deleted
    claims are found by their state only.
    """

    state: ClaimState | None = None
    claimant: str = ""
    organisation: str = ""
    words: str = ""
    activity: str = ""


@dataclass(frozen=True, slots=True)
class BudgetQuery:
    organisation: str = ""
    month: str = ""
    expense_type: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Why a budget moved: when, by whom, for which document, in whose words."""

    at: datetime
    actor: str
    document: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    movement: Movement
    note: Note


class Claims(Protocol):
    async def next_number(self, year: int) -> str: ...
    async def add(self, claim: Claim) -> None: ...
    async def get(self, number: str, sight: Sight) -> Claim: ...
    async def get_for_update(self, number: str, sight: Sight) -> Claim: ...
    async def save(self, claim: Claim) -> None: ...
    async def page(self, query: ClaimQuery, sight: Sight, page: PageRequest) -> Page[Claim]: ...


class Invoices(Protocol):
    async def take(self, claim: Claim) -> None: ...
    async def keep_only(self, claim: Claim) -> None: ...
    async def give_back(self, claim: Claim) -> None: ...


class Budgets(Protocol):
    async def get(self, key: BudgetKey, sight: Sight) -> Budget: ...
    async def lock(self, keys: Collection[BudgetKey]) -> dict[BudgetKey, Budget]: ...
    async def lock_or_make(self, wanted: Collection[tuple[BudgetKey, str]]) -> dict[BudgetKey, Budget]: ...
    async def set_holdings(self, wanted: Mapping[str, Holdings], note: Note) -> None: ...
    async def write(self, changes: Collection[Change], note: Note) -> None: ...
    async def page(self, query: BudgetQuery, sight: Sight, page: PageRequest) -> Page[Budget]: ...
    async def between(self, first: Month, last: Month) -> list[Budget]: ...
    async def movements(self, key: BudgetKey, page: PageRequest) -> Page[Booked]: ...


class Months(Protocol):
    async def share(self, months: Collection[Month]) -> dict[Month, BookingMonth]: ...
    async def must_be_open(self, months: Collection[Month]) -> None: ...
    async def get_for_update(self, month: Month) -> BookingMonth: ...
    async def get(self, months: Collection[Month]) -> dict[Month, BookingMonth]: ...
    async def save(self, month: BookingMonth) -> None: ...
    async def page(self, page: PageRequest) -> Page[BookingMonth]: ...


class Catalogues(Protocol):
    async def get(self, expense_types: Collection[str] | None = None) -> Catalogue: ...
    async def replace(self, catalogue: Catalogue) -> None: ...


class Work(Protocol):
    """One transaction of this service; left without commit, it never was."""

    @property
    def claims(self) -> Claims: ...
    @property
    def case_verbs(self) -> CaseVerbs: ...
    @property
    def invoices(self) -> Invoices: ...
    @property
    def budgets(self) -> Budgets: ...
    @property
    def allotments(self) -> Allotments: ...
    @property
    def allotment_books(self) -> AllotmentBooks: ...
    @property
    def months(self) -> Months: ...
    @property
    def catalogue(self) -> Catalogues: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def record(self, event: Event, *messages: Message) -> None: ...
    async def commit(self, answer: T) -> T: ...
