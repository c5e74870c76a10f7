"""What customers are held to: people and organisations."""

from __future__ import annotations

from typing import Protocol

from chassis.cases.ports import Directory as Employees


class Directory(Employees, Protocol):
    """Who people are, and how organisations lie. Owned by approval."""

    async def below(self, organisation: str) -> frozenset[str]:
        """The organisation and all below it; empty where there is none of that name."""
        ...
