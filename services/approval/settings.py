"""What the approval service reads from its environment, beside what every component reads."""

from __future__ import annotations

from pydantic import Field

from chassis.config import Settings


class ApprovalSettings(Settings):
    reconcile_seconds: float = Field(
        30.0, gt=0, description="how often completed steps and open cases are compared with their workflows"
    )
    reschedule_seconds: float = Field(
        5.0,
        gt=0,
        description="how often is looked whether deadlines have to follow a calendar that has changed",
    )
    document_owners: dict[str, str] = Field(
        default_factory=lambda: {
            "activities": "marketing",
            "activityChanges": "marketing",
            "claims": "expense",
            "customers": "customer",
            "licenceRenewals": "customer",
            "onboardings": "customer",
        },
        description="JSON: a collection of documents to the component that owns it; files are taken in for its documents",
    )
    reference_owners: dict[str, str] = Field(
        default_factory=lambda: {"customers": "customer"},
        description="JSON: a collection that forms may refer to, to the component that is asked about it (ReferenceService)",
    )
    taken_prefixes: tuple[str, ...] = Field(
        ("EC", "ON", "LR", "AC", "CH"),
        description="JSON: what the numbers of other services' documents begin with",
    )
    unconsumed_seconds: float = Field(
        60.0,
        ge=0,
        description="how long a completed step may be unknown to its workflow before it is told again",
    )
