"""Names of resources as people read them."""

from __future__ import annotations

from typing import Final

SHOWN_BARE: Final = frozenset(
    {
        "activities",
        "activityChanges",
        "allotments",
        "attachments",
        "budgets",
        "cases",
        "claims",
        "customers",
        "deadLetters",
        "documents",
        "evidence",
        "followUps",
        "licenceRenewals",
        "months",
        "notices",
        "onboardings",
        "organisations",
        "parkedMessages",
        "people",
        "policies",
        "processes",
        "standIns",
        "workItems",
    }
)


def bare(name: str) -> str:
    """A resource name without its collection, as people say it: `EC-2026-000123`, `lihua`. Other text stays as it is."""
    head, _, rest = name.partition("/")
    return rest if rest and head in SHOWN_BARE else name
