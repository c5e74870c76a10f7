"""An import of customers from a spreadsheet: uploaded, mapped, checked, run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Final

from kernel.errors import EtagMismatch, FailedPrecondition, InvalidArgument
from kernel.sheets import Sheet
from kernel.text import Text
from kernel.transitions import Transitions, move, transitions
from services.customer.domain.import_columns import MOST_COLUMNS, must_be_mapped, proposed
from services.customer.domain.import_rows import Outcome

MOST_ROWS: Final = 20_000
SAMPLES: Final = 3
LONGEST_SAMPLE: Final = 100


class SheetMissing(InvalidArgument):
    zh = "文件中没有工作表“{sheet}”，现有：{sheets}"
    en = "There is no sheet {sheet!r} in the file; there are {sheets}"


class SheetNotChosen(InvalidArgument):
    zh = "文件中有多个工作表，请指定其一：{sheets}"
    en = "The file has several sheets; say which: {sheets}"


class NoRows(InvalidArgument):
    zh = "工作表“{sheet}”中没有数据：首行为列名，其后为数据"
    en = "There are no rows in the sheet {sheet!r}: the first row has the titles, the rows below it the customers"


class TooManyRows(InvalidArgument):
    zh = "工作表超过 {most} 行，请分次导入"
    en = "The sheet has more than {most} rows; import it in parts"


class TooManyColumns(InvalidArgument):
    zh = "工作表超过 {most} 列"
    en = "The sheet has more than {most} columns"


class NotChecked(FailedPrecondition):
    zh = "{name} 尚未试运行，请先试运行并查看结果"
    en = "{name} has not been tried: make a dry run and look at it first"


class ImportState(Enum):
    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


class ImportVerb(Enum):
    MAP = "map"
    CHECK = "check"
    RUN = "run"
    END = "end"
    STOP = "stop"


_S, _V = ImportState, ImportVerb
WORDS: Final[Mapping[Enum, Text]] = {
    _S.UPLOADED: Text("已上传", "uploaded"),
    _S.CHECKING: Text("试运行中", "being tried"),
    _S.CHECKED: Text("已试运行", "tried"),
    _S.RUNNING: Text("导入中", "running"),
    _S.DONE: Text("已完成", "done"),
    _S.STOPPED: Text("已停止", "stopped"),
    _V.MAP: Text("设置列", "mapping its columns"),
    _V.CHECK: Text("试运行", "trying it"),
    _V.RUN: Text("导入", "running it"),
    _V.END: Text("完成", "ending it"),
    _V.STOP: Text("停止", "stopping it"),
}
TRANSITIONS: Final[Transitions[ImportState, ImportVerb]] = transitions(
    ((_S.UPLOADED, _S.CHECKED, _S.STOPPED), _V.MAP, _S.UPLOADED),
    ((_S.UPLOADED, _S.CHECKED, _S.STOPPED), _V.CHECK, _S.CHECKING),
    (_S.CHECKING, _V.END, _S.CHECKED),
    (_S.CHECKED, _V.RUN, _S.RUNNING),
    (_S.RUNNING, _V.END, _S.DONE),
    ((_S.CHECKING, _S.RUNNING), _V.STOP, _S.STOPPED),
)
AT_WORK: Final = (ImportState.CHECKING, ImportState.RUNNING)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its title, what its first cells say, and the key of what it means; empty: nothing."""

    title: str
    samples: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """`cursor` is how many of the rows have been looked at; `roles` are the owner's when it was started."""

    number: str
    owner: str
    file_name: str
    sheet: str
    columns: tuple[Column, ...]
    rows: int
    state: ImportState = ImportState.UPLOADED
    cursor: int = 0
    counts: Mapping[Outcome, int] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    version: int = 1
    create_time: datetime
    update_time: datetime

    @property
    def name(self) -> str:
        return f"customerImports/{self.number}"

    @property
    def etag(self) -> str:
        return str(self.version)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.columns)

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(column.title for column in self.columns)

    @property
    def is_dry(self) -> bool:
        """Whether it is only being tried."""
        return self.state is ImportState.CHECKING

    def expecting(self, etag: str) -> Import:
        if etag != self.etag:
            raise EtagMismatch(name=self.name, current=self.etag)
        return self

    def with_keys(self, keys: Sequence[str], at: datetime) -> Import:
        columns = tuple(replace(one, key=key) for one, key in zip(self.columns, keys, strict=True))
        return replace(self._moved(ImportVerb.MAP, at), columns=columns)

    def start(self, *, dry: bool, roles: frozenset[str], at: datetime) -> Import:
        """Raises ColumnNotMapped, NotChecked, IllegalTransition."""
        must_be_mapped(self.keys)
        if not dry and self.state in (ImportState.UPLOADED, ImportState.STOPPED):
            raise NotChecked(name=self.name)
        moved = self._moved(ImportVerb.CHECK if dry else ImportVerb.RUN, at)
        return replace(moved, cursor=0, counts={}, roles=roles)

    def advanced(self, outcomes: Iterable[Outcome], at: datetime) -> Import:
        """After a batch of rows; ended where it was the last."""
        found = Counter(outcomes)
        counts = Counter(self.counts) + found
        moved = replace(self, cursor=self.cursor + found.total(), counts=dict(counts), update_time=at)
        return moved._moved(ImportVerb.END, at) if moved.cursor >= self.rows else moved

    def stop(self, at: datetime) -> Import:
        return self._moved(ImportVerb.STOP, at)

    def _moved(self, verb: ImportVerb, at: datetime) -> Import:
        state = move(TRANSITIONS, self.name, self.state, verb, WORDS)
        return replace(self, state=state, version=self.version + 1, update_time=at)


