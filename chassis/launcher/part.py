"""A part: something the launcher starts, watches, restarts and stops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from chassis.embedded.command import Command


class Part(Protocol):
    """`needs` names the parts that must answer first; `patience` is how many seconds it may take to answer."""

    @property
    def name(self) -> str: ...

    @property
    def needs(self) -> tuple[str, ...]: ...

    @property
    def patience(self) -> float: ...

    @property
    def address(self) -> str: ...

    async def prepare(self) -> None:
        """Make what must be there, once, before the first start."""

    async def mend(self) -> None:
        """Clear away what a death left behind, before every later start."""

    def command(self) -> Command: ...

    async def answers(self) -> bool:
        """Whether it does its work by now; asked until it does."""
        ...


def dependants(needs: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Who needs whom, turned round. Raises ValueError when needs go in a circle."""
    _refuse_circles(needs)
    return {name: {other for other in needs if name in needs[other]} for name in needs}


def closure(wanted: Iterable[str], needs: Mapping[str, Iterable[str]]) -> set[str]:
    """`wanted` and all that they need, directly or not."""
    found: set[str] = set()
    open_ = list(wanted)
    while open_:
        name = open_.pop()
        if name not in found:
            found.add(name)
            open_ += needs.get(name, ())
    return found


def _refuse_circles(needs: Mapping[str, Iterable[str]]) -> None:
    for name in needs:
        if name in closure((need for need in needs[name] if need in needs), needs):
            raise ValueError(f"{name} needs itself, directly or not")
