"""How a step may be left backwards, and walked again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Returns(StrEnum):
    """How it goes on once what was returned has been mended."""

    WALK_AGAIN = "walk_again"
    """Everything from there on is asked again."""
    COME_BACK = "come_back"
    """It comes straight back to whoever returned it."""
    CHOICE = "choice"
    """Whoever returns it says which."""


@dataclass(frozen=True, slots=True)
class Returning:
    """`redo`: who decided it may ask, while the stage runs, to decide it again."""

    returns: Returns = Returns.CHOICE
    redo: bool = False


USUAL_RETURNING: Final = Returning()
