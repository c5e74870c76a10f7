"""The engine's floor: a workflow of three steps that does nothing, with the settings that Zhupi's own worker uses.

Each step is a local activity that says that the step is open, then a signal. At the end there is one regular activity
on a queue of its own, as the payment has. `python -m bench.floor ADDRESS NAMESPACE` is its worker, a process of its own
as Zhupi's is; it prints the steps as they open.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import timedelta
from typing import Final

import uvloop
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.service import GrpcCompression
from temporalio.worker import PollerBehaviorSimpleMaximum, UnsandboxedWorkflowRunner, Worker

from workflows.calls import QUICK
from workflows.worker import CACHED, POLLERS

STEPS: Final = 3
QUEUE: Final = "bench-floor"
OUTSIDE: Final = "bench-floor-outside"
NAME: Final = "bench-floor"
DECIDED: Final = "decided"
READY: Final = "ready"


@activity.defn
async def open_step(case: str, step: int) -> None:
    # One write: lines of several activities must not mix.
    os.write(sys.stdout.fileno(), f"{case} {step}\n".encode())


@activity.defn
async def pay(case: str) -> None:
    """As little as a payment can be."""


@workflow.defn(name=NAME)
class Floor:
    """Three times: open a step, wait until it is decided. Then pay."""

    def __init__(self) -> None:
        self._decided = 0

    @workflow.run
    async def run(self, case: str) -> None:
        for step in range(1, STEPS + 1):
            await workflow.execute_local_activity(
                open_step, args=[case, step], start_to_close_timeout=timedelta(seconds=5), retry_policy=QUICK
            )
            await workflow.wait_condition(lambda step=step: self._decided >= step)  # type: ignore[misc]  # a default binds it
        await workflow.execute_activity(
            pay, case, task_queue=OUTSIDE, start_to_close_timeout=timedelta(minutes=5)
        )

    @workflow.signal(name=DECIDED)
    def decided(self, step: int) -> None:
        self._decided = step


async def connected(address: str, namespace: str) -> Client:
    return await Client.connect(address, namespace=namespace, grpc_compression=GrpcCompression.NONE)


async def work(address: str, namespace: str) -> None:
    """Until a signal asks to stop."""
    client = await connected(address, namespace)
    cases = Worker(
        client,
        task_queue=QUEUE,
        workflows=[Floor],
        activities=[open_step],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=CACHED,
        workflow_task_poller_behavior=PollerBehaviorSimpleMaximum(POLLERS),
        no_remote_activities=True,
    )
    outside = Worker(client, task_queue=OUTSIDE, activities=[pay])
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with cases, outside:
        print(READY, flush=True)
        await stopping.wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work(*sys.argv[1:3]))
