"""People's lists, as they are read and marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

from chassis.postgres.paging import PageRequest
from services.approval.domain.cases.names import CaseName
from services.approval.domain.people.directory import PersonId
from services.approval.domain.people.stand_ins import Standing
from services.approval.use_cases.queries import Folder, Narrowed, Order
from services.approval.use_cases.views import Counts, Inbox, ItemView, NoticeView

# Where a page of work items ended: since when the last one was there, and its id.
Place: TypeAlias = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose lists they are, and what else they see among what is to be done: for whom they stand in, and how far."""

    person: PersonId
    standings: frozenset[Standing] = frozenset()


class Inboxes(Protocol):
    async def page(
        self,
        folder: Folder,
        whose: Whose,
        narrowed: Narrowed,
        order: Order,
        page: PageRequest,
        at: datetime,
    ) -> Inbox: ...

    async def counts(self, whose: Whose, at: datetime) -> Counts: ...

    async def next_to_do(
        self, whose: Whose, after: Place | None, size: int, at: datetime
    ) -> tuple[tuple[ItemView, ...], Place | None]:
        """The next items that there are to do, newest first, and where they end; None at the end of all."""
        ...

    async def next_unread(
        self, whose: Whose, after: Place | None, size: int, at: datetime
    ) -> tuple[tuple[NoticeView, ...], Place | None]:
        """The next notices that the person has not read, newest first, and where they end; None at the end of all."""
        ...

    async def notices(self, notices: Sequence[UUID], person: PersonId) -> list[NoticeView]:
        """Those of these notices that the person was told."""
        ...

    async def standing(
        self, items: Sequence[UUID], whose: Whose, at: datetime
    ) -> list[tuple[ItemView, bool]]:
        """How these items stand now, and whether they are to be done by them."""
        ...

    async def mark_read(self, ids: Sequence[UUID], whose: Whose, at: datetime) -> int:
        """How many of their own had not been read before. Raises NotFound where one is in none of their lists."""
        ...

    async def was_asked(self, case: CaseName, person: PersonId) -> bool:
        """Whether the person has ever had a work item of the case in their list."""
        ...
