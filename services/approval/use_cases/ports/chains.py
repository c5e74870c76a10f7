"""What people go on with: the next work item of the same kind, the next of the same case."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.people.directory import PersonId


class Chains(Protocol):
    async def same_kind(
        self, person: PersonId, step: StepName, but: UUID, at: datetime, size: int
    ) -> tuple[UUID, ...]:
        """Work items of the same step of other documents in the person's list and pools, the oldest first."""
        ...

    def wish(self, case: CaseName, person: PersonId, at: datetime) -> None:
        """The person wants the next work item of this case that comes to them."""
        ...

    async def wishes(self, case: CaseName) -> tuple[PersonId, ...]:
        """Who wants that, the first who said so first."""
        ...

    def fulfil(self, case: CaseName, person: PersonId) -> None:
        """They have it."""
        ...
