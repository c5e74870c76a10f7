"""More copies of a component on the same database, started as `zhupi run NAME` with the environment that the launcher gives."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from chassis.launcher.environment import environment_of
from chassis.launcher.health import serves
from chassis.launcher.home import Home
from chassis.launcher.ports import SERVERS, free_ports
from chassis.launcher.servers import Servers
from tests.chaos.installation import QUICK, without_ours


class Copy:
    """A process of its own; `address` is where it listens."""

    def __init__(self, component: str, address: str, process: subprocess.Popen[bytes]) -> None:
        self.component, self.address, self.process = component, address, process

    async def answers(self) -> None:
        while not await serves(self.address):
            assert self.process.poll() is None, f"the copy of {self.component} has ended"
            await asyncio.sleep(0.1)


@contextmanager
def copies(home: Path, addresses: Mapping[str, str], *components: str) -> Iterator[list[Copy]]:
    """One more copy for each name in `components`."""
    with ExitStack() as stack:
        log = stack.enter_context((home.parent / "copies.log").open("ab"))
        made = []
        for component in components:
            told = environment(home, addresses, component)
            words = (sys.executable, "-m", "chassis", "run", component)
            process = stack.enter_context(subprocess.Popen(words, env=told, stdout=log, stderr=log))
            stack.callback(process.kill)
            made.append(Copy(component, told["ZHUPI_LISTEN"], process))
        yield made


def environment(home: Path, addresses: Mapping[str, str], component: str) -> dict[str, str]:
    """What the launcher tells its own copy, but for the port."""
    ports = {name: int(address.rpartition(":")[2]) for name, address in addresses.items()}
    known = Home(home)
    components = {name: address for name, address in addresses.items() if name not in SERVERS}
    told = environment_of(component, known, Servers.of(known, ports), components, addresses.keys())
    listen = f"127.0.0.1:{free_ports(1)[0]}"
    return {**without_ours(os.environ), **QUICK, **told, "ZHUPI_LISTEN": listen}
