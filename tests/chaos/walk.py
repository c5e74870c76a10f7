"""One seed, whole: an installation, claims and onboardings, torment, peace, and what the checker says."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import psycopg

from tests.chaos.checker.checking import findings
from tests.chaos.checker.finding import Finding
from tests.chaos.checker.state import State, read
from tests.chaos.client_log import ClientLog
from tests.chaos.driver import Driver
from tests.chaos.erp_switch import ErpSwitch
from tests.chaos.installation import Installation, quiet_base
from tests.chaos.people import People
from tests.chaos.tormentor import Tormentor

Say = Callable[[str], None]
# Torment ends with this share of the scripts: the last ones would only wait for each other's restarts.
ENOUGH = 0.9
LOOK_AGAIN, TELL_EVERY = 1.0, 10.0


@dataclass(frozen=True)
class Walk:
    """`seed` decides what is asked and what is killed; at most `most` acts. Times are seconds, from the last act on."""

    seed: int
    claims: int
    onboardings: int
    most: int
    finish_within: float = 240.0
    settle_within: float = 120.0


@dataclass
class Walked:
    """What was found once all was quiet, what had been done, and how long it took."""

    state: State
    findings: list[Finding]
    acts: Counter[str]
    seconds: float
    asked_again: int


@asynccontextmanager
async def walking(walk: Walk, folder: Path, say: Say) -> AsyncIterator[Walking]:
    """An installation of its own under `folder`, where its log and its home stay, and those who work in it."""
    installation = Installation(folder / "home", quiet_base())
    await installation.start()
    try:
        with ClientLog(folder / "clients.jsonl") as log:
            async with People(installation.home, installation.addresses, log) as people:
                yield Walking(walk, installation, people, log, say)
    finally:
        await installation.stop()


async def walked(walk: Walk, folder: Path, say: Say) -> Walked:
    """Walk a seed: what people ask for, and torment among it."""
    async with walking(walk, folder, say) as found:
        return await found.walk(found.torment)


class Walking:
    """One walk. `installation`, `people`, `driver` and `log` are for those who do harm."""

    def __init__(
        self, walk: Walk, installation: Installation, people: People, log: ClientLog, say: Say
    ) -> None:
        self.installation, self.people, self.log = installation, people, log
        self._walk, self._say = walk, say
        self._erp = ErpSwitch(people)
        self.driver = Driver(people, self._erp, walk.seed, walk.claims, walk.onboardings)
        self._tormentor = Tormentor(installation, self._erp, log, walk.seed)
        self._enough = asyncio.Event()

    async def walk(self, harm: Callable[[], Awaitable[None]]) -> Walked:
        """Let everybody work while `harm` is done; when all is quiet, see what has become of it."""
        begun = monotonic()
        telling = asyncio.create_task(self._tell(begun))
        driving = asyncio.create_task(self.driver.run())
        try:
            await harm()
            await asyncio.wait({driving}, timeout=self._walk.finish_within)
        finally:
            driving.cancel()
            telling.cancel()
            await asyncio.wait({driving, telling})
        if not driving.cancelled():
            driving.result()
        state, found = await settled(self.installation, self.log.path, self._walk.settle_within)
        done = +self._tormentor.done
        return Walked(state, found, done, monotonic() - begun, self.people.asked_again)

    async def torment(self) -> None:
        await self._tormentor.run(self._enough, self._walk.most)

    async def until_ended(self, share: float) -> None:
        """Wait until so many of the scripts have come to their end."""
        while self.driver.ended.total() < share * self.driver.scripts:
            self.driver.one_ended.clear()
            await self.driver.one_ended.wait()

    async def _tell(self, begun: float) -> None:
        told = begun
        while True:
            await asyncio.sleep(LOOK_AGAIN)
            ended = self.driver.ended.total()
            if ended >= ENOUGH * self.driver.scripts:
                self._enough.set()
            if monotonic() - told >= TELL_EVERY:
                told = monotonic()
                acts, open_ = self._tormentor.done.total(), len(self.driver.open)
                self._say(
                    f"seed {self._walk.seed}: {told - begun:4.0f} s, {ended} of {self.driver.scripts} scripts ended, "
                    f"{open_} under way, {acts} acts, {self.people.asked_again} requests repeated"
                )


async def settled(installation: Installation, log: Path, within: float) -> tuple[State, list[Finding]]:
    """What is stored once nothing is found any more, or the time is over: what is on its way may arrive first."""
    give_up = monotonic() + within
    while True:
        try:
            state = await asyncio.to_thread(read, installation.home, log)
            found = findings(state)
            if not found or monotonic() > give_up:
                return state, found
        except (psycopg.Error, sqlite3.Error, OSError):
            if monotonic() > give_up:
                raise
        await asyncio.sleep(LOOK_AGAIN)
