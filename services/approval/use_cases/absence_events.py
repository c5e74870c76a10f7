"""What happens to stand-ins: the rows of their own timelines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from kernel.actor import Actor
from kernel.text import Text
from kernel.timeline import Event
from services.approval.domain.people.directory import OrganisationId, PersonId
from services.approval.domain.people.stand_ins import StandIn


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfStandIn(Event):
    person: PersonId
    deputy: PersonId
    first_day: date | None
    last_day: date | None
    processes: tuple[str, ...]
    organisations: tuple[OrganisationId, ...]
    reason: str

    @classmethod
    def of(cls, stand_in: StandIn, by: Actor, at: datetime) -> Self:
        return cls(
            document=stand_in.name,
            version=stand_in.version,
            by=by,
            at=at,
            person=stand_in.person,
            deputy=stand_in.deputy,
            first_day=stand_in.period.first,
            last_day=stand_in.period.last,
            processes=tuple(sorted(stand_in.scope.processes)),
            organisations=tuple(sorted(stand_in.scope.organisations)),
            reason=stand_in.reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInAppointed(_OfStandIn):
    def sentence(self) -> Text:
        until = Text("", "")
        if self.last_day:
            until = Text(f"，至 {self.last_day}", f" to {self.last_day}")
        return Text(
            f"{self.deputy} 代理 {self.person}，自 {self.first_day}{until.zh}",
            f"{self.deputy} stands in for {self.person} from {self.first_day}{until.en}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInEnded(_OfStandIn):
    def sentence(self) -> Text:
        return Text(
            f"{self.deputy} 不再代理 {self.person}",
            f"{self.deputy} no longer stands in for {self.person}",
        )
