"""What the use cases of onboardings need of the transaction, beside what all of this service's need."""

from __future__ import annotations

from typing import Protocol

from services.customer.domain.onboarding import Onboarding
from services.customer.use_cases.request_ports import Requests, RequestWork


class Onboardings(Requests[Onboarding], Protocol):
    async def must_be_alone(self, customer: str, but: str = "") -> None: ...


class OnboardingWork(RequestWork, Protocol):
    @property
    def onboardings(self) -> Onboardings: ...
