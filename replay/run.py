"""Many cases at once, each on its own, so many at the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from cli.session import Options
from cli.values import month_of
from kernel.errors import Refusal
from kernel.text import Text
from replay.cast import Cast
from replay.house import bring_in
from replay.mapping import Mapping
from replay.office import Office
from replay.report import Report
from replay.script import Script, Scripted
from replay.walker import Walked, Walker
from replay.writing import Run


async def replay(
    options: Options,
    mapping: Mapping,
    cases: Sequence[Scripted],
    run: Run,
    *,
    concurrency: int,
    brought: Callable[[Sequence[Text]], None],
    done: Callable[[Walked], None],
) -> Report:
    """Brings in what the log needs, tells `brought` of it, walks the cases that can be walked and tells `done` of each."""
    scripts = [case for case in cases if isinstance(case, Script)]
    async with Cast(options, mapping) as cast:
        needed = sum((script.amount for script in scripts), Decimal())
        brought(await bring_in(await cast.steward(), mapping, month_of(run.day), needed))
        office = await Office.of(cast, run)
        begun = time.monotonic()
        walked = await _walked(office, scripts, concurrency, done)
        return Report(run.name, cases, walked, time.monotonic() - begun, office.latencies.spreads())


async def _walked(
    office: Office, scripts: Sequence[Script], concurrency: int, done: Callable[[Walked], None]
) -> list[Walked]:
    """Raises what refuses to show an inbox; what refuses an act is told of its case."""
    waiting = iter(scripts)
    walked: list[Walked] = []

    async def one_after_another(waiting: Iterator[Script]) -> None:
        for script in waiting:
            walked.append(await Walker(office, script).walk())
            done(walked[-1])

    try:
        async with asyncio.TaskGroup() as watching:
            desks = [watching.create_task(desk.watch()) for desk in office.desks.values()]
            async with asyncio.TaskGroup() as walking:
                for _ in range(min(concurrency, len(scripts))):
                    walking.create_task(one_after_another(waiting))
            for desk in desks:
                desk.cancel()
    except BaseExceptionGroup as group:
        refused = group.subgroup(Refusal)
        raise group if refused is None else _first(refused) from group
    return walked


def _first(group: BaseExceptionGroup[Refusal]) -> Refusal:
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found
