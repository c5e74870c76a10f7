"""A NATS server of one's own, to kill, restart and empty."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from chassis.embedded.nats import Nats
from chassis.launcher.ports import free_ports
from tests.notes.waiting import until


class NatsProcess:
    def __init__(self, folder: Path) -> None:
        self._server = Nats(folder, free_ports(1)[0], "secret")
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return self._server.url

    async def start(self) -> None:
        await self._server.prepare()
        command = self._server.command()
        self._process = await asyncio.create_subprocess_exec(
            *command.argv,
            env=dict(command.environment),
            cwd=command.folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await until(self._server.answers)

    async def kill(self) -> None:
        assert self._process
        self._process.kill()
        await self._process.wait()

    async def lose_everything(self) -> None:
        """Killed, and its store deleted, then started again."""
        await self.kill()
        shutil.rmtree(self._server.folder / "store")
        await self.start()
