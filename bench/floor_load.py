"""Drives the floor: starts workflows, and decides each step once it is open."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from uuid import uuid4

from temporalio.client import Client

from bench import floor
from bench.load import Seen, timed


class FloorLoad:
    """The same shape as a claim: submitted, decided three times, ended."""

    def __init__(self, client: Client, worker: asyncio.subprocess.Process) -> None:
        self._client = client
        self._worker = worker
        self._run = uuid4().hex[:8]
        self._numbers = count(1)
        self._open: dict[tuple[str, int], asyncio.Future[float]] = {}

    @property
    def pid(self) -> int:
        return self._worker.pid

    async def prepare(self, cases: int) -> None:
        """There is nothing to prepare."""

    async def one(self, seen: Seen) -> None:
        case = f"{self._run}-{next(self._numbers)}"
        loop = asyncio.get_running_loop()
        opened = {step: loop.create_future() for step in range(1, floor.STEPS + 1)}
        self._open |= {(case, step): future for step, future in opened.items()}
        begun = time.perf_counter()
        starting = self._client.start_workflow(floor.NAME, case, id=f"floor/{case}", task_queue=floor.QUEUE)
        handle = await timed(starting, seen.submitted)
        sent = begun
        for step in range(1, floor.STEPS + 1):
            opened_at = await opened[step]
            if step > 1:
                seen.visible.append(opened_at - sent)
            sent = time.perf_counter()
            await timed(handle.signal(floor.DECIDED, step), seen.acknowledged)
        await handle.result()
        seen.ended.append(time.perf_counter() - sent)
        seen.whole.append(time.perf_counter() - begun)

    async def listen(self) -> None:
        """Hear from the worker which steps are open, until it ends."""
        assert self._worker.stdout is not None
        async for line in self._worker.stdout:
            case, step = line.decode().split()
            opened = self._open.pop((case, int(step)), None)
            if opened is not None:  # an activity may be tried again
                opened.set_result(time.perf_counter())


@asynccontextmanager
async def floor_load(address: str, namespace: str) -> AsyncIterator[FloorLoad]:
    """The floor on the engine at `address`, its worker running until the context ends."""
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.floor", address, namespace),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert worker.stdout is not None
        if (await worker.stdout.readline()).decode().strip() != floor.READY:
            raise RuntimeError("the floor's worker did not start")
        load = FloorLoad(await floor.connected(address, namespace), worker)
        listening = asyncio.create_task(load.listen())
        yield load
        listening.cancel()
    finally:
        if worker.returncode is None:
            worker.terminate()
        await worker.wait()
