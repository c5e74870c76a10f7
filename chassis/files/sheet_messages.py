"""Sheets as messages say them."""

from __future__ import annotations

from typing import Final

from chassis.files.sheets import SheetFormat
from zhupi.common.v1.sheet_pb2 import SHEET_FORMAT_CSV, SHEET_FORMAT_UNSPECIFIED, SHEET_FORMAT_XLSX

FORMATS: Final = {
    SHEET_FORMAT_UNSPECIFIED: SheetFormat.XLSX,
    SHEET_FORMAT_XLSX: SheetFormat.XLSX,
    SHEET_FORMAT_CSV: SheetFormat.CSV,
}
