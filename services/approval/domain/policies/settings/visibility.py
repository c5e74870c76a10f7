"""Who of those who may see a case sees whom its work is with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Unallocated(StrEnum):
    """Who sees work that nobody has yet."""

    EVERYBODY = "everybody"
    CANDIDATES = "candidates"


class Allocated(StrEnum):
    """Who sees with whom work is that has not been decided."""

    EVERYBODY = "everybody"
    CANDIDATES = "candidates"
    """Those to whom it was offered, too."""
    ASSIGNEE = "assignee"


@dataclass(frozen=True, slots=True)
class Visibility:
    """What is decided is everybody's to see, and who runs the house sees everything."""

    unallocated: Unallocated = Unallocated.EVERYBODY
    allocated: Allocated = Allocated.EVERYBODY


USUAL_VISIBILITY: Final = Visibility()
