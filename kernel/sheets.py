"""Sheets of text, as imports read and exports write them, and how a row is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.text import Text


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows[0]` is line 1, the heading. Cells are stripped texts; days are written 2026-01-31, numbers 1234.5."""

    name: str
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """Why a row is refused. `line` counts from 1 as the sheet program does; `column` is the key of the column."""

    sheet: str
    line: int
    column: str
    rule: str
    text: Text
