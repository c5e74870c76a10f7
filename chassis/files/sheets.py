"""Files of sheets, Excel workbooks or zips of CSV, to and from sheets of text. A wrong file harms nobody but itself."""

from __future__ import annotations

import asyncio
import csv
import zipfile
import zlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from chassis.files.csv_tables import read_archive, write_archive
from chassis.files.limits import LARGEST
from chassis.files.workbooks import WorkbookUnreadable, read_workbook, write_workbook
from kernel.errors import InvalidArgument
from kernel.sheets import Sheet

# What reading a table of text or a zip of them raises, each time the file's own fault.
BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    csv.Error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)


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
        try:
            return (await read_workbook(content)).sheets
        except WorkbookUnreadable as error:
            raise FileNotReadable(field="content", format="Excel") from error
    try:
        return await asyncio.to_thread(lambda: tuple(read_archive(content)))
    except BROKEN as error:
        raise FileNotReadable(field="content", format="CSV (zip)") from error


def write_sheets(sheets: Iterable[Sheet], format: SheetFormat) -> bytes:
    return write_workbook(sheets) if format is SheetFormat.XLSX else write_archive(sheets)
