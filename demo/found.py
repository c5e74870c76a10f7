"""What a part of the demo met in an installation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kernel.text import Text


class Found(Enum):
    LOADED = "loaded"
    UNCHANGED = "unchanged"
    CHANGED_SINCE = "changed since"


@dataclass(frozen=True, slots=True)
class Part:
    """`rows` is how many were brought in, or are there."""

    title: Text
    found: Found
    rows: int
