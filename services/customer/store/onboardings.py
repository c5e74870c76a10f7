"""Onboardings inside one transaction."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from chassis.postgres.wire import json
from kernel.money import Money
from services.customer.domain.kinds import Kind
from services.customer.domain.onboarding import Frozen, Onboarding, Terms
from services.customer.domain.onboarding_life import OnboardingOpen, OnboardingState
from services.customer.store.onboarding_tables import OnboardingRow
from services.customer.store.requests import Requests, said_by_all

UNDER_WAY: Final = """
SELECT number FROM onboardings WHERE customer = %(customer)s AND number <> %(but)s AND case_open
"""


class Onboardings(Requests[Onboarding]):
    prefix: ClassVar[str] = "ON"
    collection: ClassVar[str] = Onboarding.collection
    row: ClassVar[type[Any]] = OnboardingRow
    counters: ClassVar[str] = "onboarding_counters"
    columns: ClassVar[tuple[str, ...]] = (
        *("credit_code", "kind", "currency", "credit_minor", "payment_terms_days", "note", "attachments"),
        *("despite", "becomes_direct", "erp_code", "frozen", "frozen_version", "formal_at"),
    )

    async def must_be_alone(self, customer: str, but: str = "") -> None:
        """Whether nobody is asked about this customer already; the customer is locked. Raises OnboardingOpen."""
        (found,) = await self._wire.fetch((UNDER_WAY, {"customer": customer, "but": but}))
        if found:
            raise OnboardingOpen(
                customer=f"customers/{customer}", onboarding=f"onboardings/{found[0].number}"
            )

    def own(self, document: Onboarding) -> dict[str, Any]:
        terms, frozen = document.terms, document.frozen
        return {
            "credit_code": document.credit_code,
            "kind": document.kind.value,
            "currency": terms.credit_limit.currency if terms.credit_limit else None,
            "credit_minor": terms.credit_limit.minor if terms.credit_limit else None,
            "payment_terms_days": terms.payment_terms_days,
            "note": terms.note,
            "attachments": list(terms.attachments),
            "despite": list(terms.despite),
            "becomes_direct": terms.becomes_direct,
            "erp_code": document.erp_code,
            "frozen": json(frozen.said) if frozen else None,
            "frozen_version": frozen.version if frozen else None,
            "formal_at": document.formal_time,
        }

    def read(self, row: Any) -> Onboarding:
        limit = Money.from_minor(row.credit_minor, row.currency) if row.credit_minor is not None else None
        terms = Terms(
            limit,
            row.payment_terms_days,
            row.note,
            tuple(row.attachments),
            tuple(row.despite),
            row.becomes_direct,
        )
        return Onboarding(
            **said_by_all(row),
            state=OnboardingState(row.state),
            credit_code=row.credit_code,
            kind=Kind(row.kind),
            terms=terms,
            erp_code=row.erp_code,
            frozen=Frozen(row.frozen_version, row.frozen) if row.frozen is not None else None,
            formal_time=row.formal_at,
        )
