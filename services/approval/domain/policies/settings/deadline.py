"""How long a step may take, and what happens on the way to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long a step may take and when, before its end, people are reminded. Carried for the timers, not read yet."""

    within: timedelta
    remind: tuple[timedelta, ...] = ()
