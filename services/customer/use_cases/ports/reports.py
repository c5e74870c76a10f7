"""Customers counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from services.customer.use_cases.ports.sight import Sight


class ReportBy(Enum):
    ORGANISATION = "organisation"
    KIND = "kind"
    STATE = "state"
    LEVEL = "level"
    PROVINCE = "province"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Counted:
    """One group of a report. `customers` by month are those that were new, `formal` those that became formal."""

    key: str
    customers: int
    formal: int
    lost: int = 0


class Reports(Protocol):
    async def by(
        self, by: ReportBy, organisations: frozenset[str] | None, sight: Sight
    ) -> tuple[Counted, ...]: ...
