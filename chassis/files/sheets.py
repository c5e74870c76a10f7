"""Files of sheets, Excel workbooks or zips of CSV, to and from sheets of text. A wrong file harms nobody but itself."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

import xlsxwriter

from kernel.errors import InvalidArgument
from kernel.sheets import Sheet

LARGEST: Final = 20 * 1024 * 1024  # bytes of a file
LARGEST_UNPACKED: Final = 100 * 1024 * 1024
MOST_SHEETS: Final = 50
MOST_CELLS: Final = 2_000_000
LEAST_OF_A_ROW: Final = 10  # cells that a row counts for, so that millions of empty ones are too many
LONGEST_SECONDS: Final = 60
READER: Final = Path(__file__).with_name("workbook_reader.py")


class SheetFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"
    """A zip of CSV files, one a sheet."""


class FileNotReadable(InvalidArgument):
    zh = "无法读取文件：不是有效的 {format} 文件，或内容过大"
    en = "The file cannot be read: it is not {format}, or it is too large"


async def read_sheets(content: bytes, format: SheetFormat) -> tuple[Sheet, ...]:
    """The sheets in the file. Raises FileNotReadable."""
    if len(content) > LARGEST:
        raise FileNotReadable(field="content", format=format.value)
    if format is SheetFormat.XLSX:
        return await _read_workbook(content)
    try:
        return await asyncio.to_thread(lambda: tuple(_read_archive(content)))
    except (zipfile.BadZipFile, zlib.error, csv.Error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise FileNotReadable(field="content", format="CSV (zip)") from error


def write_sheets(sheets: Iterable[Sheet], format: SheetFormat) -> bytes:
    return _write_workbook(sheets) if format is SheetFormat.XLSX else _write_archive(sheets)


async def _read_workbook(content: bytes) -> tuple[Sheet, ...]:
    reader = _start_reader()
    try:
        said = await asyncio.to_thread(_ask, reader, content)
    finally:
        if reader.poll() is None:  # nobody waits for it any more; the thread ends with it
            reader.kill()
    if reader.returncode:
        raise FileNotReadable(field="content", format="Excel")
    return tuple(Sheet(name, rows) for name, rows in json.loads(said))


def _start_reader() -> subprocess.Popen[bytes]:
    """By the standard library, which uses vfork. The event loop would fork: gRPC's fork handlers would then run in the
    copy, start threads there and close what it has open, sometimes before the reader has begun."""
    return subprocess.Popen(  # noqa: S603 - our own file
        [sys.executable, "-I", str(READER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _ask(reader: subprocess.Popen[bytes], content: bytes) -> bytes:
    try:
        said, _ = reader.communicate(content, LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        reader.kill()
        said, _ = reader.communicate()
    return said


def _read_archive(content: bytes) -> Iterator[Sheet]:
    left, cells = LARGEST_UNPACKED, 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [name for name in archive.namelist() if _is_table(PurePosixPath(name))]
        if len(members) > MOST_SHEETS:
            raise ValueError("too many sheets")
        for name in members:
            with archive.open(name) as member:
                raw = member.read(left + 1)
            left -= len(raw)
            if left < 0:
                raise ValueError("too large")
            rows: list[list[str]] = []
            for row in csv.reader(io.StringIO(_decoded(raw), newline=""), strict=True):
                cells += max(len(row), LEAST_OF_A_ROW)
                if cells > MOST_CELLS:
                    raise ValueError("too many cells")
                rows.append([cell.strip() for cell in row])
            yield Sheet(PurePosixPath(name).stem, rows)


def _is_table(name: PurePosixPath) -> bool:
    return name.suffix.lower() == ".csv" and not name.name.startswith(".")


def _decoded(raw: bytes) -> str:
    """UTF-8, or what Excel writes on a Chinese Windows."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _write_workbook(sheets: Iterable[Sheet]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        bold = workbook.add_format({"bold": True})
        for sheet in sheets:
            page = workbook.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            for line, row in enumerate(sheet.rows):
                for column, cell in enumerate(row):
                    # As text, whatever it looks like: a leading = would become a formula.
                    page.write_string(line, column, cell, None if line else bold)
            page.autofit()
    return content.getvalue()


def _write_archive(sheets: Iterable[Sheet]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            table = io.StringIO(newline="")
            csv.writer(table).writerows(sheet.rows)
            # Excel takes a file for UTF-8 only where it begins with this mark.
            archive.writestr(f"{sheet.name}.csv", table.getvalue().encode("utf-8-sig"))
    return content.getvalue()
