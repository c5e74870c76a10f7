"""The execution log (执行日志): what was done on which day. Entries are added, and stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kernel.errors import InvalidArgument
from kernel.text import Text
from kernel.timeline import Event


class DayInFuture(InvalidArgument):
    zh = "日期 {day} 晚于今天"
    en = "Nothing can have been done on {day}, which is yet to come"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """`activity` is a number, `writer` a person's id."""

    id: UUID
    activity: str
    day: date
    text: str
    writer: str
    create_time: datetime

    @property
    def name(self) -> str:
        return f"logEntries/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntryWritten(Event):
    entry: str
    day: date
    text: str

    def sentence(self) -> Text:
        return Text("执行日志（{day}）：{text}", "Log of {day}: {text}").format(day=self.day, text=self.text)
