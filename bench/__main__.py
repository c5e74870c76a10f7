"""`python -m bench`: what `make bench` runs."""

from __future__ import annotations

import asyncio
import json
import sys
import time

import uvloop
from rich.console import Console

from bench.plan import parsed
from bench.report import as_json, tables
from bench.run import figures, written_to
from bench.tables import markdown, put_into, show


def main() -> None:
    plan = parsed(sys.argv[1:])
    console, aside, begun = (
        Console(width=150 if not sys.stdout.isatty() else None),
        Console(stderr=True),
        time.monotonic(),
    )

    def tell(words: str) -> None:
        aside.print(f"{time.monotonic() - begun:5.0f} s  {words}", style="dim", highlight=False)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(figures(plan, tell))
    shown = tables(found)
    if str(plan.json) != "-":
        show(shown, console)
    if plan.json is not None:
        written_to(plan.json, json.dumps(as_json(found), ensure_ascii=False, indent=2))
    if plan.markdown is not None:
        page = plan.markdown.read_text("utf-8") if plan.markdown.exists() else ""
        written_to(plan.markdown, put_into(page, markdown(shown)))


if __name__ == "__main__":
    main()
