"""Sheets that a service takes whole or not at all."""

from __future__ import annotations

from replay.refusals import SheetRefused
from zhupi.common.v1.sheet_pb2 import ImportReport


def must_apply(sheet: str, report: ImportReport) -> None:
    """Raises SheetRefused, with the first few rows and why."""
    if report.applied:
        return
    rows = [(f"{row.sheet}:{row.line} {row.column}", row.sentence) for row in report.refusals[:5]]
    raise SheetRefused(
        sheet=sheet,
        why_zh="；".join(f"{where} {said.zh}" for where, said in rows),
        why_en="; ".join(f"{where} {said.en}" for where, said in rows),
    )
