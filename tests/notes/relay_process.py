"""A relay in a process of its own, to be killed: python -m tests.notes.relay_process DATABASE_URL NATS_URL"""

from __future__ import annotations

import asyncio
import sys

from chassis.bus.jetstream import Bus, BusSender
from chassis.outbox.relay import Relay, RelaySettings
from chassis.postgres.database import Database


async def main(database_url: str, nats_url: str) -> None:
    database, bus = Database(database_url), Bus(nats_url, "relay")
    relay = Relay(database, {"bus": BusSender(bus)}, RelaySettings(poll=0.02, rows=7))
    await relay.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
