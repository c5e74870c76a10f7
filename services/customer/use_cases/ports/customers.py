"""Customers, and how they are asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Protocol

from chassis.postgres.paging import Page, PageRequest
from services.customer.domain.customer import Customer
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.life import CustomerState
from services.customer.use_cases.ports.sight import Sight


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
class Belonging:
    """A salesperson's customers; only those of an organisation, only some of them. What is empty does not matter."""

    salesperson: str
    organisation: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    number: str
    name: str


class Customers(Protocol):
    async def next_number(self) -> str: ...
    async def next_numbers(self, count: int) -> list[str]: ...
    async def add(self, customer: Customer) -> None: ...
    async def get(self, number: str, sight: Sight) -> Customer: ...
    async def get_for_update(self, number: str, sight: Sight) -> Customer: ...
    async def all_for_update(self, numbers: Collection[str], sight: Sight) -> dict[str, Customer]:
        """Those of them that there are, locked in one order."""
        ...

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
