"""One run from a new folder to all figures."""

from __future__ import annotations

import asyncio
import os

from bench.accounting import Accounts, used_between
from bench.claims_load import claims_load
from bench.command import Tell
from bench.floor_load import floor_load
from bench.installation import Installation, a_home, running
from bench.lists.measure import Load
from bench.lists.run import long_lists
from bench.lists.world import PEOPLE, a_world
from bench.machine import this_machine
from bench.plan import Plan
from bench.report import Figures
from bench.rounds import all_rounds, at_a_rate
from cli.session import Options
from demo.load import load as load_demo_group

NAMESPACE = "zhupi"


async def figures(plan: Plan, tell: Tell) -> Figures:
    """Everything, in an installation that is started for it."""
    machine = await this_machine()
    with a_home(plan.home) as home:
        starts: list[float] = []
        for _ in range(plan.starts - 1):
            tell("starting in a new home")
            async with running(home) as installation:
                starts.append(installation.started_in)
        tell("starting")
        async with running(home) as installation:
            starts.append(installation.started_in)
            await load_demo_group(Options(home=home))
            tell("at rest")
            memory, idle_cpu = await _at_rest(installation, plan.idle_seconds)
            address = installation.addresses["temporal"]
            async with floor_load(address, NAMESPACE) as floor, claims_load(home) as claims:
                accounts = Accounts(installation.pid, {"driver": os.getpid(), "floor worker": floor.pid})
                levels = await all_rounds(floor, claims, accounts, plan, tell)
                half = levels[-1].claims.rate / 2
                tell(f"half load: {half:.1f} new cases a second")
                half_load = await at_a_rate(claims, half, plan.half_load_seconds)
            # Last of all: from then on the directory is another.
            lists = await long_lists(
                installation, a_world(PEOPLE), plan.inbox_items, Load(plan.inbox_pages), tell
            )
    return Figures(
        machine=machine,
        cold_start=starts[0],
        warm_start=starts[1] if len(starts) > 1 else None,
        memory=memory,
        idle_cpu=idle_cpu,
        levels=levels,
        half_load_rate=half,
        half_load=half_load,
        inbox_items=plan.inbox_items,
        inbox=lists.spread(lists.one),
    )


async def _at_rest(installation: Installation, seconds: float) -> tuple[dict[str, int], dict[str, float]]:
    """Bytes and cores by part, once what the start has left behind is done."""
    accounts = Accounts(installation.pid, {})
    await asyncio.sleep(seconds / 2)
    before = accounts.cpu()
    await asyncio.sleep(seconds / 2)
    cores = used_between(before, accounts.cpu())
    return accounts.memory(), {part: used / (seconds / 2) for part, used in cores.items()}
