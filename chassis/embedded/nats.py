"""NATS with JetStream: every acknowledged publish is on disk, and nobody connects without the password."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from chassis.embedded.command import Command, Process, leash, started, write_private
from chassis.embedded.refusals import ServerMissing

USER = "zhupi"
CONFIGURATION = "nats.conf"


def binary() -> Path:
    found = Path(sys.executable).with_name("nats-server")
    if not found.exists():
        raise ServerMissing(name="NATS", binary=found.name)
    return found


@dataclass
class Nats:
    folder: Path
    port: int
    password: str
    durable: bool = True
    name: str = "nats"
    needs: tuple[str, ...] = ()
    patience: float = 30.0
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"nats://{USER}:{self.password}@{self.address}"

    async def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        configuration = {
            "listen": self.address,
            "server_name": "zhupi",
            "authorization": {"user": USER, "password": self.password},
            "jetstream": {
                "store_dir": "store",
                # Without it an acknowledged publish may be two minutes away from the disk.
                "sync_interval": "always" if self.durable else "2m",
            },
            "max_payload": 1 << 20,
        }
        write_private(self.folder / CONFIGURATION, json.dumps(configuration, indent=2))

    async def mend(self) -> None:
        """JetStream recovers its own store."""

    def command(self) -> Command:
        return Command((*leash(self.orphan_signal), str(binary()), "-c", CONFIGURATION), self.folder)

    async def start(self, log: Path) -> Process:
        return await started(self.command(), log)

    async def answers(self) -> bool:
        return await greeting(self.port, self.password) == "PONG"


async def greeting(port: int, password: str) -> str:
    """What the server says to somebody with that password: `PONG`, or why not; nothing if nobody is there.

    The protocol's four lines, not the client library: that one waits for seconds between two tries to connect.
    """
    try:
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                await reader.readline()  # the server's own particulars
                hello = {"user": USER, "pass": password, "verbose": False, "pedantic": False}
                writer.write(f"CONNECT {json.dumps(hello)}\r\nPING\r\n".encode())
                return (await reader.readline()).decode().strip()
            finally:
                writer.close()
                await writer.wait_closed()
    except (OSError, TimeoutError):
        return ""
