"""What lies ahead of people, and what they have decided of it before its turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.postgres.paging import Page, PageRequest
from services.approval.domain.cases.names import CaseName
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.ahead import Upcoming
from services.approval.domain.policies.ballot import Outcome
from services.approval.use_cases.views import CaseLine


@dataclass(frozen=True, slots=True)
class Ahead:
    """A decision on a step that was not reached, on the version of the document that was seen.

    `person` is in whose name it is, `by` who has said it: themselves, or their stand-in; `service` and `device` how.
    """

    stage: str
    round: int
    step: str
    person: PersonId
    by: PersonId
    outcome: Outcome
    comment: str
    document_version: int
    at: datetime
    service: str = ""
    device: str = ""

    @property
    def on_behalf_of(self) -> PersonId:
        """For whom somebody else has said it; empty where people did themselves."""
        return self.person if self.person != self.by else ""


@dataclass(frozen=True, slots=True)
class UpcomingView:
    """A line of what lies ahead of somebody. `decided` is what they have said of it already."""

    case: CaseLine
    document_version: int
    stage: str
    upcoming: Upcoming
    since: datetime
    decided: Ahead | None = None


class UpcomingWork(Protocol):
    """Whoever changes anything of it has locked the case."""

    async def keys(self, case: CaseName) -> frozenset[str]:
        """The steps of the case of which anybody sees that they come."""
        ...

    def replace(self, case: CaseName, stage: str, upcoming: Sequence[Upcoming], at: datetime) -> None:
        """This, and nothing else, lies ahead in the case. What stood there before keeps its time."""
        ...

    def reached(self, case: CaseName, step: str) -> None:
        """It lies ahead no longer."""
        ...

    def end(self, case: CaseName) -> None:
        """Nothing lies ahead any more."""
        ...

    async def find(self, case: CaseName, step: str, person: PersonId) -> UpcomingView | None: ...

    async def kept(self, case: CaseName) -> tuple[Ahead, ...]:
        """What was decided ahead of time and has neither taken effect nor been dropped, in the order in which it was said."""
        ...

    def keep(self, case: CaseName, ahead: Ahead) -> None: ...

    def forget(self, case: CaseName, ahead: Ahead) -> None: ...

    async def page(self, person: PersonId, page: PageRequest) -> Page[UpcomingView]:
        """What lies ahead of somebody, the oldest first."""
        ...
