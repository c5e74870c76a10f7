"""What customers are held to: people and organisations, and the configuration."""

from __future__ import annotations

from typing import Protocol

from chassis.cases.ports import Directory as Employees
from services.customer.domain.configuration import Configuration


class Directory(Employees, Protocol):
    """Who people are, and how organisations lie. Owned by approval."""

    async def below(self, organisation: str) -> frozenset[str]:
        """The organisation and all below it; empty where there is none of that name."""
        ...


class Configurations(Protocol):
    async def current(self) -> Configuration: ...
    async def get(self, version: int) -> Configuration: ...
    async def current_for_update(self) -> Configuration: ...
    async def add(self, configuration: Configuration) -> None: ...
