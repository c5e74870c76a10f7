"""Licences of customers, and what was said of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from chassis.postgres.paging import Page, PageRequest
from services.customer.domain.configuration import Configuration
from services.customer.domain.licence import Licence
from services.customer.domain.licence_watch import Notice
from services.customer.use_cases.ports.customers import Named
from services.customer.use_cases.ports.sight import Sight


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
        self, day: date, configuration: Configuration, after: str, limit: int
    ) -> tuple[str, ...]:
        """Registered customers, in the order of their numbers: of whose licences there is something to say, who are blocked,
        or who lack what their kind needs.
        """
        ...

    async def notices(self, number: str) -> tuple[Notice, ...]: ...
    async def note(self, number: str, notice: Notice, at: datetime) -> None:
        """Remember that it was said."""
        ...
