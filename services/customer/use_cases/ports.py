"""What the use cases need of others: a transaction with its repositories, the directory, a look for duplicates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from types import TracebackType
from typing import Protocol, Self, TypeVar

from google.protobuf.message import Message

from chassis.cases.ports import Directory as Employees
from chassis.postgres.paging import Page, PageRequest
from kernel.timeline import Event
from services.customer.domain.configuration import Configuration
from services.customer.domain.customer import Customer
from services.customer.domain.duplicates import Known, Lookalike, Sought
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.licence import Licence
from services.customer.domain.licence_watch import Notice
from services.customer.domain.life import CustomerState
from services.customer.use_cases.import_ports import Imports, KnownAs

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


class HasLicences(Enum):
    NONE = "none"
    EXPIRED = "expired"
    EXPIRING = "expiring"


@dataclass(frozen=True, slots=True)
class CustomerQuery:
    """What is empty does not matter. `organisations` None: any. `words` is a part of name, alias, number or credit code.

    `today` and `soon` are the days by which licences have expired, or are about to.
    """

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
    licences: HasLicences | None = None
    today: date | None = None
    soon: date | None = None


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What was typed, word by word (`chassis.reading.words`); None: any."""

    words: tuple[str, ...]
    limit: int
    state: CustomerState | None = None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Belonging:
    """A salesperson's customers; only those of an organisation, only some of them. What is empty does not matter."""

    salesperson: str
    organisation: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """`actor` is who asked for it, `document` what was approved."""

    at: datetime
    before: str
    after: str
    actor: str
    document: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reveal:
    """Somebody saw a phone number: `phone` is its place."""

    by: str
    at: datetime
    customer: str
    phone: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Below:
    """A customer that buys from another. `downstream` is how many buy from it; `visible` whether more of it may be seen."""

    number: str
    name: str
    kind: Kind
    state: CustomerState
    downstream: int
    visible: bool


@dataclass(frozen=True, slots=True)
class Named:
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Counted:
    """One group of a report. `customers` by month are those that were new, `formal` those that became formal."""

    key: str
    customers: int
    formal: int
    lost: int = 0


@dataclass(frozen=True, slots=True)
class LicenceQuery:
    """What is empty does not matter. `expiring_by`: only of registered customers, and only those that have an end."""

    customer: str = ""
    type: str = ""
    expiring_by: date | None = None


@dataclass(frozen=True, slots=True)
class LicenceLine:
    """A licence in a list. `salesperson` is an id."""

    licence: Licence
    customer: Named
    salesperson: str


class ReportBy(Enum):
    ORGANISATION = "organisation"
    KIND = "kind"
    STATE = "state"
    LEVEL = "level"
    PROVINCE = "province"
    MONTH = "month"


class Directory(Employees, Protocol):
    """Who people are, and how organisations lie. Owned by approval."""

    async def below(self, organisation: str) -> frozenset[str]:
        """The organisation and all below it; empty where there is none of that name."""
        ...


class Customers(Protocol):
    async def next_number(self) -> str: ...
    async def next_numbers(self, count: int) -> list[str]: ...
    async def add(self, customer: Customer) -> None: ...
    async def get(self, number: str, sight: Sight) -> Customer: ...
    async def get_for_update(self, number: str, sight: Sight) -> Customer: ...
    async def save(self, customer: Customer) -> None: ...
    async def page(self, query: CustomerQuery, sight: Sight, page: PageRequest) -> Page[Customer]: ...
    async def must_exist(self, numbers: frozenset[str]) -> None:
        """Raises NotFound for the first that is not there, CustomerMerged where it has become part of another."""
        ...

    async def belonging(self, of: Belonging, sight: Sight, limit: int) -> list[Customer]:
        """Locked, in the order of their numbers; those that were merged are not among them."""
        ...

    async def count_belonging(self, of: Belonging, sight: Sight) -> int: ...
    async def named(self, numbers: Collection[str]) -> tuple[Named, ...]: ...
    async def merged_into(self, number: str) -> tuple[Named, ...]: ...


