"""`python -m bench.customers`, what `make bench-customers` runs: searching very many customers, and importing sheets of them."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.accounting import Accounts
from bench.command import Tell, kept, run, shown
from bench.customers.fill import fill
from bench.customers.measure import Measured, searched
from bench.customers.names import called
from bench.customers.sheet import bring_in
from bench.customers.tables import MARKS, tables
from bench.installation import Installation, a_home, running
from bench.machine import Machine, this_machine
from cli.session import Options
from demo.acting import Actors
from demo.group import ADMINISTRATOR, build
from demo.load import load_directory

# Sheets have customers of their own, whose credit codes nobody else has.
OF_SHEETS: Final = 500_000
REPRESENTATIVE: Final = "medical-representative"
MASTER_DATA: Final = "master-data"


@dataclass(frozen=True, slots=True)
class Asked:
    customers: int
    searches: int
    rows: int
    home: Path | None
    markdown: Path | None


def main() -> None:
    asked = parsed(sys.argv[1:])

    async def whole(tell: Tell) -> tuple[Machine, Measured]:
        machine = await this_machine()
        with a_home(asked.home) as home:
            tell("starting")
            async with running(home) as installation:
                return machine, await measured(installation, asked, tell)

    machine, found = run(whole)
    found_tables = tables(found, machine, asked.customers)
    shown(found_tables)
    kept(found_tables, asked.markdown, MARKS)


async def measured(installation: Installation, asked: Asked, tell: Tell) -> Measured:
    group, found = build(), Measured()
    accounts = Accounts(installation.pid, {"driver": os.getpid()})
    representatives = [one.login for one in group.people if one.post == REPRESENTATIVE]
    async with Actors(Options(home=installation.home), group) as actors:
        administrator = await actors.session(ADMINISTRATOR)
        await load_directory(administrator, group)
        keeper = await actors.session(next(one.login for one in group.people if one.post == MASTER_DATA))

        async def a_sheet(others: int) -> None:
            if asked.rows:
                tell(f"a sheet of {asked.rows:,} rows")
                sheet = list(called(asked.rows, first=OF_SHEETS + others))
                found.brought += await bring_in(keeper, sheet, representatives, others, accounts)

        await a_sheet(0)
        tell(f"{asked.customers:,} customers")
        customers = await fill(administrator, keeper, representatives, asked.customers, tell)
        await a_sheet(asked.customers)
        own = await actors.session(representatives[0])
        await searched(keeper, own, customers, asked.searches, accounts, found, tell)
        tell(f"done; load {os.getloadavg()[0]:.2f}")
    return found


def parsed(words: list[str]) -> Asked:
    parser = argparse.ArgumentParser(prog="make bench-customers", description="Very many customers")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=100, help="of each kind")
    parser.add_argument("--rows", type=int, default=5_000, help="of a sheet that is imported; 0: none")
    parser.add_argument("--home", type=Path, help="a folder to run in and to keep; filled once")
    parser.add_argument(
        "--markdown", type=Path, help="write the tables between their marks: docs/performance.md"
    )
    given = parser.parse_args(words)
    return Asked(given.customers, given.searches, given.rows, given.home, given.markdown)


if __name__ == "__main__":
    main()
