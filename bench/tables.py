"""Tables as they are shown: on a terminal, and as Markdown to be kept in docs/performance.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as RichTable

# What `--markdown` replaces of a page that has them.
BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"


@dataclass(frozen=True, slots=True)
class Table:
    """The first column is text, the others are figures. `note` stands below."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def show(tables: Sequence[Table], console: Console) -> None:
    for table in tables:
        drawn = RichTable(title=table.title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
        for number, column in enumerate(table.columns):
            drawn.add_column(column, justify="right" if number else "left")
        for row in table.rows:
            drawn.add_row(*row)
        console.print(drawn)
        if table.note:
            console.print(table.note, style="dim")


def markdown(tables: Sequence[Table]) -> str:
    return "\n".join(_markdown(table) for table in tables)


def put_into(text: str, tables: str, marks: tuple[str, str] = (BEGIN, END)) -> str:
    """`text` with `tables` between its two marks; where it has none, the tables alone."""
    begin, end = marks
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    return f"{before}{begin}\n\n{tables}\n{end}{after}" if found and ended else tables


def _markdown(table: Table) -> str:
    figures = "| --- " + "| ---: " * (len(table.columns) - 1) + "|"
    rows = "\n".join(f"| {' | '.join(row)} |" for row in table.rows)
    note = f"\n{table.note}\n" if table.note else ""
    return f"### {table.title}\n\n| {' | '.join(table.columns)} |\n{figures}\n{rows}\n{note}"