def chosen(sheets: Sequence[Sheet], name: str) -> Sheet:
    """The sheet of that name, or the only one with anything in it. Raises SheetMissing, SheetNotChosen."""
    named = "、".join(sheet.name for sheet in sheets)[:500]
    if name:
        found = [sheet for sheet in sheets if sheet.name.strip().casefold() == name.strip().casefold()]
        if not found:
            raise SheetMissing(field="sheet", sheet=name, sheets=named)
        return found[0]
    filled = [sheet for sheet in sheets if any(any(row) for row in sheet.rows)]
    if len(filled) > 1:
        raise SheetNotChosen(field="sheet", sheets=named)
    return filled[0] if filled else Sheet(sheets[0].name if sheets else "", [])


def read_sheet(sheet: Sheet) -> tuple[tuple[Column, ...], list[tuple[int, list[str]]]]:
    """Its columns, and its rows by their lines. Raises NoRows, TooManyRows, TooManyColumns."""
    filled = [(line, list(row)) for line, row in enumerate(sheet.rows, start=1) if any(row)]
    if len(filled) < 2:
        raise NoRows(field="content", sheet=sheet.name)
    if len(filled) - 1 > MOST_ROWS:
        raise TooManyRows(field="content", most=MOST_ROWS)
    (_, heading), *rows = filled
    if len(heading) > MOST_COLUMNS:
        raise TooManyColumns(field="content", most=MOST_COLUMNS)
    titles = [title[:LONGEST_SAMPLE] for title in heading]
    columns = tuple(
        Column(title, _samples(rows, place), key)
        for place, (title, key) in enumerate(zip(titles, proposed(titles), strict=True))
    )
    return columns, [(line, row[: len(titles)]) for line, row in rows]


def _samples(rows: Sequence[tuple[int, Sequence[str]]], place: int) -> tuple[str, ...]:
    cells = (row[place] for _, row in rows[:100] if place < len(row) and row[place])
    return tuple(dict.fromkeys(cell[:LONGEST_SAMPLE] for cell in cells))[:SAMPLES]
