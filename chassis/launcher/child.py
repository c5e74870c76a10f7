"""One process the launcher started, with everything that process started itself."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from chassis.embedded.command import SERVER_ENVIRONMENT, Process
from chassis.launcher import warden
from chassis.launcher.part import Part

LONGEST_LOG = 16 << 20


class Warden:
    """The launcher's end of the pipe to the process of `chassis.launcher.warden`."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe

    def watch(self, group: int, last: signal.Signals) -> None:
        self._tell(f"+{group} {last:d}")

    def forget(self, group: int) -> None:
        self._tell(f"-{group}")

    def _tell(self, words: str) -> None:
        # A warden that was killed is missed only if the launcher is killed too.
        with suppress(OSError):
            self._pipe.write(f"{words}\n".encode())
            self._pipe.flush()


@contextmanager
def watched_by_warden() -> Iterator[Warden]:
    process = subprocess.Popen(  # noqa: S603 - our own file
        [sys.executable, "-I", "-S", str(Path(warden.__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(SERVER_ENVIRONMENT),
        cwd="/",
        start_new_session=True,  # a Ctrl-C is the launcher's business
    )
    assert process.stdin is not None
    try:
        yield Warden(process.stdin)
    finally:
        with suppress(OSError):
            process.stdin.close()
        process.wait()


class Child:
    """The process of a part. `code` is its exit code once it has ended."""

    def __init__(self, part: Part, process: Process, warden: Warden) -> None:
        self._part, self._process, self._warden = part, process, warden

    @classmethod
    async def of(cls, part: Part, log: Path, warden: Warden) -> Child:
        """Start it; what it prints goes to the end of `log`."""
        keep_short(log)
        starting = asyncio.ensure_future(part.start(log))
        try:
            process = await asyncio.shield(starting)
        except asyncio.CancelledError:
            # It may be on its way already: nobody else would ever end it.
            await cls(part, await starting, warden).sweep()
            raise
        warden.watch(process.pid, part.orphan_signal)
        return cls(part, process, warden)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def code(self) -> int | None:
        return self._process.returncode

    async def ended(self) -> int:
        return await self._process.wait()

    async def stop(self, grace: float, hurry: asyncio.Event) -> None:
        """Ask it to drain; end it for good after `grace` seconds or at once when `hurry` is set."""
        if self.code is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(self._part.stop_signal)
            waits = {asyncio.ensure_future(self.ended()), asyncio.ensure_future(hurry.wait())}
            await asyncio.wait(waits, timeout=grace, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
        await self.sweep()

    async def sweep(self) -> None:
        """End whatever is left of the group, the process itself included, and wait until it has gone."""
        if self.code is None:
            # By its own id: one that was started a moment ago may not lead its group yet.
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)
        for _ in range(100):
            with suppress(PermissionError):  # macOS answers so for a group of zombies
                if not _kill_group(self.pid):
                    break
            await asyncio.sleep(0.05)
        await self.ended()
        self._warden.forget(self.pid)


def _kill_group(group: int) -> bool:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def keep_short(log: Path) -> None:
    """A log that has grown long becomes `….log.1`, in place of the one before."""
    log.parent.mkdir(mode=0o700, exist_ok=True)
    if log.exists() and log.stat().st_size > LONGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
