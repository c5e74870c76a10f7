"""Tables as CSV: one text, or a zip with one a sheet."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from chassis.files.limits import LARGEST_UNPACKED, LEAST_OF_A_ROW, MOST_CELLS, MOST_SHEETS
from kernel.sheets import Sheet

# What a sheet program would run as a formula. A number is none: -5.00 stays what it is.
_RUN: Final = re.compile(r"'*[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)
# How back offices keep the zeros of a number: ="00123".
_KEPT_TEXT: Final = re.compile(r'="([^"]*)"')
_DELIMITERS: Final = ",;\t"


class TooLarge(ValueError):
    """More bytes, sheets or cells than a file may have."""


def read_archive(content: bytes) -> Iterator[Sheet]:
    """The sheets in a zip of CSV. Raises TooLarge, ValueError, csv.Error and what zipfile raises."""
    left, cells = LARGEST_UNPACKED, Cells()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [name for name in archive.namelist() if _is_table(PurePosixPath(name))]
        if len(members) > MOST_SHEETS:
            raise TooLarge("too many sheets")
        for name in members:
            with archive.open(name) as member:
                raw = member.read(left + 1)
            left -= len(raw)
            if left < 0:
                raise TooLarge("too many bytes")
            yield Sheet(PurePosixPath(name).stem, read_rows(decoded(raw), ",", cells))


def read_text(content: bytes, name: str) -> Sheet:
    """The one table of a text: in commas, semicolons or tabs. Raises TooLarge, ValueError, csv.Error."""
    text = decoded(content)
    heading = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=heading.count)
    return Sheet(name, read_rows(text, delimiter, Cells()))


def decoded(raw: bytes) -> str:
    """UTF-8, or what Excel writes on a Chinese Windows, or what it calls Unicode text."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


class Cells:
    """How many have been read, of all sheets together."""

    def __init__(self) -> None:
        self.read = 0

    def add(self, row: Sequence[str]) -> None:
        self.read += max(len(row), LEAST_OF_A_ROW)
        if self.read > MOST_CELLS:
            raise TooLarge("too many cells")


def read_rows(text: str, delimiter: str, cells: Cells) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter):
        cells.add(row)
        rows.append([_meant(cell.strip()) for cell in row])
    return rows


def write_archive(sheets: Iterable[Sheet]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            archive.writestr(f"{sheet.name}.csv", write_text(sheet))
    return content.getvalue()


def write_text(sheet: Sheet) -> bytes:
    """One table. Whatever `read_text` makes of it is what was in the sheet."""
    table = io.StringIO(newline="")
    csv.writer(table).writerows([_harmless(cell) for cell in row] for row in sheet.rows)
    # Excel takes a file for UTF-8 only where it begins with this mark.
    return table.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """With a mark before what a sheet program would run: by it Excel keeps text as text."""
    return f"'{cell}" if _RUN.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _meant(cell: str) -> str:
    if kept := _KEPT_TEXT.fullmatch(cell):
        return kept[1]
    return cell[1:] if cell.startswith("'") and _RUN.match(cell) else cell


def _is_table(name: PurePosixPath) -> bool:
    return name.suffix.lower() == ".csv" and not name.name.startswith(".")