class Hierarchy(Protocol):
    async def lock(self) -> None: ...
    async def from_here_up(self, number: str) -> tuple[str, ...]: ...
    async def touching(self, number: str) -> tuple[tuple[str, ...], tuple[str, ...]]: ...
    async def below(self, number: str, sight: Sight, page: PageRequest) -> Page[Below]: ...
    async def count_below(self, number: str) -> int: ...


class Configurations(Protocol):
    async def current(self) -> Configuration: ...
    async def get(self, version: int) -> Configuration: ...
    async def current_for_update(self) -> Configuration: ...
    async def add(self, configuration: Configuration) -> None: ...


class Levels(Protocol):
    async def add(self, number: str, change: LevelChange) -> None: ...
    async def was_changed_by(self, number: str, document: str) -> bool: ...
    async def page(self, number: str, page: PageRequest) -> Page[LevelChange]: ...


class Reveals(Protocol):
    async def latest(self, by: str, count: int) -> list[datetime]:
        """When somebody saw their latest numbers, newest first; they see no other until this transaction ends."""
        ...

    async def add(self, reveal: Reveal) -> None: ...


class Lookalikes(Protocol):
    async def of(self, wanted: Sought) -> tuple[Lookalike, ...]:
        """Customers that may be this one, the most alike first. Raises DuplicateCreditCode."""
        ...

    async def like(self, wanted: Sought) -> tuple[Lookalike, ...]:
        """The same, and one with its credit code among them."""
        ...


class Search(Protocol):
    async def hits(self, query: SearchQuery, sight: Sight) -> list[Known]:
        """Customers found by fragments of what they are called."""
        ...


class Licences(Protocol):
    async def of(self, number: str) -> tuple[Licence, ...]:
        """All that the customer has, in the order in which they were recorded."""
        ...

    async def put(self, licence: Licence) -> None:
        """Adds a licence or replaces the one of its id."""
        ...

    async def remove(self, licence: Licence) -> None: ...
    async def page(self, query: LicenceQuery, sight: Sight, page: PageRequest) -> Page[LicenceLine]: ...
    async def to_be_watched(
        self, day: date, days: tuple[int, ...], after: str, limit: int
    ) -> tuple[str, ...]:
        """Registered customers of whose licences there is something to say, in the order of their numbers."""
        ...

    async def notices(self, number: str) -> tuple[Notice, ...]: ...
    async def note(self, number: str, notice: Notice, at: datetime) -> None:
        """Remember that it was said."""
        ...


class Reports(Protocol):
    async def by(
        self, by: ReportBy, organisations: frozenset[str] | None, sight: Sight
    ) -> tuple[Counted, ...]: ...


class Asked(Protocol):
    """Onboardings, as far as others must know of them."""

    async def must_be_alone(self, customer: str, but: str = "") -> None:
        """Raises OnboardingOpen where the approval of one for this customer has not ended."""
        ...


class Work(Protocol):
    """One transaction of this service; left without commit, it never was."""

    @property
    def customers(self) -> Customers: ...
    @property
    def lookalikes(self) -> Lookalikes: ...
    @property
    def search(self) -> Search: ...
    @property
    def known_as(self) -> KnownAs: ...
    @property
    def imports(self) -> Imports: ...
    @property
    def licences(self) -> Licences: ...
    @property
    def hierarchy(self) -> Hierarchy: ...
    @property
    def configurations(self) -> Configurations: ...
    @property
    def levels(self) -> Levels: ...
    @property
    def reveals(self) -> Reveals: ...
    @property
    def reports(self) -> Reports: ...
    @property
    def onboardings(self) -> Asked: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def record(self, event: Event, *messages: Message) -> None: ...
    async def commit(self, answer: T) -> T: ...
