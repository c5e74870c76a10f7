"""`zhupi doctor`: looks at an installation and its home, says what is wrong and how to mend it. Changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from chassis.doctor.engine import engine
from chassis.doctor.finding import Finding
from chassis.doctor.household import household
from chassis.doctor.installation import installation
from chassis.doctor.running import what_runs
from chassis.terminal import language
from kernel.text import Text


def examine(home: Path, port_base: int) -> int:
    """Print what is found; the exit code is 0 if nothing is wrong."""
    return asyncio.run(_examine(home.absolute(), port_base))


async def _examine(home: Path, port_base: int) -> int:
    wrong = 0
    async for finding in _findings(home, port_base):
        print(finding.line(), flush=True)
        wrong += not finding.is_well
    verdict = (
        Text("发现 {n} 个问题", "{n} found wrong") if wrong else Text("没有发现问题", "nothing is wrong")
    )
    print(verdict.format(n=wrong).in_language(language()))
    return 1 if wrong else 0


async def _findings(home: Path, port_base: int) -> AsyncIterator[Finding]:
    async for finding in installation(home):
        yield finding
    for finding in household(home):
        yield finding
    async for finding in what_runs(home, port_base):
        yield finding
    async for finding in engine(home):
        yield finding
