"""Waiting for what others do, and asking again where nobody answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from kernel.errors import Code, Refusal
from replay.refusals import DidNotHappen

Seen = TypeVar("Seen")

PATIENCE: Final = 180.0
FIRST_PAUSE: Final = 0.03
LONGEST_PAUSE: Final = 1.0
GROWTH: Final = 1.6
# Answers that leave open whether it was done; asked again with the same request id it is not done twice.
NO_ANSWER: Final = frozenset({Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.RESOURCE_EXHAUSTED})


async def until(
    look: Callable[[], Awaitable[Seen | None]], what: str, patience: float = PATIENCE, first: float = 0.0
) -> Seen:
    """What `look` sees, once it sees something; it looks less and less often. Raises DidNotHappen.

    `first` is how many seconds it surely takes.
    """
    give_up, pause = time.monotonic() + patience, FIRST_PAUSE
    await asyncio.sleep(first)
    while True:
        seen = await insist(look)
        if seen is not None:
            return seen
        if time.monotonic() > give_up:
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
