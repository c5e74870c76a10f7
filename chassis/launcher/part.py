"""A part: something the launcher starts, watches, restarts and stops."""

from __future__ import annotations

from pathlib import Path
from signal import Signals
from typing import Protocol

from chassis.embedded.command import Process


class Part(Protocol):
    """`needs` names the parts that must answer first; `patience` is how many seconds it may take to answer.

    `stop_signal` asks it to drain; `orphan_signal` is what it gets when the launcher is no more.
    """

    @property
    def name(self) -> str: ...

    @property
    def needs(self) -> tuple[str, ...]: ...

    @property
    def patience(self) -> float: ...

    @property
    def address(self) -> str: ...

    @property
    def stop_signal(self) -> Signals: ...

    @property
    def orphan_signal(self) -> Signals: ...

    async def prepare(self) -> None:
        """Make what must be there, once, before the first start."""

    async def mend(self) -> None:
        """Clear away what a death left behind, before every later start."""

    async def start(self, log: Path) -> Process: ...

    async def answers(self) -> bool:
        """Whether it does its work by now; asked until it does."""
        ...
