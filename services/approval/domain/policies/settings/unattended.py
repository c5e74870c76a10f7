"""What happens with a step without a person's doing: decided by the system, announced before its turn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Automatic(StrEnum):
    """What the system does in place of people when the step is reached."""

    APPROVE = "approve"
    REJECT = "reject"
    NOTIFY = "notify"
    """The people of the step are told, and it passes."""


class Announce(StrEnum):
    """When the people of a step see what will be asked of them."""

    IN_TURN = "in_turn"
    EARLY = "early"
    """As soon as it is planned."""


@dataclass(frozen=True, slots=True)
class Unattended:
    automatic: Automatic | None = None
    announce: Announce = Announce.IN_TURN


USUAL_UNATTENDED: Final = Unattended()
