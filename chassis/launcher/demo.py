"""The demo group for a new home: what stories need before anybody begins, and then, while people work, all its customers."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import entry_points
from typing import Final

from chassis.commands import GROUP
from chassis.launcher.launch import Launched
from chassis.terminal import say
from kernel.text import Text

# What has been done once for a home. What did not succeed is tried again at the next start.
LOADED: Final = "demo"
CUSTOMERS: Final = "demo-customers"
WHOLE: Final = "whole"


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
async def loading_customers(running: Launched, size: str) -> AsyncIterator[None]:
    """Inside the block the customers of a whole group come in, slowly enough that nobody who works meanwhile waits for them."""
    home = running.home
    if size != WHOLE or not home.marked(LOADED) or home.marked(CUSTOMERS):
        yield
        return
    loading = asyncio.create_task(_load_customers(running))
    try:
        yield
    finally:
        loading.cancel()
        with suppress(asyncio.CancelledError):
            await loading


async def _load_customers(running: Launched) -> None:
    begun = time.monotonic()
    say(
        Text(
            "  · 演示客户正在后台载入，可以先开始使用",
            "  · the demo's customers come in meanwhile; begin when you like",
        )
    )
    if await _said(running, "customers") == 0:
        running.home.mark(CUSTOMERS)
        done = Text(
            "  ✓ 演示客户已载入（{seconds:.0f} 秒）", "  ✓ the demo's customers are in ({seconds:.0f} s)"
        )
        say(done.format(seconds=time.monotonic() - begun))
    else:
        say(
            Text(
                "  ✗ 演示客户未能全部载入，下次启动时继续",
                "  ✗ not all of the demo's customers came in; the next start goes on",
            )
        )


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
