"""What to run, and running small things to their end."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

# Servers see none of the caller's PGPORT, TEMPORAL_… or locale: a home behaves the same whoever starts it.
SERVER_ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Command:
    """One process to be: its words, its folder, its whole environment."""

    argv: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: SERVER_ENVIRONMENT)


class Process(Protocol):
    """One that runs, leading a process group of its own. `returncode` is None until `wait` is over."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def send_signal(self, number: int) -> None: ...

    async def wait(self) -> int: ...


async def started(command: Command, log: Path) -> Process:
    """Start it; what it prints goes to the end of `log`."""
    with log.open("ab") as file:
        return await asyncio.create_subprocess_exec(
            *command.argv,
            cwd=command.folder,
            env=command.environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            process_group=0,
        )


def leash(on_parents_death: signal.Signals) -> tuple[str, ...]:
    """Words before a command by which the kernel sends it that signal when its parent dies, however it dies.

    Empty where the system knows no such thing; there `chassis.launcher.warden` is the only guard.
    """
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", on_parents_death.name.removeprefix("SIG"), "--") if setpriv else ()


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    output: str


async def outcome_of(
    *argv: str, folder: Path, environment: Mapping[str, str] = SERVER_ENVIRONMENT, seconds: float = 60
) -> Outcome:
    """Run to the end and give back exit code, and stdout and stderr together. Raises TimeoutError."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(seconds):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Outcome(process.returncode, output.decode(errors="replace"))


async def listens(port: int) -> bool:
    """Whether anybody takes calls there: cheaper to ask than to start a program that asks more."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True


def write_private(path: Path, text: str, owner: tuple[int, int] | None = None) -> None:
    """A file that only its owner may read, at no moment anybody else."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    if owner is not None:
        os.chown(path, *owner)
