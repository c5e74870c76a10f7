"""Excel workbooks, to and from sheets of text. They are read by a program of its own, `workbook_reader`."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import xlsxwriter

from kernel.sheets import Sheet

LONGEST_SECONDS: Final = 60
READER: Final = Path(__file__).with_name("workbook_reader.py")


class WorkbookUnreadable(Exception):
    """It is none, or larger than the reader may become."""


class WorkbookTooLarge(WorkbookUnreadable):
    """It says itself that it unpacks to more than a file may."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """`merged` and `formulas` say where there are any, once for each sheet: the sheet's name and a place such as `A1:B2`."""

    sheets: tuple[Sheet, ...]
    merged: tuple[tuple[str, str], ...] = ()
    formulas: tuple[tuple[str, str], ...] = ()


async def read_workbook(content: bytes, *, closely: bool = False) -> Workbook:
    """`closely`: look for what is no plain table, too. Raises WorkbookUnreadable, WorkbookTooLarge."""
    reader = _start_reader(closely)
    try:
        said = await asyncio.to_thread(_ask, reader, content)
    finally:
        if reader.poll() is None:  # nobody waits for it any more; the thread ends with it
            reader.kill()
    if reader.returncode == 2:
        raise WorkbookTooLarge
    if reader.returncode:
        raise WorkbookUnreadable
    found = json.loads(said)
    sheets = tuple(Sheet(name, rows) for name, rows in found["sheets"])
    places = (tuple((name, place) for name, place in found[key]) for key in ("merged", "formulas"))
    return Workbook(sheets, *places)


def write_workbook(sheets: Iterable[Sheet]) -> bytes:
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


def _start_reader(closely: bool) -> subprocess.Popen[bytes]:
    """By the standard library, which uses vfork. The event loop would fork: gRPC's fork handlers would then run in the
    copy, start threads there and close what it has open, sometimes before the reader has begun."""
    return subprocess.Popen(  # noqa: S603 - our own file
        [sys.executable, "-I", str(READER), *(["closely"] if closely else [])],
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
