"""Who buys from whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chassis.postgres.paging import Page, PageRequest
from services.customer.domain.kinds import Kind
from services.customer.domain.life import CustomerState
from services.customer.use_cases.ports.sight import Sight


@dataclass(frozen=True, slots=True)
class Below:
    """A customer that buys from another. `downstream` is how many buy from it; `visible` whether more of it may be seen."""

    number: str
    name: str
    kind: Kind
    state: CustomerState
    downstream: int
    visible: bool


class Hierarchy(Protocol):
    async def lock(self) -> None: ...
    async def from_here_up(self, number: str) -> tuple[str, ...]: ...
    async def touching(self, number: str) -> tuple[tuple[str, ...], tuple[str, ...]]: ...
    async def below(self, number: str, sight: Sight, page: PageRequest) -> Page[Below]: ...
    async def count_below(self, number: str) -> int: ...
