"""InboxChanged from the bus to the streams that are open here. Every copy of the service hears all of them.

Not a durable consumer: nobody wants yesterday's changes. What was missed while the connection was away is made up for by
looking at everything again.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final
from uuid import UUID

import structlog
from google.protobuf.message import DecodeError
from nats import errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.bus.jetstream import Bus
from chassis.outbox.sender import Unreachable
from services.approval.watching import InboxWatch
from zhupi.approval.v1.events_pb2 import InboxChanged

LOOK_AFTER: Final = 2.0  # seconds

log = structlog.get_logger(__name__)


class InboxFeed:
    def __init__(self, bus: Bus, watch: InboxWatch) -> None:
        self._bus = bus
        self._watch = watch

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping` is set. Survives every outage of the bus."""
        subscribed: Client | None = None
        with self._bus.bell.listening() as is_back:
            while not stopping.is_set():
                with suppress(Unreachable, errors.Error, OSError):
                    client = await self._bus.ready()
                    if client is not subscribed or is_back.is_set():
                        if client is not subscribed:
                            await client.subscribe(InboxChanged.DESCRIPTOR.full_name, cb=self._hear)
                            await client.flush()
                        subscribed = client
                        is_back.clear()
                        self._watch.missed_something()
                await _first(stopping, is_back)

    async def _hear(self, message: Msg) -> None:
        changed = InboxChanged()
        try:
            changed.ParseFromString(message.data)
            item = UUID(changed.work_item.removeprefix("workItems/"))
        except (DecodeError, ValueError) as error:
            log.warning("a change of inboxes cannot be read", error=error)
            return
        self._watch.changed(item, (person.removeprefix("people/") for person in changed.people))


async def _first(*events: asyncio.Event) -> None:
    """Return when one of the events is set, or after a while."""
    tasks = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, timeout=LOOK_AFTER, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
