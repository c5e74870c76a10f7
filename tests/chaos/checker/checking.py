"""All checks, and what they looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from tests.chaos.checker.acknowledged import acknowledged
from tests.chaos.checker.cases import cases
from tests.chaos.checker.chains import chains
from tests.chaos.checker.deliveries import deliveries
from tests.chaos.checker.endings import endings
from tests.chaos.checker.finding import Check, Finding
from tests.chaos.checker.money import money
from tests.chaos.checker.once import once
from tests.chaos.checker.payments import payments
from tests.chaos.checker.registrations import registrations
from tests.chaos.checker.state import State

CHECKS: Final[tuple[Check, ...]] = (
    acknowledged,
    once,
    endings,
    money,
    payments,
    registrations,
    cases,
    deliveries,
    chains,  # which is what takes long
)


def findings(state: State) -> list[Finding]:
    """Everything that does not fit; empty when every promise was kept."""
    return sorted(set(found(state)))


def found(state: State) -> Iterator[Finding]:
    """One after the other, as they are found."""
    return (finding for check in CHECKS for finding in check(state))


def counted(state: State) -> dict[str, int]:
    """How much was looked at: a check of nothing finds nothing."""
    ends = Counter(f"claims {claim['state']}" for claim in state.expense["claims"])
    ends.update(f"onboardings {onboarding['state']}" for onboarding in state.customer["onboardings"])
    return {
        "acknowledged writes": len(state.said("acknowledged")),
        "claims": len(state.expense["claims"]),
        "onboardings": len(state.customer["onboardings"]),
        **dict(sorted(ends.items())),
        "cases": len(state.approval["cases"]),
        "decisions": len(state.approval["decisions"]),
        "payment orders": len(state.erp["payment_orders"]),
        "registrations": len(state.erp["registration_orders"]),
        "budget entries": len(state.expense["budget_movements"]),
        "timeline rows": sum(len(tables["timeline"]) for tables in state.timelines().values()),
        "messages": sum(len(tables["outbox"]) for tables in state.timelines().values()),
        "workflows": len(state.engine),
    }
