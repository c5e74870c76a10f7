"""Business calendars, as the use cases keep them, and the steps that are counted by them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from services.approval.domain.cases.names import StepName
from services.approval.domain.people.directory import OrganisationId, PersonId
from services.approval.domain.time.calendar import Override
from services.approval.domain.time.calendars import Calendars as AllCalendars
from services.approval.domain.time.year import Year


class Calendars(Protocol):
    """Every change is a version of its own: what was said before stays there."""

    async def current(self) -> AllCalendars: ...

    async def lock(self) -> None:
        """Let other changes wait until this transaction ends."""
        ...

    def set_days(
        self,
        version: int,
        organisation: OrganisationId,
        days: Iterable[Override],
        removed: Iterable[date],
        *,
        by: PersonId,
        at: datetime,
    ) -> None:
        """`removed`: the organisation says nothing of these days any more."""
        ...

    def publish(self, version: int, year: Year, source: str, *, by: PersonId, at: datetime) -> None: ...

    async def behind(self, version: int) -> int:
        """How many open steps with a deadline are counted by an older version."""
        ...

    async def next_behind(self, version: int, size: int) -> tuple[StepName, ...]:
        """Some of these."""
        ...

    async def provisional(self, after: str, size: int) -> tuple[StepName, ...]:
        """The next open steps behind that id whose deadline is a guess."""
        ...
