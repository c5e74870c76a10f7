"""Customers found by what they are called, and those that may be the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.customer.domain.duplicates import Known, Lookalike, Sought
from services.customer.domain.kinds import Kind
from services.customer.domain.life import CustomerState
from services.customer.use_cases.ports.sight import Sight


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What was typed, word by word (`chassis.reading.words`); None: any."""

    words: tuple[str, ...]
    limit: int
    state: CustomerState | None = None
    kind: Kind | None = None


class Search(Protocol):
    async def hits(self, query: SearchQuery, sight: Sight) -> list[Known]:
        """Customers found by fragments of what they are called."""
        ...


class Lookalikes(Protocol):
    async def of(self, wanted: Sought) -> tuple[Lookalike, ...]:
        """Customers that may be this one, the most alike first. Raises DuplicateCreditCode."""
        ...

    async def like(self, wanted: Sought) -> tuple[Lookalike, ...]:
        """The same, and one with its credit code among them."""
        ...

    async def like_each(self, wanted: Sequence[Sought]) -> list[tuple[Lookalike, ...]]:
        """The same for each, asked at once."""
        ...
