"""A `zhupi up` to talk to, in a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import psutil
import psycopg

from chassis.launcher.ports import free_ports, is_free


class Up:
    """A running `zhupi up`. What it says is on `lines`; what it answers with `--json` is in `ready`."""

    def __init__(self, home: Path, process: subprocess.Popen[str]) -> None:
        self.home = home
        self.process = process
        self.said: list[str] = []
        self.ready: dict[str, Any] = {}

    def hear(self, fragment: str) -> str:
        """Listen until it says a line with that in it."""
        assert self.process.stderr
        for line in self.process.stderr:
            self.said.append(line.rstrip())
            if fragment in line:
                return line
        raise AssertionError(
            f"it ended ({self.process.wait()}) without saying {fragment!r}:\n" + "\n".join(self.said)
        )

    def wait_until_ready(self) -> Up:
        assert self.process.stdout
        if line := self.process.stdout.readline():
            self.ready = json.loads(line)
            return self
        raise AssertionError("it ended before it was ready:\n" + self.rest())

    def rest(self) -> str:
        """All it said, once it has ended."""
        assert self.process.stderr
        self.said += self.process.stderr.read().splitlines()
        return "\n".join(self.said)

    def stop(self, number: signal.Signals = signal.SIGINT) -> str:
        """Ask it to end, wait until it has, and give back all it said."""
        self.process.send_signal(number)
        said = self.rest()
        assert self.process.wait() == 0, said
        return said

    def addresses(self) -> Mapping[str, str]:
        return dict(self.ready["addresses"])

    def part(self, name: str) -> psutil.Process:
        """The process of one part."""
        wanted = {"nats": "nats-server"}.get(name, name)
        for child in psutil.Process(self.process.pid).children(recursive=True):
            if child.name() in (wanted, f"zhupi {name}"):
                return child
        raise AssertionError(f"{name} does not run")

    def nursery(self) -> psutil.Process:
        """The process that components are forked from."""
        return self._child("multiprocessing.forkserver")

    def warden(self) -> psutil.Process:
        """The process that ends what the launcher leaves behind."""
        return self._child("warden.py")

    def _child(self, word: str) -> psutil.Process:
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if any(word in given for given in child.cmdline()))

    def everything(self) -> list[psutil.Process]:
        """Every process that works in this home, the launcher aside."""
        return [
            process
            for process in psutil.process_iter()
            if self.home in (where(process), *where(process).parents)
        ]

    def query(self, statement: str, database: str = "soloist") -> Any:
        passwords = json.loads((self.home / "keys/passwords.json").read_text())
        address = self.addresses()["postgres"]
        url = f"postgresql://{database}:{passwords[database]}@{address}/{database}"
        with psycopg.connect(url) as connection:
            return connection.execute(statement.encode()).fetchone()


def where(process: psutil.Process) -> Path:
    try:
        return Path(process.cwd())
    except (psutil.Error, OSError):
        return Path("/")


def free_base(ports: int = 30) -> int:
    """A base from which that many ports in a row are free."""
    while True:
        base = free_ports(1)[0]
        if all(is_free(base + offset) for offset in range(ports)):
            return base


class Start(Protocol):
    """Starts one in a home; `base` 0 takes free ports, `prefix` are words before the command."""

    def __call__(self, home: Path, *options: str, prefix: tuple[str, ...] = (), base: int = 0) -> Up: ...
