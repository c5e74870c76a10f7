"""`zhupi run COMPONENT`: one component in this process, until a signal asks it to drain."""

from __future__ import annotations

import asyncio
import signal

import uvloop

from chassis import logging, metrics, telemetry
from chassis.component import Component, Running
from chassis.config import Settings


def run(component: Component, settings: Settings) -> None:
    """Returns when the component has drained. Raises what it raises."""
    logging.configure(settings, component.name)
    metrics.offer(settings)
    tracing = telemetry.start(settings, component.name)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(component, settings))
    finally:
        tracing.stop()


async def _serve(component: Component, settings: Settings) -> None:
    running = Running(settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.stopping.set)
    await component.serve(running)
