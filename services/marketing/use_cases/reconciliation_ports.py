"""What reconciliations need of others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from chassis.postgres.paging import Page, PageRequest
from services.marketing.domain.activity import Activity
from services.marketing.domain.allotment import KnownAllotment
from services.marketing.domain.comparing import Sums
from services.marketing.domain.difference import Difference, DifferenceKind, DifferenceState
from services.marketing.domain.reconciliation import Part, Reconciliation
from services.marketing.use_cases.ports import Work


@dataclass(frozen=True, slots=True)
class DifferenceQuery:
    """What is empty does not matter. Those that are only suspected are found by their state alone."""

    state: DifferenceState | None = None
    kind: DifferenceKind | None = None
    subject: str = ""


class Books(Protocol):
    """What activities hold, as expense says. Each answers a page behind a name, and whether there is more."""

    async def allotments(self, after: str, limit: int) -> tuple[tuple[KnownAllotment, ...], bool]:
        """By name, `activities/…`. Raises Unavailable."""
        ...

    async def budgets(self, after: str, limit: int) -> tuple[tuple[Sums, ...], bool]:
        """By name, `budgets/…`. Raises Unavailable."""
        ...


class Beliefs(Protocol):
    """What this service believes, in the order in which expense tells."""

    async def numbers(self, after: str, limit: int) -> tuple[str, ...]:
        """Of activities and of what is known of allotments, behind a number."""
        ...

    async def activities(self, numbers: Collection[str]) -> dict[str, Activity]: ...
    async def allotments(self, numbers: Collection[str]) -> dict[str, KnownAllotment]: ...
    async def sums(self, after: str, limit: int) -> tuple[Sums, ...]:
        """Of budgets, behind a name."""
        ...


class Reconciliations(Protocol):
    async def open(self) -> Reconciliation | None:
        """The one that is under way; nobody else begins one until the transaction ends."""
        ...

    async def last_began(self) -> datetime | None: ...
    async def add(self, run: Reconciliation) -> None: ...
    async def get(self, id: UUID) -> Reconciliation: ...
    async def get_for_update(self, id: UUID) -> Reconciliation: ...
    async def save(self, run: Reconciliation) -> None: ...
    async def page(self, page: PageRequest) -> Page[Reconciliation]: ...


class Differences(Protocol):
    async def open_between(self, part: Part, after: str, last: str) -> tuple[Difference, ...]:
        """Open ones whose subject lies behind `after` and not behind `last`; empty: to the end."""
        ...

    async def any_suspected(self) -> bool: ...
    async def put(self, difference: Difference) -> None: ...
    async def remove(self, difference: Difference) -> None: ...
    async def page(self, query: DifferenceQuery, page: PageRequest) -> Page[Difference]: ...


class ReconcilingWork(Work, Protocol):
    @property
    def beliefs(self) -> Beliefs: ...
    @property
    def reconciliations(self) -> Reconciliations: ...
    @property
    def differences(self) -> Differences: ...
