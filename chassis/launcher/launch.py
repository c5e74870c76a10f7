"""Everything together: from a folder to parts that answer, as a context manager."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from chassis.config import Settings
from chassis.launcher.component_part import ComponentPart
from chassis.launcher.environment import environment_of
from chassis.launcher.happening import Tell, tell_nobody
from chassis.launcher.home import Home, opened
from chassis.launcher.nursery import installed, installed_names
from chassis.launcher.part import Part
from chassis.launcher.ports import SERVERS, planned, refuse_taken
from chassis.launcher.selection import refuse_unknown, selected
from chassis.launcher.servers import Servers
from chassis.launcher.supervisor import Supervisor, supervising
from chassis.security.local_issuer import ensure_keys

# What a killed launcher left running ends by itself within this many seconds, and frees its ports.
PORTS_PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Launched:
    """A running installation. `environments` has the variables of every component, those not started here included."""

    home: Home
    servers: Servers
    addresses: Mapping[str, str]
    environments: Mapping[str, Mapping[str, str]]
    supervisor: Supervisor

    def settings(self, component: str) -> Settings:
        """What that component reads from its environment."""
        told = {
            key.removeprefix("ZHUPI_").lower(): value for key, value in self.environments[component].items()
        }
        return Settings.model_validate({**told, "peers": json.loads(told["peers"])})


@asynccontextmanager
async def launched(
    path: Path,
    *,
    only: Collection[str] = (),
    without: Collection[str] = (),
    port_base: int = 0,
    tell: Tell = tell_nobody,
    hurry: asyncio.Event | None = None,
) -> AsyncIterator[Launched]:
    """Bring up servers and components in the home at `path`; all is drained and stopped when the context ends.

    `only` these parts and what they need, all but those `without`; the default is everything. `port_base` 0 takes
    free ports; when `hurry` is set nothing is waited for any more. Raises UnknownPart, PortInUse, PartFailed, and
    what `chassis.launcher.home.opened` raises.
    """
    with opened(path) as home:
        names = installed_names()
        refuse_unknown((*only, *without), ("postgres", "nats", "temporal", *names))
        ports = planned(names, port_base)
        servers = Servers.of(home, ports)
        async with supervising(home.logs, tell, hurry) as supervisor:
            everything = not (only or without)
            patience = PORTS_PATIENCE if home.was_killed else 0
            if everything:  # the servers come up while components are imported
                await refuse_taken(ports, patience)
                supervisor.begin(list(servers))
            parts, environments = await _parts(home, servers, ports, names, only, without)
            if not everything:
                await refuse_taken(_held(ports, parts), patience)
            supervisor.begin(parts)
            await supervisor.all_ready()

            addresses = _addresses(parts)
            if servers.temporal.name in addresses:
                addresses["temporal-ui"] = servers.temporal.ui
            home.write_addresses(addresses)
            yield Launched(home, servers, addresses, environments, supervisor)


async def _parts(
    home: Home,
    servers: Servers,
    ports: Mapping[str, int],
    names: Collection[str],
    only: Collection[str],
    without: Collection[str],
) -> tuple[list[Part], dict[str, dict[str, str]]]:
    """What is to be started, and the environment of every component."""
    ensure_keys(home.path, names)
    # Who asks for servers alone need not wait until components are imported.
    described = {} if only and set(only) <= set(SERVERS) else await installed(only)
    needs = {part.name: part.needs for part in servers} | {name: of.needs for name, of in described.items()}
    here = selected(needs, only, without)
    addresses = {name: f"127.0.0.1:{ports[name]}" for name in names}
    told = {name: environment_of(name, home, servers, addresses, here) for name in names}
    components = [
        ComponentPart(name, description, home, addresses[name], told[name], servers.postgres.url())
        for name, description in described.items()
    ]
    return [part for part in (*servers, *components) if part.name in here], told


def _addresses(parts: Collection[Part]) -> dict[str, str]:
    """Who listens where; first what people open in a browser, as they would type it."""
    pages = {
        part.name: f"http://{part.address}"
        for part in parts
        if isinstance(part, ComponentPart) and part.description.http
    }
    return pages | {part.name: part.address for part in parts if part.name not in pages}


def _held(ports: Mapping[str, int], parts: Collection[Part]) -> dict[str, int]:
    """The ports that `parts` will listen on."""
    here = {part.name for part in parts}
    return {name: port for name, port in ports.items() if name.removesuffix("-ui") in here}
