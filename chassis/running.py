"""A component in this process, until a signal asks it to drain: `zhupi run NAME`, and what `zhupi up` forks."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import NoReturn

import uvloop

from chassis.component import Component, Running, component
from chassis.config import Settings
from chassis.observability import logging, metrics, tracing
from chassis.project import PROJECT
from chassis.terminal import say_refusal
from kernel.errors import Code, Refusal

# As in <sysexits.h>: what refused to start will refuse again (EX_CONFIG), or may do better later (EX_TEMPFAIL).
REFUSED, LATER = 78, 75


def run_installed(name: str, *, migrate: bool) -> int:
    """Run component `name` to its end, told by the environment; the exit code. Raises UnknownComponent.

    `migrate` first brings its database, if it has one, to the newest schema.
    """
    found = component(name)
    settings = Settings()
    try:
        if migrate and found.migrations:
            from chassis.postgres.migrations import migrate as bring_up_to_date  # not every run needs Alembic

            bring_up_to_date(settings.database_url.get_secret_value(), PROJECT / found.migrations)
        run(found, settings)
    except Refusal as refusal:
        say_refusal(refusal)
        return LATER if refusal.code is Code.UNAVAILABLE else REFUSED
    return 0


def leave(code: int) -> NoReturn:
    """End this process at once: everything is drained, and told by now.

    Threads of Temporal's SDK live on when its workers and clients are gone, and none of them can be stopped. One that comes
    back to Python while the interpreter takes itself apart aborts the process, so that a component which had drained ended
    with code 134, now and then (temporalio/sdk-python, issue 300, open). What the nursery forks leaves in this way anyway.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def run(component: Component, settings: Settings) -> None:
    """Returns when the component has drained. Raises what it raises."""
    logging.configure(settings, component.name)
    metrics.offer(settings)
    telemetry = tracing.start(settings, component.name)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(component, settings))
    finally:
        telemetry.stop()


async def _serve(component: Component, settings: Settings) -> None:
    running = Running(settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.stopping.set)
    await component.serve(running)
