"""One run from a new folder to all figures."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from bench import inbox
from bench.accounting import Accounts, used_between
from bench.claims_load import claims_load
from bench.floor_load import floor_load
from bench.installation import Installation, a_home, running
from bench.machine import this_machine
from bench.plan import Plan
from bench.report import Figures
from bench.rounds import all_rounds, at_a_rate
from cli.session import Options
from demo.load import load as load_demo_group

NAMESPACE = "zhupi"
Tell = Callable[[str], None]


async def figures(plan: Plan, tell: Tell) -> Figures:
    machine = await this_machine()
    with a_home(plan.home) as home:
        tell("starting in a new home")
        async with running(home) as cold:
            cold_start = cold.started_in
        tell("starting again")
        async with running(home) as installation:
            await load_demo_group(Options(home=home))
            tell("at rest")
            memory, idle_cpu = await _at_rest(installation, plan.idle_seconds)
            address = installation.addresses["temporal"]
            async with floor_load(address, NAMESPACE) as floor, claims_load(home) as claims:
                accounts = Accounts(installation.pid, {"driver": os.getpid(), "floor worker": floor.pid})
                levels = await all_rounds(floor, claims, accounts, plan.cases, plan.rounds, tell)
                half = levels[-1].claims.rate / 2
                tell(f"half load: {half:.1f} new cases a second")
                half_load = await at_a_rate(claims, half, plan.half_load_seconds)
                tell(f"{plan.inbox_items} more work items")
                owners = inbox.owners(claims.people)
                await inbox.fill(installation.database("approval"), owners, plan.inbox_items)
                pages = await inbox.pages(claims.people, plan.inbox_pages)
            return Figures(
                machine,
                cold_start,
                installation.started_in,
                memory,
                idle_cpu,
                levels,
                half,
                half_load,
                plan.inbox_items,
                pages,
            )


async def _at_rest(installation: Installation, seconds: float) -> tuple[dict[str, int], dict[str, float]]:
    """Bytes and cores by part, once what the start has left behind is done."""
    accounts = Accounts(installation.pid, {})
    await asyncio.sleep(seconds / 2)
    before = accounts.cpu()
    await asyncio.sleep(seconds / 2)
    cores = used_between(before, accounts.cpu())
    return accounts.memory(), {part: used / (seconds / 2) for part, used in cores.items()}


def written_to(path: Path, text: str) -> None:
    """To the file, or, for `-`, to the standard output."""
    if str(path) == "-":
        print(text)
    else:
        path.write_text(text, "utf-8")
