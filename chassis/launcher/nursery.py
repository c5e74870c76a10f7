"""Processes of components, forked from one that has already imported what they import.

The standard library's fork server does the work: it is started when first asked, loads `chassis.launcher.preloaded`,
and from then on a component starts in milliseconds. It is single-threaded and has opened nothing: a safe place to
fork from. What a component does in its process is what `zhupi run` does.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import entry_points
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from chassis.component import GROUP

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["chassis.launcher.preloaded"])
_ONE_AT_A_TIME = threading.Lock()
# From <sys/prctl.h>.
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15


@dataclass(frozen=True, slots=True)
class Description:
    """What the launcher must know of a component before it starts it."""

    needs: tuple[str, ...] = ()
    has_database: bool = False
    http: bool = False


def installed_names() -> tuple[str, ...]:
    """Every installed component, without importing any."""
    return tuple(dict.fromkeys(point.name for point in entry_points(group=GROUP)))


async def installed(only: Collection[str] = ()) -> dict[str, Description]:
    """Every installed component, or `only` these and what they need, described by a process that may import them."""
    os.environ["ZHUPI_PRELOAD"] = ",".join(only)
    ours, theirs = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_describe, args=(theirs, tuple(only) or installed_names()))
    await _start(process)
    theirs.close()
    described: dict[str, Description] = await asyncio.to_thread(ours.recv)
    await asyncio.to_thread(process.join)
    return described


async def forked(name: str, environment: Mapping[str, str], folder: Path, log: Path) -> Forked:
    """The process of component `name`, with that whole environment, printing to the end of `log`."""
    words = (name, dict(environment), str(folder), str(log))
    process = _FORKS.Process(target=_live, args=words, name=name)
    await _start(process)
    return Forked(process)


class Forked:
    """A forked process, as asyncio's own processes are."""

    def __init__(self, process: ForkServerProcess) -> None:
        assert process.pid is not None
        self.pid = process.pid
        self.returncode: int | None = None
        self._process = process
        self._ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(process.sentinel, self._note_end)

    def _note_end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._process.join()
        self.returncode = self._process.exitcode
        self._ended.set()

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    async def wait(self) -> int:
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode


async def _start(process: ForkServerProcess) -> None:
    def start() -> None:
        with _ONE_AT_A_TIME:
            process.start()  # the first one waits until all is imported

    await asyncio.to_thread(start)


def _describe(answer: Connection, names: tuple[str, ...]) -> None:
    from chassis.component import component

    described: dict[str, Description] = {}
    known, open_ = installed_names(), list(names)
    while open_:
        name = open_.pop(0)
        if name in known and name not in described:
            described[name] = Description()
            with suppress(Exception):  # its own process will say what is wrong with it
                found = component(name)
                own = ("postgres",) if found.migrations else ()
                described[name] = Description((*own, *found.needs), bool(found.migrations), found.http)
                open_ += found.needs
    with suppress(BrokenPipeError):  # the launcher was interrupted meanwhile
        answer.send(described)


def _live(name: str, environment: dict[str, str], folder: str, log: str) -> None:
    """In the new process: what `zhupi run NAME --migrate` does."""
    os.setpgid(0, 0)
    _lead_a_short_leash(f"zhupi {name}")
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    from chassis.running import run_installed

    sys.exit(run_installed(name, migrate=True))


def _lead_a_short_leash(title: str) -> None:
    """Die with the nursery, which dies with the launcher; be known by name in `top`."""
    # The nursery lives while anybody might ask it for children. Every child is given the means to ask, and would keep it,
    # and so itself, alive: one that was being forked when the launcher was killed, and of which no warden knows.
    kept = vars(forkserver._forkserver)
    os.close(kept["_forkserver_alive_fd"])
    kept["_forkserver_alive_fd"] = None
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(PR_SET_NAME, title.encode())
    launcher = multiprocessing.parent_process()
    if launcher is not None and not launcher.is_alive():
        os._exit(0)  # nobody is left to tell: the nursery may have gone before its death could be felt
