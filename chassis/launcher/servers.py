"""The three servers of a home, made known to each other and to their passwords."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chassis.embedded.nats import USER, Nats
from chassis.embedded.postgres import SUPERUSER, Postgres
from chassis.embedded.temporal import Temporal
from chassis.launcher.home import Home
from chassis.launcher.part import Part


@dataclass(frozen=True, slots=True)
class Servers:
    postgres: Postgres
    nats: Nats
    temporal: Temporal

    @classmethod
    def of(cls, home: Home, ports: Mapping[str, int]) -> Servers:
        return cls(
            Postgres(home.path / "postgres", ports["postgres"], home.password(SUPERUSER)),
            Nats(home.path / "nats", ports["nats"], home.password(f"nats {USER}")),
            Temporal(home.path / "temporal", ports["temporal"], ports["temporal-ui"]),
        )

    def __iter__(self) -> Iterator[Part]:
        return iter((self.postgres, self.nats, self.temporal))
