"""The directory as a file, and files that mean harm."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from chassis.files.sheets import FileNotReadable, SheetFormat, read_sheets
from services.approval.directory_sheets import read_directory, write_directory
from services.approval.domain.people.directory import Person
from tests.builders.approval import a_directory, with_people

XLSX, CSV = SheetFormat


def a_zip(**tables: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables.items():
            archive.writestr(f"{name}.csv", table)
    return content.getvalue()


def a_workbook(*cells: tuple[int, int, object]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        page = workbook.add_worksheet("people")
        for line, column, cell in cells:
            page.write(line, column, cell)
    return content.getvalue()


@pytest.mark.parametrize("format", SheetFormat)
async def test_an_exported_file_is_imported_again(format: SheetFormat) -> None:
    directory = with_people(a_directory(), Person("o", 'O\'Neil, "Zhào"', "hq"))
    assert await read_directory(write_directory(directory, format), format, 7) == directory


async def test_numbers_and_days_of_a_workbook_become_what_people_see() -> None:
    [sheet] = await read_sheets(a_workbook((0, 0, 10001), (0, 1, 12.5), (2, 1, True), (2, 0, " a ")), XLSX)
    assert sheet.rows == [["10001", "12.5"], ["", ""], ["a", "true"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_csv_is_read_as_excel_writes_it(encoding: str) -> None:
    [sheet] = await read_sheets(a_zip(people="id,name\r\nlihua,李华\r\n".encode(encoding)), CSV)
    assert (sheet.name, sheet.rows) == ("people", [["id", "name"], ["lihua", "李华"]])


async def test_two_cells_far_apart_do_not_end_the_process() -> None:
    with pytest.raises(FileNotReadable):
        await read_sheets(a_workbook((0, 0, "x"), (1_048_575, 16_383, "x")), XLSX)


@pytest.mark.parametrize("format", SheetFormat)
@pytest.mark.parametrize("content", [b"", b"junk", b"PK\x03\x04" + b"\0" * 50])
async def test_what_is_no_such_file_is_refused(content: bytes, format: SheetFormat) -> None:
    with pytest.raises(FileNotReadable):
        await read_sheets(content, format)


@pytest.mark.parametrize(
    "table",
    [b"\xff\xfe\xff", b'"open quote\n', b"," * 2_100_000, b"\n" * 2_100_000, b"x" * 200_000],
    ids=["encoding", "quote", "commas", "lines", "cell"],
)
async def test_csv_that_cannot_be_a_table_is_refused(table: bytes) -> None:
    with pytest.raises(FileNotReadable):
        await read_sheets(a_zip(people=table), CSV)


async def test_a_small_file_that_unpacks_to_a_huge_one_is_refused() -> None:
    with pytest.raises(FileNotReadable):
        await read_sheets(a_zip(people=b" " * 110_000_000), CSV)


async def test_a_file_without_the_sheets_is_refused_row_by_row() -> None:
    found = await read_directory(a_zip(other=b"a,b"), CSV, 1)
    assert isinstance(found, tuple)
    assert {one.rule for one in found} == {"MISSING_SHEET"}
