"""`python -m bench.lists`: what `make bench-inbox` runs. A page of every kind, with a million items in people's lists."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.command import Tell, kept, run, shown
from bench.installation import a_home, running
from bench.lists.measure import RATE, Load, Measured
from bench.lists.run import long_lists
from bench.lists.tables import MARKS, tables
from bench.lists.world import PEOPLE, a_world
from bench.machine import Machine, this_machine


@dataclass(frozen=True, slots=True)
class Asked:
    items: int
    people: int
    load: Load
    home: Path | None
    markdown: Path | None


def main() -> None:
    asked = parsed(sys.argv[1:])

    async def whole(tell: Tell) -> tuple[Machine, Measured]:
        machine, world = await this_machine(), a_world(asked.people)
        with a_home(asked.home) as home:
            tell("starting")
            async with running(home) as installation:
                measured = await long_lists(installation, world, asked.items, asked.load, tell)
                tell(f"done; load {os.getloadavg()[0]:.2f}")
                return machine, measured

    machine, measured = run(whole)
    found_tables = tables(measured, machine, asked.items, asked.people)
    shown(found_tables)
    kept(found_tables, asked.markdown, MARKS)


def parsed(words: list[str]) -> Asked:
    parser = argparse.ArgumentParser(prog="make bench-inbox", description="Pages of long lists")
    parser.add_argument("--items", type=int, default=1_000_000, help="work items in all lists")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--pages", type=int, default=100, help="pages of each kind")
    parser.add_argument("--rate", type=float, default=RATE, help="pages a second of all clients together")
    parser.add_argument("--home", type=Path, help="a folder to run in and to keep; filled once")
    parser.add_argument(
        "--markdown", type=Path, help="write the tables between their marks: docs/performance.md"
    )
    given = parser.parse_args(words)
    load = Load(pages=given.pages, rate=given.rate)
    return Asked(given.items, given.people, load, given.home, given.markdown)


if __name__ == "__main__":
    main()
