"""Waiting for what the workflow does next."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Seen = TypeVar("Seen")

PATIENCE = 40.0


async def until(look: Callable[[], Awaitable[Seen | None]], what: str, patience: float = PATIENCE) -> Seen:
    """What `look` sees, once it sees something."""
    give_up = time.monotonic() + patience
    while True:
        if seen := await look():
            return seen
        assert time.monotonic() < give_up, f"{what} did not come within {patience:.0f} s"
        await asyncio.sleep(0.03)
