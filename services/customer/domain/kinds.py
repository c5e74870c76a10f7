"""What kinds of customers there are, and how they trade."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Kind(Enum):
    PRIMARY_COMMERCIAL = "primary_commercial"
    SECONDARY_COMMERCIAL = "secondary_commercial"
    CHAIN_COMMERCIAL = "chain_commercial"
    OTHER_COMMERCIAL = "other_commercial"
    STORE = "store"
    PHARMACY = "pharmacy"
    HOSPITAL = "hospital"
    COMMUNITY_HEALTH = "community_health"
    TOWNSHIP_HEALTH = "township_health"
    CLINIC = "clinic"
    KEY_PERSON = "key_person"
    MEMBER = "member"
    INTERMEDIARY = "intermediary"
    GOVERNMENT = "government"
    NATURAL_PERSON = "natural_person"

    @property
    def is_commercial(self) -> bool:
        return self in COMMERCIAL


COMMERCIAL: Final = frozenset(
    {Kind.PRIMARY_COMMERCIAL, Kind.SECONDARY_COMMERCIAL, Kind.CHAIN_COMMERCIAL, Kind.OTHER_COMMERCIAL}
)


class Trade(Enum):
    """Whether a customer buys from the group or from another customer."""

    DIRECT = "direct"
    INDIRECT = "indirect"
