"""Reads one Excel workbook from standard input and writes its cells as JSON: run as a program of its own.

The library lays every sheet out as a full grid, so that a file of 5 kB with two cells far apart asks for 500 GB and ends
the process. It may do so here, where nobody else lives and limits hold. Imports nothing of the project.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

MEMORY = 1024**3  # bytes
SECONDS = 30  # of the processor
MOST_CELLS = 2_000_000  # of all sheets, those without content included


def as_text(cell: float | str | bool | date | time | timedelta) -> str:
    match cell:
        case str():
            return cell.strip()
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
    return str(cell)


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        workbook = CalamineWorkbook.from_object(io.BytesIO(sys.stdin.buffer.read()))
        sheets = [(name, workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
        if sum(sheet.total_height * sheet.total_width for _, sheet in sheets) > MOST_CELLS:
            return 1
        rows = [
            (name, [[as_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)])
            for name, sheet in sheets
        ]
    except (CalamineError, MemoryError):
        return 1
    json.dump(rows, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
