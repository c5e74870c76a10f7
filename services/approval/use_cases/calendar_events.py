"""What happens to calendars: the rows of their own timelines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernel.text import Text
from kernel.timeline import Event
from services.approval.domain.people.directory import OrganisationId
from services.approval.domain.time.calendar import Override


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDaysSet(Event):
    organisation: OrganisationId
    days: tuple[Override, ...]

    def sentence(self) -> Text:
        zh = "；".join(f"{one.day} {'上班' if one.working else '休息'}（{one.reason}）" for one in self.days)
        en = "; ".join(f"{one.day} {'worked' if one.working else 'off'} ({one.reason})" for one in self.days)
        return Text(zh, en)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDaysRemoved(Event):
    organisation: OrganisationId
    days: tuple[date, ...]

    def sentence(self) -> Text:
        days = ", ".join(map(str, self.days))
        return Text(f"取消对 {days} 的设置", f"Nothing is said of {days} any more")


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPublished(Event):
    year: int
    days_off: tuple[date, ...]
    days_worked: tuple[date, ...]
    source: str

    def sentence(self) -> Text:
        return Text(
            f"发布 {self.year} 年日历（{self.source}）", f"The year {self.year} was published ({self.source})"
        )
