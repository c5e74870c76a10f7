"""Sheets that a service takes whole or refuses whole, and the report of it."""

from __future__ import annotations

from typing import Final

from cli.exits import Exit
from cli.output import plain
from cli.session import Session
from kernel.text import counted
from zhupi.common.v1.sheet_pb2 import ImportReport, RowRefusal

COLUMNS: Final = ("sheet", "line", "column", "rule", "sentence")


def reported(session: Session, report: ImportReport) -> Exit:
    """Say what an import did, or every row for which it was refused."""
    if session.out.as_json:
        session.out.json(plain(report))
    elif report.refusals:
        session.out.say(
            f"未导入任何内容：{len(report.refusals)} 处有误",
            f"Nothing was imported: {counted(len(report.refusals), 'place is', 'places are')} wrong",
            style="bold red",
        )
        session.out.table(report.refusals, COLUMNS, kind=RowRefusal)
    elif report.applied:
        session.out.say(f"已导入 {report.rows} 行", f"Rows imported: {report.rows}", style="green")
    else:
        session.out.say(
            f"检查通过，共 {report.rows} 行，未导入",
            f"{counted(report.rows, 'row')}, all right; nothing was imported",
        )
    return Exit.FOUND_WRONG if report.refusals else Exit.DONE
