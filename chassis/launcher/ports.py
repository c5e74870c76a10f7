"""Who listens where: a fixed row of ports from a base, or any that are free."""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import Iterable, Mapping

from chassis.launcher.refusals import PortBaseOutOfRange, PortInUse

DEFAULT_BASE = 17300
LOWEST, HIGHEST = 1024, 65000
SERVERS = ("postgres", "nats", "temporal", "temporal-ui")
# Components start here, so that one more server does not move them.
FIRST_COMPONENT = 10
# Below the range from which the kernel takes ports for outgoing calls: a part that restarts finds its own again.
FREE = range(20000, 32000)


def planned(components: Iterable[str], base: int) -> dict[str, int]:
    """A port for each server and component. `base` 0 takes any free ones. Raises PortBaseOutOfRange."""
    names = (*SERVERS, *components)
    if base == 0:
        return dict(zip(names, free_ports(len(names)), strict=True))
    if not LOWEST <= base <= HIGHEST:
        raise PortBaseOutOfRange(base=base, lowest=LOWEST, highest=HIGHEST)
    servers = {name: base + place for place, name in enumerate(SERVERS)}
    return servers | {
        name: base + FIRST_COMPONENT + place for place, name in enumerate(names[len(SERVERS) :])
    }


def free_ports(count: int) -> list[int]:
    """That many different ports on which nobody listens at the moment."""
    found: list[int] = []
    for port in random.sample(FREE, len(FREE)):
        if is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise OSError("no free ports")


async def refuse_taken(ports: Mapping[str, int], patience: float = 0.0) -> None:
    """Raises PortInUse for the first port somebody else still holds after `patience` seconds."""
    until = time.monotonic() + patience
    for part, port in ports.items():
        while not is_free(port):
            if time.monotonic() > until:
                raise PortInUse(part=part, port=port, holder=_holder(port))
            await asyncio.sleep(0.1)


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        # As servers do: connections of an earlier run that are still closing do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _holder(port: int) -> str:
    """` (process 4711, nginx)`, where the system tells."""
    import psutil  # only where there is something to explain

    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return f" ({connection.pid}, {psutil.Process(connection.pid).name()})"
    except psutil.Error:
        pass
    return ""
