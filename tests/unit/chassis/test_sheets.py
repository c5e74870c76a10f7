from __future__ import annotations

import subprocess
import sys

import pytest

# A fork handler stays for the life of its process: the reading happens in one of its own.
READ_AND_COUNT_FORKS = """
import ctypes
import uvloop
from chassis.files.sheets import SheetFormat, read_sheets, write_sheets
from kernel.sheets import Sheet

forks = []
noted = ctypes.CFUNCTYPE(None)(lambda: forks.append("forked"))
ctypes.CDLL(None).__register_atfork(None, noted, None, None)

sheets = (Sheet("people", [["id"], ["lihua"]]),)

async def read():
    return await read_sheets(write_sheets(sheets, SheetFormat.XLSX), SheetFormat.XLSX)

print([sheet.name for sheet in uvloop.run(read())], forks)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only there are fork handlers registered by this name")
def test_a_workbook_is_read_without_forking_the_service_whose_grpc_would_wake_in_the_copy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ_AND_COUNT_FORKS], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "['people'] []"
