"""Both loads, one after the other and several times over: whatever else the machine does, it does to both."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import psutil

from bench.accounting import Accounts, used_between
from bench.command import Tell
from bench.load import Load, Seen, at_once
from bench.plan import Plan
from bench.spread import Spread, ratio

WARM_UP: Final = 5  # cases


@dataclass(slots=True)
class Measured:
    """One load at one number in flight, all rounds together. `cpu`: seconds by part; `others`: cores taken by strangers."""

    cases: int = 0
    rates: list[float] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
    cpu: dict[str, float] = field(default_factory=dict)
    others: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Cases per second: the median round's."""
        return Spread.of(self.rates).p50 / 1000

    @property
    def cpu_per_case(self) -> dict[str, float]:
        return {part: seconds / self.cases for part, seconds in self.cpu.items()}


@dataclass(slots=True)
class Level:
    """Both at one number in flight."""

    in_flight: int
    floor: Measured = field(default_factory=Measured)
    claims: Measured = field(default_factory=Measured)

    @property
    def ratio(self) -> float:
        return ratio(self.claims.rates, self.floor.rates)


async def all_rounds(
    floor: Load,
    claims: Load,
    accounts: Accounts,
    plan: Plan,
    tell: Tell,
) -> list[Level]:
    """Every level, several times, after a few cases that nobody counts."""
    for load in (floor, claims):
        await load.prepare(WARM_UP)
        await at_once(WARM_UP, [partial(load.one, Seen())] * WARM_UP)
    levels = []
    for in_flight, count in plan.cases.items():
        level = Level(in_flight)
        for round in range(plan.rounds):
            tell(f"{in_flight} in flight, round {round + 1} of {plan.rounds}: {count} cases of each")
            for load, into in ((floor, level.floor), (claims, level.claims)):
                await load.prepare(count)
                await asyncio.sleep(plan.settle_seconds)
                await _round(load, accounts, in_flight, count, into, plan.settle_seconds)
        levels.append(level)
    return levels


async def _round(
    load: Load, accounts: Accounts, in_flight: int, cases: int, into: Measured, settle: float
) -> None:
    before, busy_before = accounts.cpu(), _busy()
    took = await at_once(in_flight, [partial(load.one, into.seen)] * cases)
    ours = sum(used_between(before, accounts.cpu()).values())
    into.others.append(max(0.0, _busy() - busy_before - ours) / took)
    await asyncio.sleep(settle)
    used = used_between(before, accounts.cpu())
    into.cpu = {part: into.cpu.get(part, 0.0) + seconds for part, seconds in used.items()}
    into.cases += cases
    into.rates.append(cases / took)


def _busy() -> float:
    """CPU seconds of the whole machine."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


async def at_a_rate(load: Load, per_second: float, seconds: float) -> Seen:
    """New cases at an even pace, however long each takes: what people see when the machine is not at its end."""
    count = max(1, round(per_second * seconds))
    await load.prepare(count)
    seen = Seen()
    loop = asyncio.get_running_loop()
    begun = loop.time()
    async with asyncio.TaskGroup() as cases:
        for n in range(count):
            await asyncio.sleep(max(0.0, begun + n / per_second - loop.time()))
            cases.create_task(load.one(seen))
    return seen
