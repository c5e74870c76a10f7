"""Kills and pauses real processes as the plan says, and starts the launcher again when it is gone."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any, Final

import psutil
from google.protobuf.duration_pb2 import Duration

from tests.chaos.client_log import ClientLog
from tests.chaos.erp_switch import ErpSwitch
from tests.chaos.installation import DidNotComeUp, Installation
from tests.chaos.plan import Act, acts

STARTS: Final = 3


class Tormentor:
    """`done` counts the acts that found somebody."""

    def __init__(self, installation: Installation, erp: ErpSwitch, log: ClientLog, seed: int) -> None:
        self._installation, self._erp, self._log = installation, erp, log
        self._seed = seed
        self._chance = Random(f"{seed}/whom")
        self._going_on: set[asyncio.Task[None]] = set()
        self.done: Counter[str] = Counter()

    async def run(self, enough: asyncio.Event, most: int) -> None:
        """Until `enough` is set or `most` acts are done; then everything runs again."""
        for act in acts(self._seed):
            with suppress(TimeoutError):
                async with asyncio.timeout(act.pause):
                    await enough.wait()
            if enough.is_set() or act.number > most:
                break
            found = await self._do(act)
            self.done[act.name] += found
            self._log.write("act", number=act.number, what=act.name, seconds=act.seconds, found=found)
            await self._bring_back()
        await asyncio.gather(*self._going_on)
        await self._bring_back()

    async def _do(self, act: Act) -> bool:
        """Whether there was somebody to do it to."""
        if act.kind == "erp":
            self._go_on(self._trouble(act))
            return True
        if act.name == "kill launcher":
            self._installation.kill_launcher()
            return True
        victims = self._victims(act.target)
        if not victims:
            return False
        if act.kind == "kill":
            return send(victims[0], signal.SIGKILL)
        stopped = send(victims[0], signal.SIGSTOP)
        if stopped:
            self._go_on(self._continue(victims[0], act.seconds))
        return stopped

    def _victims(self, target: str) -> list[psutil.Process]:
        match target:
            case "backend":
                backends = self._installation.backends()
                return [self._chance.choice(backends)] if backends else []
            case "nursery":
                return self._installation.nursery()
            case "launcher":
                return [psutil.Process(self._installation.pid)] if self._installation.runs else []
        return self._installation.processes(target)

    def _go_on(self, doing: Any) -> None:
        task = asyncio.ensure_future(doing)
        self._going_on.add(task)
        task.add_done_callback(self._going_on.discard)

    async def _continue(self, process: psutil.Process, seconds: float) -> None:
        await asyncio.sleep(seconds)
        send(process, signal.SIGCONT)

    async def _trouble(self, act: Act) -> None:
        async with self._erp.broken(**faults(act.target)):
            await asyncio.sleep(act.seconds)

    async def _bring_back(self) -> None:
        """The launcher was killed, or gave up: whoever looks after the machine starts it again."""
        for _ in range(STARTS):
            if self._installation.runs:
                return
            try:
                await self._installation.start()
            except DidNotComeUp as error:
                self._log.write("surprise", script=0, what=f"zhupi up did not come back: {error}")


def send(process: psutil.Process, number: signal.Signals) -> bool:
    with suppress(psutil.Error):
        process.send_signal(number)
        return True
    return False


def faults(trouble: str) -> dict[str, Any]:
    delay = Duration()
    delay.FromTimedelta(timedelta(seconds=1.5))
    troubles: dict[str, dict[str, Any]] = {
        "slow": {"delay": delay},
        "down": {"unavailable": True},
        "refusing": {"refuse_reason": "账户冻结", "only_next": 2},
        "losing answers": {"lose_answers": True},
        "never settling": {"never_settle": True},
    }
    return troubles[trouble]
