"""Waiting for what others do, and asking again where nobody answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from kernel.errors import Code, Refusal
from replay.refusals import DidNotHappen

Seen = TypeVar("Seen")

PATIENCE: Final = 300.0
FIRST_PAUSE: Final = 0.03
LONGEST_PAUSE: Final = 1.0
GROWTH: Final = 1.6
# Of what is usual: when to look first, and after how long again.
EARLY: Final = 0.8
PATIENTLY: Final = 0.3
LEARNING: Final = 0.1
# Answers that leave open whether it was done; asked again with the same request id it is not done twice.
NO_ANSWER: Final = frozenset({Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.RESOURCE_EXHAUSTED})


class Experience:
    """How long things of a kind have taken lately, so that whoever waits for one looks when it is likely to have happened.

    Thousands who look every few milliseconds would be the load that makes them wait.
    """

    def __init__(self) -> None:
        self._usual: dict[str, float] = {}

    async def until(
        self, kind: str, look: Callable[[], Awaitable[Seen | None]], what: str, patience: float = PATIENCE
    ) -> Seen:
        """What `look` sees, once it sees something. Raises DidNotHappen."""
        begun, usual = time.monotonic(), self._usual.get(kind, FIRST_PAUSE)
        await asyncio.sleep(usual * EARLY)
        pause = max(usual * PATIENTLY, FIRST_PAUSE)
        while True:
            seen = await insist(look)
            took = time.monotonic() - begun
            if seen is not None:
                self._usual[kind] = usual + (took - usual) * LEARNING
                return seen
            if took > patience:
                raise DidNotHappen(what=what, seconds=round(patience))
            await asyncio.sleep(pause)
            pause = min(pause * GROWTH, LONGEST_PAUSE)


async def insist(call: Callable[[], Awaitable[Seen]], patience: float = PATIENCE) -> Seen:
    """The answer, however often it must be asked for. Raises what is refused."""
    give_up, pause = time.monotonic() + patience, FIRST_PAUSE
    while True:
        try:
            return await call()
        except Refusal as refusal:
            if refusal.code not in NO_ANSWER or time.monotonic() > give_up:
                raise
        await asyncio.sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE)
