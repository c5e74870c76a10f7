"""What the use cases of renewals need of the transaction, beside what all of this service's need."""

from __future__ import annotations

from typing import Protocol

from services.customer.domain.renewal import Renewal
from services.customer.use_cases.request_ports import Requests, RequestWork


class Renewals(Requests[Renewal], Protocol):
    async def under_way(self, customer: str, but: str = "") -> tuple[Renewal, ...]: ...


class RenewalWork(RequestWork, Protocol):
    @property
    def renewals(self) -> Renewals: ...
