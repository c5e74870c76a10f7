"""What following up needs of the transaction, beside what all of this service's need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chassis.postgres.paging import Page, PageRequest
from services.customer.domain.follow_up import FollowUp, FollowUpState
from services.customer.use_cases.ports import Sight, Work


@dataclass(frozen=True, slots=True)
class FollowUpQuery:
    """What is empty does not matter."""

    state: FollowUpState | None = None
    process: str = ""
    customer: str = ""


class FollowUps(Protocol):
    async def exists(self, number: str) -> bool: ...
    async def add(self, follow_up: FollowUp) -> None: ...
    async def get(self, number: str, sight: Sight) -> FollowUp:
        """Raises NotFound, also where the caller may not see it."""
        ...

    async def get_for_update(self, number: str, sight: Sight) -> FollowUp: ...
    async def save(self, follow_up: FollowUp) -> None: ...
    async def page(self, query: FollowUpQuery, sight: Sight, page: PageRequest) -> Page[FollowUp]: ...


class FollowUpWork(Work, Protocol):
    @property
    def follow_ups(self) -> FollowUps: ...
