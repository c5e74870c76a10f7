"""InboxChanged between the copies of the service: said over NATS without being stored, heard by all of them.

Nobody wants yesterday's changes, so it is neither an outbox row nor a durable consumer. What was missed while the
connection was away is made up for by looking at everything again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final
from uuid import uuid4

import structlog
from google.protobuf.message import DecodeError
from nats import errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.bus.jetstream import Bus
from chassis.outbox.sender import Unreachable
from services.approval.inbox.watching import InboxWatch
from zhupi.approval.v1.events_pb2 import InboxChanged

# Outside the subjects that the stream keeps.
SUBJECT: Final = f"hints.{InboxChanged.DESCRIPTOR.full_name}"
# Whose words a hint is: everybody who listens hears what they have said themselves.
VOICE: Final = "Zhupi-Voice"
LOOK_AFTER: Final = 2.0  # seconds
MOST_UNSAID: Final = 10_000

log = structlog.get_logger(__name__)


class InboxFeed:
    def __init__(self, bus: Bus, watch: InboxWatch) -> None:
        self._bus = bus
        self._watch = watch
        self._unsaid: asyncio.Queue[InboxChanged] = asyncio.Queue(MOST_UNSAID)
        self._voice = uuid4().hex

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping` is set. Survives every outage of the bus."""
        self._watch.elsewhere = self._will_say
        saying = asyncio.create_task(self._say())
        try:
            await self._listen(stopping)
        finally:
            saying.cancel()

    def _will_say(self, changes: Sequence[InboxChanged]) -> None:
        for changed in changes:
            with suppress(asyncio.QueueFull):
                self._unsaid.put_nowait(changed)

    async def _say(self) -> None:
        while True:
            changed = await self._unsaid.get()
            with suppress(Unreachable, errors.Error, OSError):
                client = await self._bus.ready()
                await client.publish(SUBJECT, changed.SerializeToString(), headers={VOICE: self._voice})

    async def _listen(self, stopping: asyncio.Event) -> None:
        subscribed: Client | None = None
        with self._bus.bell.listening() as is_back:
            while not stopping.is_set():
                with suppress(Unreachable, errors.Error, OSError):
                    client = await self._bus.ready()
                    if client is not subscribed or is_back.is_set():
                        if client is not subscribed:
                            await client.subscribe(SUBJECT, cb=self._hear)
                            await client.flush()
                        subscribed = client
                        is_back.clear()
                        self._watch.missed_something()
                await _first(stopping, is_back)

    async def _hear(self, message: Msg) -> None:
        if message.headers and message.headers.get(VOICE) == self._voice:
            return  # whoever watches here was told before the bus was
        changed = InboxChanged()
        try:
            changed.ParseFromString(message.data)
            self._watch.hear(changed)
        except (DecodeError, ValueError) as error:
            log.warning("a change of inboxes cannot be read", error=error)


async def _first(*events: asyncio.Event) -> None:
    """Return when one of the events is set, or after a while."""
    tasks = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, timeout=LOOK_AFTER, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
