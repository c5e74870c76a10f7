"""`python -m bench.profile`, what `make profile` runs: a claims load, looked at from all sides.

Waits by our own spans, statements by PostgreSQL's own account, CPU by process, and the stacks of every Python process by
py-spy, whose files (folded stacks, for flame graphs) stay in the output folder.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import uvloop
from rich.console import Console

from bench import statements
from bench.accounting import Accounts, used_between
from bench.claims_load import claims_load
from bench.installation import Installation, a_home, running
from bench.load import Seen, at_once
from bench.plan import SETTLED_AFTER
from bench.profile_tables import Profile, tables
from bench.sampling import Sampler
from bench.tables import show
from bench.waits import spans_since
from cli.session import Options
from demo.load import load as load_demo_group


async def profile(in_flight: int, cases: int, folder: Path | None) -> Profile:
    """`folder` None: nobody looks at stacks, which takes its share of the processor."""
    with a_home(None) as home:
        async with running(home) as installation:
            await statements.execute(installation.database("postgres"), statements.PRELOAD)
        async with running(home) as installation:
            await load_demo_group(Options(home=home))
            async with claims_load(home) as claims:
                await claims.prepare(cases + in_flight)
                await at_once(in_flight, [partial(claims.one, Seen())] * in_flight)
                await asyncio.sleep(SETTLED_AFTER)
                accounts = Accounts(installation.pid, {"driver": os.getpid()})
                sampler = Sampler(folder) if folder else None
                if sampler:
                    await sampler.start(accounts.components())
                return await _looked_at(
                    installation,
                    accounts,
                    sampler,
                    cases,
                    partial(at_once, in_flight, [partial(claims.one, Seen())] * cases),
                )


async def _looked_at(
    installation: Installation,
    accounts: Accounts,
    sampler: Sampler | None,
    cases: int,
    load: Callable[[], Awaitable[float]],
) -> Profile:
    server = installation.database("postgres")
    await statements.execute(server, statements.COUNT, statements.FORGET)
    since, before = datetime.now(UTC), accounts.cpu()
    took = await load()
    await asyncio.sleep(SETTLED_AFTER)
    cpu = used_between(before, accounts.cpu())
    stacks, complaint = await sampler.stop() if sampler else ({}, "")
    return Profile(
        cases=cases,
        seconds=took,
        cpu=cpu,
        spans=await spans_since(installation.database("traces"), since),
        statements=await statements.counted(server),
        stacks=stacks,
        complaint=complaint,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="make profile", description="where a claim's time goes")
    parser.add_argument("--in-flight", type=int, default=10)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--output", type=Path, default=Path(".profile"), help="a folder for the stacks")
    parser.add_argument("--no-stacks", action="store_true", help="spans and statements only")
    asked = parser.parse_args(sys.argv[1:])
    folder = None if asked.no_stacks else asked.output
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(profile(asked.in_flight, asked.cases, folder))
    console = Console(width=None if sys.stdout.isatty() else 150)
    show(tables(found), console)
    if found.complaint:
        console.print(
            f"py-spy: {found.complaint}\n(as root, or after: sysctl kernel.yama.ptrace_scope=0)",
            style="yellow",
        )
    elif folder:
        console.print(f"stacks: {folder}/*.folded (speedscope.app and flamegraph.pl read them)", style="dim")


if __name__ == "__main__":
    main()
