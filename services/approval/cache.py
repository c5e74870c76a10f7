"""What never changes once it is there, kept in memory for all transactions of this process."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.approval.domain.people.directory import Directory
from services.approval.domain.policies.policy import Policy

EMPTY = Directory(version=0)


@dataclass
class Cache:
    """The version of the directory that was read last, and every version of a policy that a case has pinned."""

    directory: Directory = EMPTY
    policies: dict[tuple[str, int], Policy] = field(default_factory=dict)
