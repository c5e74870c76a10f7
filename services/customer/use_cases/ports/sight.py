"""What somebody may see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see: their own customers, those of these organisations, or everything.

    `responsible_for` also says which customers they own beside their own.
    """

    person: str = ""
    responsible_for: frozenset[str] = frozenset()
    everything: bool = False


EVERYTHING = Sight(everything=True)
