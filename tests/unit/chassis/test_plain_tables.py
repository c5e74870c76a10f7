"""Files from elsewhere: plain tables are taken in however they come, and everything else is refused for what it is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from chassis.files.csv_tables import read_text, write_text
from chassis.files.limits import LARGEST
from chassis.files.plain_tables import must_be_plain, read_plain
from chassis.files.sheets import SheetFormat, write_sheets
from kernel.errors import InvalidArgument
from kernel.sheets import Sheet

ROWS = [["名称", "电话"], ["仁和堂大药房", "037155551234"]]
PLAIN = [Sheet("客户", ROWS)]


def a_workbook(write: Callable[[Any, Any], object], *, names: Sequence[str] = ("客户",)) -> bytes:
    """A workbook of which each sheet has the rows and what `write(workbook, page)` does to the last one."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        for name in names:
            page = workbook.add_worksheet(name)
            for line, row in enumerate(ROWS):
                page.write_row(line, 0, row)
        write(workbook, page)
    return content.getvalue()


def with_member(content: bytes, name: str, member: bytes, said_size: int = 0) -> bytes:
    changed = io.BytesIO(content)
    with zipfile.ZipFile(changed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, member)
        if said_size:
            archive.getinfo(name).file_size = said_size
    return changed.getvalue()


def a_zip(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        write_sheets(PLAIN, SheetFormat.XLSX),
        write_sheets(PLAIN, SheetFormat.CSV),
        "名称,电话\r\n仁和堂大药房,037155551234\r\n".encode("gb18030"),
        "名称,电话\n仁和堂大药房,037155551234".encode(),
        "\ufeff名称;电话\n仁和堂大药房;037155551234\n".encode(),
        "名称\t电话\r\n仁和堂大药房\t037155551234\r\n".encode("utf-16"),
        '名称,电话\n仁和堂大药房,="037155551234"\n'.encode(),
    ],
    ids=["workbook", "zip of CSV", "GB18030", "UTF-8", "semicolons", "Unicode text", "zeros that were kept"],
)
async def test_a_plain_table_is_read_however_it_was_saved(content: bytes) -> None:
    found = await read_plain(content, "客户")
    [sheet] = found.sheets
    must_be_plain(found, sheet)
    assert (sheet.name, [list(row) for row in sheet.rows]) == ("客户", ROWS)


async def test_a_zip_of_csv_that_unpacks_to_a_huge_one_is_refused() -> None:
    bomb = a_zip(**{"a.csv": b" " * 110_000_000})
    with pytest.raises(InvalidArgument) as caught:
        await read_plain(bomb, "file")
    assert caught.value.reason == "FILE_UNPACKS_TOO_LARGE"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "FILE_EMPTY"),
        (b"\r\n \n", "FILE_EMPTY"),
        (b"%PDF-1.7\n1 0 obj", "FILE_OF_ANOTHER_KIND"),
        (b"\x89PNG\r\n\x1a\n123", "FILE_OF_ANOTHER_KIND"),
        (b"MZ\x90\0\3\0\0\0", "FILE_OF_ANOTHER_KIND"),
        ("<html><table><tr><td>名称".encode("gb18030"), "FILE_OF_ANOTHER_KIND"),
        (OLE, "FILE_OF_ANOTHER_KIND"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "WORKBOOK_LOCKED"),
        (a_zip(**{"word/document.xml": b"<w/>"}), "FILE_OF_ANOTHER_KIND"),
        (with_member(a_workbook(lambda *_: None), "xl/vbaProject.bin", b"Sub A()"), "WORKBOOK_HAS_MACROS"),
        (with_member(a_workbook(lambda *_: None), "xl/media/x", b"x", 400_000_000), "FILE_UNPACKS_TOO_LARGE"),
        (a_workbook(lambda _, page: page.write(199_999, 20, "x")), "FILE_UNPACKS_TOO_LARGE"),
        (a_workbook(lambda _, page: page.write(1_048_575, 16_383, "x")), "FILE_NOT_READABLE"),
        (a_workbook(lambda *_: None)[:-40], "FILE_OF_ANOTHER_KIND"),
        (a_zip(**{"xl/workbook.xml": b"<workbook"}), "FILE_NOT_READABLE"),
        ('名称,电话\n"没有结束'.encode(), "FILE_NOT_READABLE"),
        (b"x" * (LARGEST + 1), "FILE_TOO_LARGE"),
    ],
    ids=[
        "nothing", "blank lines", "PDF", "picture", "program", "web page named xls", "old Excel", "password", "Word",
        "macros", "bomb", "too many cells", "cells far apart", "cut off", "broken XML", "open quote", "large",
    ],
)  # fmt: skip
async def test_what_is_no_plain_table_is_refused_for_what_it_is(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        await read_plain(content, "file")
    assert (caught.value.reason, caught.value.field) == (reason, "content")


@pytest.mark.parametrize(
    ("write", "reason", "place"),
    [
        (lambda _, page: page.merge_range("B4:C5", "x"), "CELLS_MERGED", "B4:C5"),
        (lambda _, page: page.write_formula("D2", "=1+1", None, 2), "FORMULA_FOUND", "D2"),
        (lambda _, page: page.write_array_formula("E2:E3", "{=B1:B2}"), "FORMULA_FOUND", "E2"),
    ],
    ids=["merged cells", "formula", "array formula"],
)
async def test_merged_cells_and_formulas_are_refused_with_their_place(
    write: Callable[[Any, Any], object], reason: str, place: str
) -> None:
    found = await read_plain(a_workbook(write, names=("说明", "客户")), "file")
    explained, wanted = found.sheets
    must_be_plain(found, explained)
    with pytest.raises(InvalidArgument) as caught:
        must_be_plain(found, wanted)
    assert (caught.value.reason, caught.value.values) == (reason, {"sheet": "客户", "place": place})


cells = st.text(st.sampled_from("=+-@'\t,\"\r\nA1药 ."), max_size=6).map(str.strip)


@given(st.lists(st.lists(cells, min_size=2, max_size=2), min_size=1))
def test_what_is_written_as_csv_is_read_again_and_nothing_in_it_is_a_formula(rows: list[list[str]]) -> None:
    rows = [["a", "b"], *rows]
    written = write_text(Sheet("s", rows))
    assert [list(row) for row in read_text(written, "s").rows] == rows


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+86 138", "-1+1", "@SUM(1)", "'=1"])
def test_a_cell_that_a_sheet_program_would_run_is_marked_as_text(cell: str) -> None:
    assert write_text(Sheet("s", [[cell]])).decode("utf-8-sig") == f"'{cell}\r\n"


@pytest.mark.parametrize("cell", ["-5.00", "+3", "仁和堂", "'s", "1=1"])
def test_numbers_and_words_stay_what_they_are(cell: str) -> None:
    assert write_text(Sheet("s", [[cell]])).decode("utf-8-sig") == f"{cell}\r\n"
