"""What the use cases need of others: a transaction with its repositories, the directory, the planner."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from google.protobuf.message import Message

from chassis.postgres.paging import Page, PageRequest
from kernel.money import Money
from kernel.timeline import Event
from services.expense.domain.budget import Budget, BudgetKey, Change, Movement, Stage
from services.expense.domain.claim import Claim
from services.expense.domain.life import ClaimState, ClaimVerb
from services.expense.domain.limits import Catalogue
from services.expense.domain.months import BookingMonth, Month

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see: their own claims, claims submitted in and budgets of these organisations, or everything."""

    person: str = ""
    organisations: frozenset[str] = frozenset()
    everything: bool = False


EVERYTHING = Sight(everything=True)


@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """What is empty does not matter. `words` is a part of number or title. Deleted claims are found by their state only."""

    state: ClaimState | None = None
    claimant: str = ""
    organisation: str = ""
    words: str = ""


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


@dataclass(frozen=True, slots=True)
class Employee:
    """What expense wants to know of a person. `organisation` is an organisation's id."""

    organisation: str
    grade: str
    responsible_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """How a claim would be decided. `policy` is the version to pin; `routes` are approval's messages, handed on as they are."""

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

    async def plan(self, claim: Claim, grade: str) -> Plan:
        """Raises the refusals of PreviewRoute: NOBODY_TO_APPROVE, NO_POLICY, …; Unavailable."""
        ...


class Attachments(Protocol):
    """Files that belong to documents. Owned by approval."""

    async def of(self, document: str) -> frozenset[str]:
        """The names of those of a document that the caller may see: `attachments/…`. Raises Unavailable."""
        ...


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
    async def set_holdings(
        self, document: str, stage: Stage, needs: Mapping[BudgetKey, Money], note: Note
    ) -> None: ...
    async def write(self, changes: Collection[Change], note: Note) -> None: ...
    async def page(self, query: BudgetQuery, sight: Sight, page: PageRequest) -> Page[Budget]: ...
    async def between(self, first: Month, last: Month) -> list[Budget]: ...
    async def movements(self, key: BudgetKey, page: PageRequest) -> Page[Booked]: ...


class CaseVerbs(Protocol):
    async def note(self, effect: str, claim: Claim, verb: ClaimVerb, at: datetime) -> bool:
        """Remember for ever that this is done by the transaction under way; False where it was done before.

        The claim is locked.
        """
        ...


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
    def months(self) -> Months: ...
    @property
    def catalogue(self) -> Catalogues: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def record(self, event: Event, *messages: Message) -> None: ...
    async def commit(self, answer: T) -> T: ...
