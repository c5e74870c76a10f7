"""What a load is made of, whichever is driven: so many cases, so many at once, and what was seen of each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Seen:
    """Seconds. `visible`: from sending a decision until the next approver can see their step."""

    submitted: list[float] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    """From sending the last decision until the case has ended, paid."""
    whole: list[float] = field(default_factory=list)

    def add(self, other: Seen) -> None:
        for name in ("submitted", "acknowledged", "visible", "ended", "whole"):
            getattr(self, name).extend(getattr(other, name))


class Load(Protocol):
    """Something that can be driven: prepared outside the measured time, then one case at a time."""

    async def prepare(self, cases: int) -> None: ...

    async def one(self, seen: Seen) -> None: ...


async def timed(what: Awaitable[T], into: list[float]) -> T:
    begun = time.perf_counter()
    answer = await what
    into.append(time.perf_counter() - begun)
    return answer


async def at_once(most: int, jobs: Iterable[Callable[[], Awaitable[None]]]) -> float:
    """Do all, at most so many at one time. Returns the seconds from the first's start to the last's end."""
    waiting = iter(list(jobs))

    async def client() -> None:
        for job in waiting:
            await job()

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as clients:
        for _ in range(most):
            clients.create_task(client())
    return time.perf_counter() - begun
