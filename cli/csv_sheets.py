"""Sheets as zips of CSV files, as the services import and export them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Row: TypeAlias = Sequence[str]


def sheet(columns: Row, rows: Iterable[Row]) -> bytes:
    """One CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def tables(archive: bytes) -> dict[str, list[dict[str, str]]]:
    """The rows of every CSV file in a zip."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {
            name: list(csv.DictReader(io.StringIO(opened.read(name).decode("utf-8-sig"))))
            for name in opened.namelist()
        }
