"""Reconciliations (对账): from time to time all that is believed of the money behind activities is held against expense."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from kernel.ids import uuid7
from kernel.text import Text, counted
from kernel.timeline import Event
from services.marketing.domain.difference import IN_FLIGHT

# So long after one began the next is due; people may ask for one at any time.
EVERY: Final = timedelta(hours=1)
# What may have been in flight is looked at again after so long.
PAUSE: Final = IN_FLIGHT + timedelta(seconds=15)


class ReconciliationState(Enum):
    LOOKING = "looking"
    # What was seen once may be in flight.
    WAITING = "waiting"
    LOOKING_AGAIN = "looking_again"
    FINISHED = "finished"


class Part(Enum):
    ALLOTMENTS = "allotments"
    BUDGETS = "budgets"


@dataclass(frozen=True, slots=True)
class Counts:
    """What the last look went through, and what all looks have found."""

    allotments: int = 0
    budgets: int = 0
    reported: int = 0
    repaired: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """One run, page by page: what is behind `after` in its `part` is still to be looked at. `begun_by` names the caller."""

    id: UUID
    begun_by: str
    state: ReconciliationState = ReconciliationState.LOOKING
    part: Part = Part.ALLOTMENTS
    after: str = ""
    counts: Counts = Counts()
    version: int = 1
    start_time: datetime
    resume_time: datetime | None = None
    finish_time: datetime | None = None

    @classmethod
    def begun(cls, by: str, at: datetime) -> Reconciliation:
        return cls(id=uuid7(at), begun_by=by, start_time=at)

    @property
    def name(self) -> str:
        return f"reconciliations/{self.id}"

    def goes_on_at(self, at: datetime) -> bool:
        """Whether there is a page to look at now."""
        if self.state is ReconciliationState.FINISHED:
            return False
        return self.resume_time is None or at >= self.resume_time

    def looking(self) -> Reconciliation:
        """A page is looked at: whoever has waited begins its second look."""
        if self.state is not ReconciliationState.WAITING:
            return self
        counts = replace(self.counts, allotments=0, budgets=0)
        return replace(self, state=ReconciliationState.LOOKING_AGAIN, counts=counts, resume_time=None)

    def counting(self, **more: int) -> Reconciliation:
        counts = replace(
            self.counts, **{name: getattr(self.counts, name) + count for name, count in more.items()}
        )
        return replace(self, counts=counts)

    def going_on(self, last: str, *, suspected: bool, at: datetime) -> Reconciliation:
        """After a page that ends with `last`; empty: the part is done. `suspected`: something was seen once."""
        after = replace(self, after=last, version=self.version + 1)
        if last:
            return after
        if self.part is Part.ALLOTMENTS:
            return replace(after, part=Part.BUDGETS)
        if suspected and self.state is ReconciliationState.LOOKING:
            return replace(
                after, state=ReconciliationState.WAITING, part=Part.ALLOTMENTS, resume_time=at + PAUSE
            )
        return replace(after, state=ReconciliationState.FINISHED, finish_time=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationBegun(Event):
    def sentence(self) -> Text:
        return Text("开始对账", "Begun")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationFinished(Event):
    reported: int
    repaired: int

    def sentence(self) -> Text:
        zh = f"对账完成：新增差异 {self.reported} 项，补上 {self.repaired} 项"
        new = counted(self.reported, "new difference")
        return Text(zh, f"Finished: {new}, {self.repaired} repaired")


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfDifference(Event):
    difference: str
    subject: str
    found: str
    what: Text

    def sentence(self) -> Text:
        return Text(f"{self.subject}：{self.what.zh}", f"{self.subject}: {self.what.en}")


class DifferenceReported(_OfDifference):
    pass


class DifferenceRepaired(_OfDifference):
    pass


class DifferenceGone(_OfDifference):
    def sentence(self) -> Text:
        return Text(f"{self.subject}：差异已消失", f"{self.subject}: the difference is gone")
