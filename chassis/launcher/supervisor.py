"""Keeps parts alive: started when what they need answers, restarted when they die, stopped after those who need them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from chassis.launcher import happening
from chassis.launcher.child import Child, Warden, watched_by_warden
from chassis.launcher.happening import Tell, tell_nobody
from chassis.launcher.part import Part
from chassis.launcher.refusals import PartFailed
from chassis.launcher.selection import dependants
from chassis.running import REFUSED
from kernel.text import Text

ASK_EVERY = 0.05
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
# A part that has answered this long has recovered: its next death starts with the shortest delay again.
RECOVERED_AFTER = 60.0
# What has never answered is given up after so many starts: waiting will not mend a wrong setting.
FIRST_STARTS = 3
GRACE = 20.0
TAIL_LINES = 12


@dataclass(frozen=True, slots=True)
class Death:
    """`code` is None for a part that was given up before it ended; `after` how many seconds it had answered, if ever."""

    code: int | None
    after: float | None

    def how(self) -> Text:
        if self.code is None:
            return Text("未及时应答", "it did not answer in time")
        if self.code >= 0:
            return Text("退出码 {code}", "exit code {code}").format(code=self.code)
        return Text("信号 {name}", "signal {name}").format(name=signal.Signals(-self.code).name)


class Supervisor:
    """`hurry`: once set, parts are not given time to drain but killed."""

    def __init__(
        self, logs: Path, warden: Warden, tell: Tell = tell_nobody, hurry: asyncio.Event | None = None
    ) -> None:
        self._needs: dict[str, tuple[str, ...]] = {}
        self._dependants: dict[str, set[str]] = {}
        self._ready: dict[str, asyncio.Event] = {}
        self._children: dict[str, Child] = {}
        self._lives: dict[str, asyncio.Task[None]] = {}
        self._hurry = hurry or asyncio.Event()
        self._logs, self._warden, self._tell = logs, warden, tell

    def begin(self, parts: Sequence[Part]) -> None:
        """Bring these up, each when those it needs answer. Needs that are not here are not waited for.

        Those that were begun before are left alone.
        """
        parts = [part for part in parts if part.name not in self._lives]
        here = self._needs.keys() | {part.name for part in parts}
        for part in parts:
            self._needs[part.name] = tuple(need for need in part.needs if need in here)
            self._ready[part.name] = asyncio.Event()
        self._dependants = dependants(self._needs)
        for part in parts:
            self._lives[part.name] = asyncio.create_task(self._live(part))

    async def all_ready(self) -> None:
        """Wait until every part that was begun answers. Raises PartFailed, or what a part's `prepare` raises."""
        answering = asyncio.create_task(self._all_answer())
        try:
            await asyncio.wait({answering, *self._lives.values()}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            answering.cancel()
        self._raise_if_broken()

    async def broken(self) -> None:
        """Wait for ever, or until a part cannot even be restarted; then raise why."""
        await asyncio.wait(self._lives.values(), return_when=asyncio.FIRST_COMPLETED)
        self._raise_if_broken()

    async def stop(self) -> None:
        """Drain and end every part, each after those who need it."""
        await asyncio.gather(*(self._stop(name) for name in self._lives), return_exceptions=True)

    def pid(self, name: str) -> int:
        """The process of a part that runs. Raises KeyError."""
        return self._children[name].pid

    async def answering(self, name: str) -> None:
        """Wait until that part answers."""
        await self._ready[name].wait()

    async def _all_answer(self) -> None:
        for event in self._ready.values():
            await event.wait()

    def _raise_if_broken(self) -> None:
        for life in self._lives.values():
            if life.done() and not life.cancelled():
                life.result()

    async def _stop(self, name: str) -> None:
        others = [self._lives[other] for other in self._dependants[name]]
        if others:
            await asyncio.wait(others)
        life = self._lives[name]
        life.cancel()
        await asyncio.wait({life})

    async def _live(self, part: Part) -> None:
        for need in self._needs[part.name]:
            await self._ready[need].wait()
        self._tell(happening.starting(part.name))
        begun = self._now()
        await part.prepare()
        deaths, has_answered = 0, False
        while True:
            death = await self._one_life(part, begun)
            has_answered = has_answered or death.after is not None
            deaths = 1 if (death.after or 0) > RECOVERED_AFTER else deaths + 1
            log = self._log(part)
            if not has_answered and (death.code == REFUSED or deaths >= FIRST_STARTS):
                how, tail = death.how(), self._tail(part)
                raise PartFailed(part=part.name, how_zh=how.zh, how_en=how.en, log=log, tail=tail)
            delay = min(FIRST_DELAY * 2 ** (deaths - 1), LONGEST_DELAY)
            self._tell(happening.died(part.name, death.how(), delay, log))
            await asyncio.sleep(delay)
            begun = self._now()
            await part.mend()

    async def _one_life(self, part: Part, begun: float) -> Death:
        child = await Child.of(part, self._log(part), self._warden)
        self._children[part.name] = child
        answered = None
        try:
            if await self._answers(part, child):
                answered = self._now()
                self._tell(happening.ready(part.name, part.address, answered - begun))
                self._ready[part.name].set()
                await child.ended()
        except asyncio.CancelledError:
            self._tell(happening.stopping(part.name))
            await child.stop(GRACE, self._hurry)
            self._tell(happening.stopped(part.name))
            raise
        finally:
            self._ready[part.name].clear()
            code = child.code
            await child.sweep()
        return Death(code, self._now() - answered if answered is not None else None)

    async def _answers(self, part: Part, child: Child) -> bool:
        """Ask until the part answers: True. False if it has ended, or has not answered within its patience."""
        with suppress(TimeoutError):
            async with asyncio.timeout(part.patience):
                while child.code is None:
                    if await part.answers():
                        return True
                    await asyncio.sleep(ASK_EVERY)
        return False

    def _log(self, part: Part) -> Path:
        return self._logs / f"{part.name}.log"

    def _tail(self, part: Part) -> str:
        lines = self._log(part).read_text("utf-8", errors="replace").splitlines()
        return "\n".join(lines[-TAIL_LINES:])

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


@asynccontextmanager
async def supervising(
    logs: Path, tell: Tell = tell_nobody, hurry: asyncio.Event | None = None
) -> AsyncIterator[Supervisor]:
    """A supervisor whose parts are stopped, whatever happens, when the context ends."""
    with watched_by_warden() as warden:
        supervisor = Supervisor(logs, warden, tell, hurry)
        try:
            yield supervisor
        finally:
            await supervisor.stop()


@asynccontextmanager
async def running(parts: Sequence[Part], logs: Path) -> AsyncIterator[Supervisor]:
    """`parts`, answering, until the context ends."""
    async with supervising(logs) as supervisor:
        supervisor.begin(parts)
        await supervisor.all_ready()
        yield supervisor
