"""What every measurement does when it is called: it says meanwhile how far it is, shows its tables and keeps them in a page."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

import uvloop
from rich.console import Console

from bench.tables import BEGIN, END, Table, markdown, put_into, show

Tell = Callable[[str], None]
T = TypeVar("T")


def run(whole: Callable[[Tell], Coroutine[Any, Any, T]]) -> T:
    """What `whole` measures. It is given something to say how far it is, with the seconds since it began."""
    aside, begun = Console(stderr=True), time.monotonic()

    def tell(words: str) -> None:
        aside.print(f"{time.monotonic() - begun:5.0f} s  {words}", style="dim", highlight=False)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(whole(tell))


def shown(tables: Sequence[Table]) -> None:
    show(tables, Console(width=150 if not sys.stdout.isatty() else None))


def kept(tables: Sequence[Table], page: Path | None, marks: tuple[str, str] = (BEGIN, END)) -> None:
    """Between their marks in `page`; a file without them has nothing but the tables then."""
    if page is not None:
        text = page.read_text("utf-8") if page.exists() else ""
        written_to(page, put_into(text, markdown(tables), marks))


def written_to(path: Path, text: str) -> None:
    """To the file, or, for `-`, to the standard output."""
    if str(path) == "-":
        print(text)
    else:
        path.write_text(text, "utf-8")
