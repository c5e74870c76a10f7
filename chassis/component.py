"""What `zhupi run NAME` starts: a component, found through the entry points of `zhupi.components`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from importlib.metadata import entry_points

from chassis.config import Settings

GROUP = "zhupi.components"


@dataclass
class Running:
    """The life of one started component, as its `serve` sees it.

    `serve` calls `ready()` once it answers, runs until `stopping` is set, then drains and returns.
    """

    settings: Settings
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    ready: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Component:
    """One part of Zhupi.

    `serve` is its whole life. `needs` names servers (`postgres`, `nats`, `temporal`) and components that must answer
    before it starts. `migrations` is the Alembic folder of its database, relative to the project; a component
    without one has no database. `http` is one that people open in a browser: it answers `GET /healthz` where others
    answer the gRPC health check.
    """

    name: str
    serve: Callable[[Running], Awaitable[None]]
    needs: tuple[str, ...] = ()
    migrations: str = ""
    http: bool = False


class UnknownComponent(LookupError):
    """No component of that name is installed."""


def components() -> dict[str, Component]:
    """Every installed component by name, in the order in which the project lists them."""
    found = (point.load() for point in entry_points(group=GROUP))
    return {component.name: component for component in found}


def component(name: str) -> Component:
    for point in entry_points(group=GROUP):
        if point.name == name:
            loaded = point.load()
            assert isinstance(loaded, Component)
            return loaded
    raise UnknownComponent(name)
