"""What expense holds for an activity, as this service was told last. Expense owns it; here it is a copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from kernel.money import Money

# What an allotment says of each of its lines, as the contract calls it.
AMOUNTS: Final = ("amount", "reserved", "committed", "claimable", "drawn", "spent")


@dataclass(frozen=True, slots=True)
class Share:
    """A line of an allotment. `amounts` by what they are (AMOUNTS), only what is not zero."""

    line: str
    expense_type: str
    month: str
    amounts: Mapping[str, Money]


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

    @property
    def shares(self) -> tuple[Share, ...]:
        return tuple(map(_share, self.said.get("lines", ())))


def _share(said: Mapping[str, Any]) -> Share:
    told = {name: _money(said[name]) for name in AMOUNTS if name in said}
    amounts = {name: amount for name, amount in told.items() if amount.minor}
    return Share(said.get("id", ""), said.get("expenseType", ""), said.get("month", ""), amounts)


def _money(said: Mapping[str, Any]) -> Money:
    """google.type.Money as JSON: what is zero is left out, and 64 bits are text."""
    amount = int(said.get("units", 0)) + Decimal(int(said.get("nanos", 0))).scaleb(-9)
    return Money(Decimal(amount), said.get("currencyCode", "CNY"))
