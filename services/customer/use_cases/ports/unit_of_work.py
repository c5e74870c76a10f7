"""One transaction of this service."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self, TypeVar

from google.protobuf.message import Message

from chassis.transaction.publishing import Configurations
from kernel.timeline import Event
from services.customer.domain.configuration import Configuration
from services.customer.domain.renewal import Renewal
from services.customer.use_cases.import_ports import Imports, KnownAs
from services.customer.use_cases.ports.customers import Customers
from services.customer.use_cases.ports.finding import Lookalikes, Search
from services.customer.use_cases.ports.hierarchy import Hierarchy
from services.customer.use_cases.ports.history import Levels, Reveals
from services.customer.use_cases.ports.licences import Licences
from services.customer.use_cases.ports.reports import Reports

T = TypeVar("T")


class Asked(Protocol):
    """Onboardings, as far as others must know of them."""

    async def must_be_alone(self, customer: str, but: str = "") -> None:
        """Raises OnboardingOpen where the approval of one for this customer has not ended."""
        ...


class UnderWay(Protocol):
    """Renewals of licences, as far as others must know of them."""

    async def under_way(self, customer: str, but: str = "") -> tuple[Renewal, ...]:
        """Those of the customer whose approval has not ended."""
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
    def configurations(self) -> Configurations[Configuration]: ...
    @property
    def levels(self) -> Levels: ...
    @property
    def reveals(self) -> Reveals: ...
    @property
    def reports(self) -> Reports: ...
    @property
    def onboardings(self) -> Asked: ...
    @property
    def renewals(self) -> UnderWay: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def record(self, event: Event, *messages: Message) -> None: ...
    async def commit(self, answer: T) -> T: ...
