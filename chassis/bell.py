"""Wakes whoever waits inside this process: a commit rings, the relay listens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Bell:
    """Rings into every ear that listens. An ear stays set until its owner clears it, so no ring is missed."""

    def __init__(self) -> None:
        self._ears: set[asyncio.Event] = set()

    def ring(self) -> None:
        for ear in self._ears:
            ear.set()

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that every ring sets, for the length of the block."""
        ear = asyncio.Event()
        self._ears.add(ear)
        try:
            yield ear
        finally:
            self._ears.discard(ear)
