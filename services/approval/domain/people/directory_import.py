"""Sheets of rows into a directory, whole or not at all, and back. Pure: where sheets come from is not known here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Final, TypeVar

from kernel.sheets import RowRefusal, Sheet
from kernel.text import Text
from services.approval.domain.people.directory import Directory
from services.approval.domain.people.directory_rows import (
    ASSIGNMENTS,
    CAPABILITIES,
    ORGANISATIONS,
    PEOPLE,
    POSTS,
    REPORTING_LINES,
    Cells,
    Form,
)
from services.approval.domain.people.directory_rules import Entries, Table, find_faults

Entry = TypeVar("Entry")

HEADING_LINE: Final = 1
MOST_ROWS: Final = 100_000  # of one sheet
MOST_REFUSALS: Final = 1000  # that are told one by one
OPTIONAL_COLUMNS: Final = frozenset(
    {"name_en", "pinyin", "grade", "email", "roles", "head", "value", "from", "to"}
)
COLUMN_OF_ID: Final = {Table.ORGANISATIONS: "id", Table.PEOPLE: "id", Table.POSTS: "key"}

SENTENCES: Final = {
    "MISSING_SHEET": Text("缺少工作表“{name}”", "The sheet {name!r} is missing"),
    "DUPLICATE_SHEET": Text("工作表“{name}”重复", "The sheet {name!r} is there twice"),
    "MISSING_COLUMN": Text("缺少列“{name}”", "The column {name!r} is missing"),
    "UNKNOWN_COLUMN": Text("未知的列“{name}”", "There is no column {name!r} in this sheet"),
    "DUPLICATE_COLUMN": Text("列“{name}”重复", "The column {name!r} is there twice"),
    "NO_HEADING": Text("单元格所在的列没有标题", "A cell stands in a column without heading"),
    "TOO_MANY_ROWS": Text("超过 {name} 行", "There are more than {name} rows"),
    "MORE": Text("另有 {name} 处问题未列出", "{name} more problems are not listed"),
}


def import_directory(sheets: Iterable[Sheet], version: int) -> Directory | tuple[RowRefusal, ...]:
    """The directory in the sheets, or every row that cannot be part of it. Sheets of other names are left alone."""
    book = _Book(sheets)
    entries = Entries(
        book.read(ORGANISATIONS),
        book.read(PEOPLE),
        book.read(POSTS),
        book.read(ASSIGNMENTS),
        book.read(REPORTING_LINES),
        book.read(CAPABILITIES),
        book.spoiled,
    )
    # Where a whole sheet cannot be read, everything that names its rows would be called wrong.
    for fault in find_faults(entries) if book.is_whole else ():
        line = book.lines[fault.table][fault.place]
        book.refuse(fault.table, line, fault.column, fault.rule, fault.text)
    if book.refusals:
        return _listed(book.refusals)
    return Directory(
        version,
        tuple(entries.organisations),
        tuple(entries.people),
        tuple(entries.posts),
        tuple(entries.assignments),
        tuple(entries.reporting_lines),
        tuple(entries.capabilities),
    )


def export_directory(directory: Directory) -> tuple[Sheet, ...]:
    """The sheets from which `import_directory` makes the same directory again."""
    return (
        _sheet(ORGANISATIONS, directory.organisations),
        _sheet(PEOPLE, directory.people),
        _sheet(POSTS, directory.posts),
        _sheet(ASSIGNMENTS, directory.assignments),
        _sheet(REPORTING_LINES, directory.reporting_lines),
        _sheet(CAPABILITIES, directory.capabilities),
    )


def _sheet(form: Form[Entry], entries: Iterable[Entry]) -> Sheet:
    return Sheet(form.table.value, (tuple(form.columns), *(form.write(entry) for entry in entries)))


def _listed(refusals: dict[Table, list[RowRefusal]]) -> tuple[RowRefusal, ...]:
    listed = [one for table in Table for one in sorted(refusals[table], key=lambda one: one.line)]
    more = len(listed) - MOST_REFUSALS
    if more > 0:
        listed[MOST_REFUSALS:] = [RowRefusal("", 0, "", "MORE", SENTENCES["MORE"].format(name=more))]
    return tuple(listed)


class _Book:
    """Reads sheets, remembering on which line each entry stood and what was refused."""

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        self.sheets = tuple(sheets)
        self.names = {table: table.value for table in Table}
        self.lines: dict[Table, list[int]] = {table: [] for table in Table}
        self.refusals: defaultdict[Table, list[RowRefusal]] = defaultdict(list)
        self.spoiled: dict[Table, set[str]] = {table: set() for table in COLUMN_OF_ID}
        self.is_whole = True

    def refuse(self, table: Table, line: int, column: str, rule: str, text: Text) -> None:
        self.refusals[table].append(RowRefusal(self.names[table], line, column, rule, text))

    def read(self, form: Form[Entry]) -> list[Entry]:
        titles = (form.table.value, form.title.zh, form.title.en)
        found = [sheet for sheet in self.sheets if _is_one_of(sheet.name, titles)]
        if not found and form.optional:
            return []
        if len(found) != 1:
            self._refuse_sheet(form.table, "", "DUPLICATE_SHEET" if found else "MISSING_SHEET", titles[0])
            return []
        self.names[form.table] = found[0].name
        rows = found[0].rows
        if len(rows) > MOST_ROWS:
            self._refuse_sheet(form.table, "", "TOO_MANY_ROWS", MOST_ROWS)
            return []
        columns = self._columns(form, rows[0] if rows else ())
        return self._entries(form, columns, rows) if self.is_whole else []

    def _columns(self, form: Form[Entry], heading: Sequence[str]) -> list[str]:
        """The key of each column, empty where it has no heading."""
        columns: list[str] = []
        for title in heading:
            keys = (
                key for key, label in form.columns.items() if _is_one_of(title, (key, label.zh, label.en))
            )
            key = next(keys, "")
            if title and not key:
                self._refuse_sheet(form.table, title, "UNKNOWN_COLUMN", title)
            elif key and key in columns:
                self._refuse_sheet(form.table, key, "DUPLICATE_COLUMN", title)
            columns.append(key)
        for key in form.columns:
            if key not in columns and key not in OPTIONAL_COLUMNS:
                self._refuse_sheet(form.table, key, "MISSING_COLUMN", key)
        return columns

    def _entries(self, form: Form[Entry], columns: list[str], rows: Sequence[Sequence[str]]) -> list[Entry]:
        entries: list[Entry] = []
        for line, row in enumerate(rows[1:], HEADING_LINE + 1):
            if not any(row):
                continue
            values = {key: cell for key, cell in zip_longest(columns, row, fillvalue="") if key or cell}
            cells = Cells(values)
            entry = form.read(cells)
            for fault in cells.faults:
                self.refuse(form.table, line, fault.column, fault.rule, fault.text)
            if "" in values:
                self.refuse(form.table, line, "", "NO_HEADING", SENTENCES["NO_HEADING"])
            if not cells.faults and "" not in values:
                entries.append(entry)
                self.lines[form.table].append(line)
            elif form.table in COLUMN_OF_ID:
                self.spoiled[form.table].add(values.get(COLUMN_OF_ID[form.table], ""))
        return entries

    def _refuse_sheet(self, table: Table, column: str, rule: str, name: object) -> None:
        self.is_whole = False
        self.refuse(table, HEADING_LINE, column[:100], rule, SENTENCES[rule].format(name=str(name)[:100]))


def _is_one_of(name: str, names: Iterable[str]) -> bool:
    return name.strip().casefold() in {one.casefold() for one in names}
