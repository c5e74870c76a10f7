"""What never changes once it is there, kept in memory for all transactions of this process."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.approval.domain.people.directory import Directory
from services.approval.domain.policies.policy import Policy
from services.approval.domain.time.calendars import Calendars

EMPTY = Directory(version=0)
NO_CALENDARS = Calendars()


@dataclass
class Cache:
    """The versions of the directory and of the calendars that were read last, and every version of a policy that a case has pinned."""

    directory: Directory = EMPTY
    calendars: Calendars = NO_CALENDARS
    policies: dict[tuple[str, int], Policy] = field(default_factory=dict)
