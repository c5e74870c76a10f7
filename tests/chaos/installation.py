"""A `zhupi up` in a home and on ports of its own, as the tormentor sees it: processes to be killed, and to come back."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import randrange
from time import sleep
from typing import IO, Any, Final

import psutil

from chassis.launcher.ports import is_free

READY_WITHIN: Final = 150.0
# A reconciler that looks often: an hour of faults has to fit into minutes.
QUICK: Final = {"ZHUPI_RECONCILE_SECONDS": "2", "ZHUPI_UNCONSUMED_SECONDS": "6"}
# Process names; components are called `zhupi NAME`.
SERVERS: Final = {"nats": "nats-server", "temporal": "temporal", "postgres": "postgres"}


# Where no other test listens (chassis.launcher.ports.FREE) and nobody calls from: a launcher that is started again
# must find its ports as it left them.
QUIET: Final = range(10_000, 17_000)
PORTS: Final = 30


class DidNotComeUp(Exception):
    """`zhupi up` ended, or said nothing for too long."""


class Installation:
    """`base` is the first of its ports: who was restarted is found where it was before."""

    def __init__(self, home: Path, base: int) -> None:
        self.home = home.resolve()
        self.addresses: dict[str, str] = {}
        self._base = base
        self._log: IO[bytes] | None = None
        self._launcher: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start the launcher and wait until everything answers. Raises DidNotComeUp."""
        self.home.parent.mkdir(parents=True, exist_ok=True)
        self._log = (self.home.parent / "up.log").open("ab")
        words = ("-m", "chassis", "up", "--home", str(self.home), "--port-base", str(self._base))
        self._launcher = subprocess.Popen(  # noqa: ASYNC220 - a fork, no waiting
            (sys.executable, *words, "--json", "--demo"),
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**without_ours(os.environ), **QUICK},
            start_new_session=True,
        )
        assert self._launcher.stdout
        reading = asyncio.to_thread(self._launcher.stdout.readline)
        try:
            line = await asyncio.wait_for(reading, READY_WITHIN)
        except TimeoutError:
            line = b""
        if not line:
            self.kill_launcher()
            raise DidNotComeUp((self.home.parent / "up.log").read_text("utf-8").splitlines()[-1])
        self.addresses = json.loads(line)["addresses"]

    @property
    def pid(self) -> int:
        assert self._launcher
        return self._launcher.pid

    @property
    def runs(self) -> bool:
        return self._launcher is not None and self._launcher.poll() is None

    def kill_launcher(self) -> None:
        """kill -9; what it started ends by itself."""
        assert self._launcher
        self._launcher.kill()
        self._forget()

    async def stop(self) -> None:
        """In order, as Ctrl-C does it."""
        if self.runs:
            assert self._launcher
            self._launcher.send_signal(signal.SIGINT)
            await asyncio.to_thread(self._launcher.wait, 90)
        self._forget()

    def _forget(self) -> None:
        if self._launcher and self._launcher.stdout:
            self._launcher.wait()
            self._launcher.stdout.close()
        if self._log:
            self._log.close()

    @contextmanager
    def without(self, part: str) -> Iterator[Path]:
        """The part is killed, and nobody starts it again inside the block. Its folder."""
        launcher = psutil.Process(self.pid)
        launcher.suspend()
        try:
            for process in self.processes(part):
                process.kill()
                while _asked(process, "status", psutil.STATUS_ZOMBIE) != psutil.STATUS_ZOMBIE:
                    sleep(0.02)
            yield self.home / part
        finally:
            launcher.resume()

    def processes(self, part: str) -> list[psutil.Process]:
        """The processes of a part that work in this home; of PostgreSQL the postmaster."""
        name = SERVERS.get(part, f"zhupi {part}")
        found = [process for process in self._own() if name_of(process) == name]
        return (
            [p for p in found if name_of(_asked(p, "parent", None)) != name] if part == "postgres" else found
        )

    def backends(self) -> list[psutil.Process]:
        """PostgreSQL's processes that serve one connection each."""
        found = (process for process in self._own() if name_of(process) == "postgres")
        return [process for process in found if "127.0.0.1(" in " ".join(words_of(process))]

    def nursery(self) -> list[psutil.Process]:
        """What components are forked from."""
        children = psutil.Process(self.pid).children() if self.runs else []
        return [c for c in children if any("forkserver" in word for word in words_of(c))]

    def _own(self) -> list[psutil.Process]:
        return [p for p in psutil.process_iter() if self.home in (where(p), *where(p).parents)]


def quiet_base() -> int:
    """The first of so many ports in a row on which nobody listens."""
    while True:
        base = randrange(QUIET.start, QUIET.stop - PORTS)
        if all(is_free(base + offset) for offset in range(PORTS)):
            return base


def without_ours(environment: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in environment.items() if not key.startswith("ZHUPI_")}


def name_of(process: psutil.Process | None) -> str:
    return str(_asked(process, "name", ""))


def words_of(process: psutil.Process) -> list[str]:
    return list(_asked(process, "cmdline", []))


def where(process: psutil.Process) -> Path:
    return Path(_asked(process, "cwd", "/"))


def _asked(process: psutil.Process | None, what: str, otherwise: Any) -> Any:
    """What a process says of itself, unless it has gone meanwhile."""
    try:
        return getattr(process, what)() if process else otherwise
    except (psutil.Error, OSError):
        return otherwise
