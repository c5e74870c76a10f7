"""What is kept beside a customer: its levels, and who saw which phone number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.postgres.paging import Page, PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """`actor` is who asked for it, `document` what was approved."""

    at: datetime
    before: str
    after: str
    actor: str
    document: str
    reason: str = ""


class Levels(Protocol):
    async def add(self, number: str, change: LevelChange) -> None: ...
    async def was_changed_by(self, number: str, document: str) -> bool: ...
    async def page(self, number: str, page: PageRequest) -> Page[LevelChange]: ...


@dataclass(frozen=True, slots=True)
class Reveal:
    """Somebody saw a phone number: `phone` is its place."""

    by: str
    at: datetime
    customer: str
    phone: str
    purpose: str


class Reveals(Protocol):
    async def latest(self, by: str, count: int) -> list[datetime]:
        """When somebody saw their latest numbers, newest first; they see no other until this transaction ends."""
        ...

    async def add(self, reveal: Reveal) -> None: ...
