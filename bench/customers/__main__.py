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
from bench.customers.sheet import Brought, bring_in
from bench.customers.tables import MARKS, tables
from bench.installation import Installation, a_home, running
from bench.machine import Machine, this_machine
from cli.session import Options
from demo.acting import Actors
from demo.group import ADMINISTRATOR, Group, build
from demo.load import load_directory
from zhupi.customer.v1.import_pb2 import ListImportsRequest
from zhupi.customer.v1.import_pb2_grpc import CustomerImportServiceStub

# Sheets have customers of their own, whose credit codes nobody else has.
OF_SHEETS: Final = 500_000
MOST_ROWS: Final = 10_000  # of one sheet
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
        machine, found = await this_machine(), Measured()
        with a_home(asked.home) as home:
            if asked.rows:  # a home that was kept has many customers already
                with a_home(None if home.is_dir() else home) as empty:
                    tell("starting with nobody")
                    async with running(empty) as installation:
                        await beside_nobody(installation, asked, found, tell)
            tell("starting")
            async with running(home) as installation:
                await beside_all(installation, asked, found, tell)
        return machine, found

    machine, found = run(whole)
    found_tables = tables(found, machine, asked.customers)
    shown(found_tables)
    kept(found_tables, asked.markdown, MARKS)


async def beside_nobody(installation: Installation, asked: Asked, found: Measured, tell: Tell) -> None:
    group = build()
    async with Actors(Options(home=installation.home), group) as actors:
        await load_directory(await actors.session(ADMINISTRATOR), group)
        found.brought += await a_sheet(installation, actors, group, asked.rows, 0, tell)


async def beside_all(installation: Installation, asked: Asked, found: Measured, tell: Tell) -> None:
    group = build()
    async with Actors(Options(home=installation.home), group) as actors:
        administrator = await actors.session(ADMINISTRATOR)
        await load_directory(administrator, group)
        keeper = await actors.session(the_keeper(group))
        tell(f"{asked.customers:,} customers")
        customers = await fill(administrator, keeper, representatives(group), asked.customers, tell)
        if asked.rows:
            found.brought += await a_sheet(installation, actors, group, asked.rows, asked.customers, tell)
        own = await actors.session(representatives(group)[0])
        accounts = Accounts(installation.pid, {"driver": os.getpid()})
        await searched(keeper, own, customers, asked.searches, accounts, found, tell)
        tell(f"done; load {os.getloadavg()[0]:.2f}")


async def a_sheet(
    installation: Installation, actors: Actors, group: Group, rows: int, others: int, tell: Tell
) -> list[Brought]:
    """Rows that no sheet of this home had before: what is there already would only be found unchanged."""
    tell(f"a sheet of {rows:,} rows")
    keeper = await actors.session(the_keeper(group))
    stub = keeper.stub(CustomerImportServiceStub)
    before = len((await stub.ListImports(ListImportsRequest(page_size=200))).imports)
    sheet = list(called(rows, first=OF_SHEETS + before * MOST_ROWS))
    accounts = Accounts(installation.pid, {"driver": os.getpid()})
    return await bring_in(keeper, sheet, representatives(group), others, accounts)


def representatives(group: Group) -> list[str]:
    return [one.login for one in group.people if one.post == REPRESENTATIVE]


def the_keeper(group: Group) -> str:
    return next(one.login for one in group.people if one.post == MASTER_DATA)


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
