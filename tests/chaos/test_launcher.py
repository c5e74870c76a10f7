"""Everything is killed, again and again, and comes back. Run by `make chaos`."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import defaultdict
from pathlib import Path

import pytest

from chassis.launcher.happening import Happening
from chassis.launcher.launch import launched

ROUNDS = 8


@pytest.mark.chaos
@pytest.mark.timeout(900)
async def test_whatever_is_killed_everything_answers_again(chaos_folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    deaths: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def remember(happening: Happening) -> None:
        if happening.kind == "died":
            deaths[happening.part].set()

    async with launched(chaos_folder / f"launcher {seed}", tell=remember) as running:
        parts = sorted(running.addresses.keys() - {"temporal-ui"})
        for _ in range(ROUNDS):
            killed = chance.sample(parts, chance.randint(1, len(parts)))
            for name in killed:
                await running.supervisor.answering(name)
                deaths[name].clear()
                os.kill(running.supervisor.pid(name), signal.SIGKILL)
            for name in killed:
                await deaths[name].wait()
            for name in parts:
                await running.supervisor.answering(name)
