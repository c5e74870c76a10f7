"""What people may do with the items of a step beyond deciding them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Begins(StrEnum):
    """When a work item counts as started."""

    BY_PERSON = "by_person"
    """When its person says so, or acts on it."""
    ON_ALLOCATION = "on_allocation"
    """When it comes into one person's list."""
    ON_CREATION = "on_creation"
    """When it is there: nothing of it is offered or waits to be begun."""


@dataclass(frozen=True, slots=True)
class Acting:
    """`skippable`: people may abstain. `undo`: how long a decision may be taken back, zero for never.

    `urge`: how much time lies between two reminders by the requester. `offers`: who is asked alone is offered the item,
    too, and has it only once they take it. `ahead`: who will surely be asked may decide before the step is reached.
    """

    skippable: bool = False
    undo: timedelta = timedelta()
    begins: Begins = Begins.BY_PERSON
    urge: timedelta = timedelta(hours=4)
    offers: bool = False
    ahead: bool = False


USUAL_ACTING: Final = Acting()
