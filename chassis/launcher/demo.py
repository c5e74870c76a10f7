"""The demo group for a new home: what stories need before anybody begins, and then, while people work, all its customers and what is done at them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Final

from chassis.commands import GROUP
from chassis.launcher.launch import Launched
from chassis.terminal import say
from kernel.text import Text

# What has been done once for a home. What did not succeed is tried again at the next start.
LOADED: Final = "demo"
WHOLE: Final = "whole"


@dataclass(frozen=True, slots=True)
class Part:
    """What comes in by `zhupi demo COMMAND`."""

    command: str
    title: Text

    @property
    def mark(self) -> str:
        return f"demo-{self.command}"


REST: Final = (Part("customers", Text("客户", "customers")), Part("activities", Text("活动", "activities")))


async def load_demo(running: Launched, size: str) -> None:
    """The group of this size, with its first customers."""
    if running.home.marked(LOADED) or not entry_points(group=GROUP, name="demo"):
        return
    say(Text("  · 正在载入演示集团", "  · the demo group is being loaded"))
    if await _said(running, "load", "--group", size) == 0:
        running.home.mark(LOADED)
    else:
        say(
            Text(
                "  ✗ 演示集团未能载入，下次启动时重试",
                "  ✗ the demo group was not loaded; the next start tries again",
            )
        )


@asynccontextmanager
async def loading_the_rest(running: Launched, size: str) -> AsyncIterator[None]:
    """Inside the block what a whole group has beside that comes in, slowly enough that nobody who works meanwhile waits for it."""
    home = running.home
    missing = [part for part in REST if not home.marked(part.mark)]
    if size != WHOLE or not home.marked(LOADED) or not missing:
        yield
        return
    loading = asyncio.create_task(_load(running, missing))
    try:
        yield
    finally:
        loading.cancel()
        with suppress(asyncio.CancelledError):
            await loading


async def _load(running: Launched, parts: Sequence[Part]) -> None:
    """One after the other: activities are at customers."""
    for part in parts:
        begun = time.monotonic()
        say(
            Text(
                "  · 演示{zh}正在后台载入，可以先开始使用",
                "  · the demo's {en} come in meanwhile; begin when you like",
            ).format(zh=part.title.zh, en=part.title.en)
        )
        if await _said(running, part.command) == 0:
            running.home.mark(part.mark)
            done = Text(
                "  ✓ 演示{zh}已载入（{seconds:.0f} 秒）", "  ✓ the demo's {en} are in ({seconds:.0f} s)"
            )
        else:
            done = Text(
                "  ✗ 演示{zh}未能全部载入，下次启动时继续",
                "  ✗ not all of the demo's {en} came in; the next start goes on",
            )
        say(done.format(zh=part.title.zh, en=part.title.en, seconds=time.monotonic() - begun))


async def _said(running: Launched, *words: str) -> int:
    """What `zhupi demo WORDS` ends with."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "chassis", "demo", *words),
        env={**os.environ, "ZHUPI_HOME": str(running.home.path)},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        process_group=0,
    )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
