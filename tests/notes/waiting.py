"""Waiting for what other processes do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(look: Callable[[], Awaitable[T]]) -> T:
    """Look until there is something to see; the test's own time-out ends it."""
    while True:
        if seen := await look():
            return seen
        await asyncio.sleep(0.01)
