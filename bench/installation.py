"""A `zhupi up` of its own: how long it takes to start in a new home and in one that was used, and where it listens."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from chassis.embedded.postgres import SUPERUSER
from chassis.launcher.home import Home

STOP_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Installation:
    """One that runs. `started_in` is how many seconds passed from the command to the last part's first answer."""

    home: Path
    pid: int
    addresses: Mapping[str, str]
    started_in: float

    def database(self, name: str) -> str:
        """postgresql://… of that component's database, as the superuser: for what no RPC is there for."""
        password = Home(self.home).password(SUPERUSER)
        return f"postgresql://{SUPERUSER}:{password}@{self.addresses['postgres']}/{name}"


@contextmanager
def a_home(asked: Path | None) -> Iterator[Path]:
    """The folder that was asked for, or one that goes at the end."""
    if asked is not None:
        yield asked.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="zhupi-bench-") as folder:
        os.chmod(folder, 0o711)  # noqa: S103 - PostgreSQL of a root session runs as somebody else
        yield Path(folder, "home")


@asynccontextmanager
async def running(home: Path) -> AsyncIterator[Installation]:
    """`zhupi up` in `home`, until the context ends. Raises RuntimeError with what it said if it does not come up."""
    begun = time.perf_counter()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ZHUPI_")}
    said = home.with_suffix(".log")
    with said.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "chassis", "up", "--json", "--port-base", "0", "--home", str(home)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
    assert process.stdout is not None
    try:
        line = await process.stdout.readline()
        if not line:
            raise RuntimeError(said.read_text("utf-8"))
        took = time.perf_counter() - begun
        yield Installation(home, process.pid, json.loads(line)["addresses"], took)
    finally:
        await _stopped(process)


async def _stopped(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
        try:
            async with asyncio.timeout(STOP_WITHIN):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
