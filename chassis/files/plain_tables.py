"""Files that somebody brings from elsewhere: what they are is found by looking, and only plain tables are taken in.

A merged cell is one value where the reader sees several, and a formula shows what it was when it was last calculated:
both are refused with the place, rather than read as something that nobody has written there.
"""

from __future__ import annotations

import asyncio

from chassis.files.csv_tables import TooLarge, read_archive, read_text
from chassis.files.kinds import FileKind, kind_of
from chassis.files.limits import LARGEST
from chassis.files.sheets import BROKEN, FileNotReadable
from chassis.files.uploads import FileTooLarge
from chassis.files.workbooks import Workbook, WorkbookTooLarge, WorkbookUnreadable, read_workbook
from kernel.errors import InvalidArgument
from kernel.sheets import Sheet


class FileEmpty(InvalidArgument):
    zh = "文件是空的"
    en = "The file is empty"


class FileOfAnotherKind(InvalidArgument):
    zh = "文件实际为 {found}，请另存为 Excel 工作簿（.xlsx）或 CSV"
    en = "The file is {found}; save it as an Excel workbook (.xlsx) or as CSV"


class WorkbookHasMacros(InvalidArgument):
    zh = "工作簿含有宏，请另存为不含宏的工作簿（.xlsx）"
    en = "The workbook has macros; save it as a workbook without (.xlsx)"


class WorkbookLocked(InvalidArgument):
    zh = "工作簿有打开密码，请取消密码后再上传"
    en = "The workbook opens with a password only; take it off first"


class FileUnpacksTooLarge(InvalidArgument):
    zh = "文件解压后过大"
    en = "The file unpacks to more than a file may be"


class CellsMerged(InvalidArgument):
    zh = "工作表“{sheet}”中 {place} 是合并单元格，请取消合并后再上传"
    en = "The cells {place} of the sheet {sheet!r} are merged; take them apart first"


class FormulaFound(InvalidArgument):
    zh = "工作表“{sheet}”中 {place} 是公式，请粘贴为数值后再上传"
    en = "There is a formula in {place} of the sheet {sheet!r}; paste it as a value first"


async def read_plain(content: bytes, name: str) -> Workbook:
    """The sheets of a workbook, of a zip of CSV, or the one table of a CSV, which is called `name`.

    Merged cells and formulas are only found here; `must_be_plain` refuses them in the sheet that is wanted.
    Raises FileEmpty, FileTooLarge, FileOfAnotherKind, WorkbookHasMacros, WorkbookLocked, FileUnpacksTooLarge, FileNotReadable.
    """
    if len(content) > LARGEST:
        raise FileTooLarge(field="content", limit=LARGEST)
    kind = await asyncio.to_thread(kind_of, content)
    try:
        match kind:
            case FileKind.WORKBOOK:
                return await read_workbook(content, closely=True)
            case FileKind.ZIP:
                return Workbook(await asyncio.to_thread(lambda: tuple(read_archive(content))))
            case FileKind.TEXT:
                return Workbook((await asyncio.to_thread(read_text, content, name),))
            case FileKind.EMPTY:
                raise FileEmpty(field="content")
            case FileKind.MACROS:
                raise WorkbookHasMacros(field="content")
            case FileKind.LOCKED:
                raise WorkbookLocked(field="content")
        raise FileOfAnotherKind(field="content", found=kind.value)
    except (TooLarge, WorkbookTooLarge) as error:
        raise FileUnpacksTooLarge(field="content") from error
    except (WorkbookUnreadable, *BROKEN) as error:
        raise FileNotReadable(field="content", format=f"{kind.value}") from error


def must_be_plain(workbook: Workbook, sheet: Sheet) -> None:
    """Raises CellsMerged, FormulaFound."""
    for name, place in workbook.merged:
        if name == sheet.name:
            raise CellsMerged(field="content", sheet=name, place=place)
    for name, place in workbook.formulas:
        if name == sheet.name:
            raise FormulaFound(field="content", sheet=name, place=place)
