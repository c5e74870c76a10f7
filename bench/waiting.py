"""How long processes stood in line for a processor: what they were ready to do and did not, because others were at it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

NANOS: Final = 1e9


class Queue:
    """The lines that all threads of some processes have stood in; Linux keeps count."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._places = [Path(f"/proc/{pid}/task") for pid in pids]

    def waited(self) -> float:
        """Seconds so far; 0 where the system does not tell."""
        return sum(_waited(line) for place in self._places for line in _lines(place)) / NANOS


def _lines(place: Path) -> Iterable[str]:
    with suppress(OSError):
        for thread in place.iterdir():
            with suppress(OSError):
                yield (thread / "schedstat").read_text("ascii")


def _waited(line: str) -> int:
    return int(line.split()[1])
