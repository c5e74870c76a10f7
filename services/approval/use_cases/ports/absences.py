"""Who is away, and who decides in their place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from chassis.postgres.paging import Page, PageRequest
from services.approval.domain.people.directory import OrganisationId, PersonId
from services.approval.domain.people.stand_ins import StandIn, Standing
from services.approval.use_cases.queries import AskStandIns


class Absences(Protocol):
    """Stand-ins. For whom somebody may act is asked within the transaction of the act."""

    async def stood_in_for(
        self, person: PersonId, process: str, organisation: OrganisationId, at: datetime
    ) -> frozenset[PersonId]:
        """For whom this person may act on cases of the process and organisation, themselves left out."""
        ...

    async def stand_ins_of(
        self, people: Iterable[PersonId], process: str, organisation: OrganisationId, at: datetime
    ) -> frozenset[PersonId]:
        """Who else may act for these people on cases of the process and organisation."""
        ...

    async def standings(self, person: PersonId, at: datetime) -> frozenset[Standing]:
        """For whom this person may act at all, and how far."""
        ...

    async def refuse_expired(self, person: PersonId, on_behalf_of: frozenset[PersonId], at: datetime) -> None:
        """Raises StandInExpired where the person once stood in for one of these people and does so no longer.

        For an act that is refused anyway: whoever believes to stand in still is told why not.
        """
        ...

    async def lock(self) -> None:
        """Let whoever else appoints or ends stand-ins wait until this transaction ends."""
        ...

    async def all_present(self, at: datetime) -> tuple[StandIn, ...]:
        """Every stand-in that has not come to its end."""
        ...

    async def find(self, id: UUID) -> StandIn:
        """Raises NotFound."""
        ...

    async def page(self, asked: AskStandIns, page: PageRequest, at: datetime) -> Page[StandIn]:
        """Newest first."""
        ...

    def add(self, stand_in: StandIn) -> None: ...

    def save(self, stand_in: StandIn) -> None: ...
