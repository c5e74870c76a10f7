"""What happens to imports, in the past tense: the rows of their timelines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from kernel.actor import Actor
from kernel.text import Text
from kernel.timeline import Event
from services.customer.domain.imports import Import


class ImportEvent(Event):
    """Something happened to an import."""

    @classmethod
    def of(cls, one: Import, by: Actor, at: datetime, **own: Any) -> Self:
        """`one` as it is afterwards."""
        return cls(document=one.name, version=one.version, by=by, at=at, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportUploaded(ImportEvent):
    file_name: str
    rows: int

    def sentence(self) -> Text:
        return Text("上传 {file}，共 {rows} 行", "Uploaded {file} with {rows} rows").format(
            file=self.file_name, rows=self.rows
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMapped(ImportEvent):
    """`columns`: titles and the keys of what they mean."""

    columns: Mapping[str, str]

    def sentence(self) -> Text:
        return Text("设置列的含义", "Said what its columns mean")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStarted(ImportEvent):
    dry_run: bool

    def sentence(self) -> Text:
        return Text("开始试运行", "Began to be tried") if self.dry_run else Text("开始导入", "Began to run")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStopped(ImportEvent):
    done: int

    def sentence(self) -> Text:
        return Text("在第 {done} 行后停止", "Stopped after {done} rows").format(done=self.done)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportEnded(ImportEvent):
    """`counts`: how many rows became what."""

    dry_run: bool
    counts: Mapping[str, int]

    def sentence(self) -> Text:
        told = ", ".join(f"{outcome} {count}" for outcome, count in self.counts.items())
        begun = (
            Text("试运行结束：{told}", "Tried: {told}")
            if self.dry_run
            else Text("导入完成：{told}", "Imported: {told}")
        )
        return begun.format(told=told)
