"""What the use cases need of others: a transaction with its repositories, the directory, a look for duplicates."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, TypeVar

from google.protobuf.message import Message

from chassis.postgres.paging import Page, PageRequest
from kernel.timeline import Event
from services.customer.domain.customer import Customer
from services.customer.domain.duplicates import Lookalike
from services.customer.domain.file import File
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.licence import Licence
from services.customer.domain.life import CustomerState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see: their own customers, those of these organisations, or everything.

    `responsible_for` also says which customers they own beside their own.
    """

    person: str = ""
    responsible_for: frozenset[str] = frozenset()
    everything: bool = False


EVERYTHING = Sight(everything=True)


@dataclass(frozen=True, slots=True)
class CustomerQuery:
    """What is empty does not matter. `organisations` None: any. `words` is a part of name, alias, number or credit code."""

    state: CustomerState | None = None
    kind: Kind | None = None
    trade: Trade | None = None
    level: str = ""
    organisations: frozenset[str] | None = None
    salesperson: str = ""
    province: str = ""
    city: str = ""
    blocked: bool | None = None
    words: str = ""
    merged: bool = False
    sort: str = "number"


@dataclass(frozen=True, slots=True)
class Employee:
    """What customer wants to know of a person. `organisation` is an organisation's id."""

    organisation: str
    responsible_for: frozenset[str] = frozenset()


class Directory(Protocol):
    """Who people are. Owned by approval."""

    async def employee(self, person: str) -> Employee:
        """Raises NotFound, Unavailable."""
        ...

    async def below(self, organisation: str) -> frozenset[str]:
        """The organisation and all below it; empty where there is none of that name."""
        ...


class Customers(Protocol):
    async def next_number(self) -> str: ...
    async def add(self, customer: Customer) -> None: ...
    async def get(self, number: str, sight: Sight) -> Customer: ...
    async def get_for_update(self, number: str, sight: Sight) -> Customer: ...
    async def save(self, customer: Customer) -> None: ...
    async def page(self, query: CustomerQuery, sight: Sight, page: PageRequest) -> Page[Customer]: ...
    async def must_exist(self, numbers: frozenset[str]) -> None:
        """Raises NotFound for the first that is not there."""
        ...


class Lookalikes(Protocol):
    async def of(self, file: File, aliases: tuple[str, ...], number: str = "") -> tuple[Lookalike, ...]:
        """Customers that may be the one of this file; the one of this `number` is not asked about."""
        ...


class Licences(Protocol):
    async def of(self, number: str) -> tuple[Licence, ...]:
        """All that the customer has, in the order in which they were recorded."""
        ...

    async def put(self, licence: Licence) -> None:
        """Adds a licence or replaces the one of its id."""
        ...

    async def remove(self, licence: Licence) -> None: ...


class Work(Protocol):
    """One transaction of this service; left without commit, it never was."""

    @property
    def customers(self) -> Customers: ...
    @property
    def lookalikes(self) -> Lookalikes: ...
    @property
    def licences(self) -> Licences: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def record(self, event: Event, *messages: Message) -> None: ...
    async def commit(self, answer: T) -> T: ...
