"""What expense holds for an activity, as this service was told last. Expense owns it; here it is a copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class KnownAllotment:
    """`activity` is a number. `version` counts the changes of the allotment: the higher one is true. `state` is what the
    contract calls it: `STATE_SETTLED`; `said` the whole of the message, as JSON."""

    activity: str
    version: int
    state: str
    fully_claimed: bool
    said: Mapping[str, Any]
    time: datetime
