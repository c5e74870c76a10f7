"""Everything together: from a folder and a list of components to parts that answer, as a context manager."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from chassis.component import Component
from chassis.config import Settings
from chassis.embedded.nats import USER, Nats
from chassis.embedded.postgres import SUPERUSER, Postgres
from chassis.embedded.temporal import Temporal
from chassis.launcher.child import watched_by_warden
from chassis.launcher.component_part import ComponentPart
from chassis.launcher.environment import environment_of
from chassis.launcher.happening import Tell, tell_nobody
from chassis.launcher.home import Home, opened
from chassis.launcher.part import Part, closure
from chassis.launcher.ports import planned, refuse_taken
from chassis.launcher.refusals import UnknownPart
from chassis.launcher.supervisor import Supervisor
from chassis.local_issuer import ensure_keys

# What a killed launcher left running ends by itself within this many seconds, and frees its ports.
PORTS_PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Launched:
    """A running installation. `environments` has the variables of every component, those not started here included."""

    home: Home
    addresses: Mapping[str, str]
    environments: Mapping[str, Mapping[str, str]]
    supervisor: Supervisor
    postgres: Postgres
    nats: Nats
    temporal: Temporal

    def settings(self, component: str) -> Settings:
        """What that component reads from its environment."""
        told = {
            key.removeprefix("ZHUPI_").lower(): value for key, value in self.environments[component].items()
        }
        return Settings.model_validate({**told, "peers": json.loads(told["peers"])})


@asynccontextmanager
async def launched(
    path: Path,
    components: Mapping[str, Component],
    *,
    only: Collection[str] = (),
    without: Collection[str] = (),
    port_base: int = 0,
    tell: Tell = tell_nobody,
    hurry: asyncio.Event | None = None,
) -> AsyncIterator[Launched]:
    """Bring up the servers and `components` in the home at `path`; all is drained and stopped when the context ends.

    `only` these parts and what they need, all but those `without`; the default is everything. `port_base` 0 takes
    free ports; when `hurry` is set nothing is waited for any more. Raises UnknownPart, PortInUse, PartFailed, and what `chassis.launcher.home.opened` raises.
    """
    with opened(path) as home, watched_by_warden() as warden:
        ports = planned(components, port_base)
        postgres = Postgres(home.path / "postgres", ports["postgres"], home.password(SUPERUSER))
        nats = Nats(home.path / "nats", ports["nats"], home.password(f"nats {USER}"))
        temporal = Temporal(home.path / "temporal", ports["temporal"], ports["temporal-ui"])
        servers: list[Part] = [postgres, nats, temporal]
        needs = _needs(servers, components)
        here = _selected(needs, only, without)
        await refuse_taken(_held(ports, here), PORTS_PATIENCE if home.was_killed else 0)
        ensure_keys(home.path, components)

        addresses = {name: f"127.0.0.1:{ports[name]}" for name in components}
        told = {
            name: environment_of(
                name,
                home=home,
                addresses=addresses,
                here=here,
                postgres=postgres,
                nats=nats,
                temporal=temporal,
            )
            for name in components
        }
        parts = servers + [
            ComponentPart(component, home, addresses[name], told[name], postgres.url())
            for name, component in components.items()
        ]
        supervisor = Supervisor([part for part in parts if part.name in here], home.logs, warden, tell, hurry)
        everything = {part.name: part.address for part in parts if part.name in here}
        if temporal.name in here:
            everything["temporal-ui"] = temporal.ui
        try:
            await supervisor.start()
            home.write_addresses(everything)
            yield Launched(home, everything, told, supervisor, postgres, nats, temporal)
        finally:
            await supervisor.stop()


def _needs(servers: Iterable[Part], components: Mapping[str, Component]) -> dict[str, tuple[str, ...]]:
    own = {name: ("postgres",) if component.migrations else () for name, component in components.items()}
    needs = {name: (*own[name], *component.needs) for name, component in components.items()}
    return {server.name: server.needs for server in servers} | needs


def _selected(
    needs: Mapping[str, tuple[str, ...]], only: Collection[str], without: Collection[str]
) -> set[str]:
    for name in (*only, *without):
        if name not in needs:
            raise UnknownPart(name=name, known=", ".join(needs))
    return closure(only or needs, needs) - set(without)


def _held(ports: Mapping[str, int], here: Collection[str]) -> dict[str, int]:
    """The ports that parts `here` will listen on."""
    return {name: port for name, port in ports.items() if name.removesuffix("-ui") in here}
