"""The directory as a file: one Excel workbook, or a zip of CSV files. Which sheets, `directory_rows` says."""

from __future__ import annotations

import asyncio

from chassis.files.sheets import SheetFormat, read_sheets, write_sheets
from kernel.sheets import RowRefusal
from services.approval.domain.people.directory import Directory
from services.approval.domain.people.directory_import import export_directory, import_directory


async def read_directory(
    content: bytes, format: SheetFormat, version: int
) -> Directory | tuple[RowRefusal, ...]:
    """The directory in the file, or every row for which it is refused. Raises FileNotReadable."""
    sheets = await read_sheets(content, format)
    return await asyncio.to_thread(import_directory, sheets, version)


def write_directory(directory: Directory, format: SheetFormat) -> bytes:
    """The file from which `read_directory` makes the same directory again."""
    return write_sheets(export_directory(directory), format)
