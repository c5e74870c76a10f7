"""A standing request to a durable JetStream consumer: messages as they come, and an error as soon as none can come."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from nats import errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import api

from chassis.bus.jetstream import STREAM, Bus, reaching
from chassis.outbox.sender import Unreachable

NEXT: Final = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}."
ACK: Final = "$JS.ACK."
NANOSECONDS: Final = 1_000_000_000
HEARTBEAT: Final = "100"
ENDED: Final = ("404", "408")  # this request brings no more; its rest is in Nats-Pending-Messages


@dataclass(frozen=True, slots=True)
class PullSettings:
    """Times in seconds. `ack_wait` is how long the server waits before it gives a dead copy's messages to another."""

    ack_wait: float = 30.0
    max_ack_pending: int = 1024
    expires: float = 30.0
    heartbeat: float = 1.0


class Pull:
    """The messages of one durable consumer, which is made, or made again, when it is not there.

    `room` says how many messages more may be brought now; call `nudge` when it has grown.
    """

    def __init__(
        self, bus: Bus, durable: str, subjects: Sequence[str], room: Callable[[], int], settings: PullSettings
    ) -> None:
        self._bus = bus
        self._durable = durable
        self._subjects = list(subjects)
        self._room = room
        self._settings = settings
        self._arrivals: asyncio.Queue[Msg | None] = asyncio.Queue()
        self._asked = 0

    def nudge(self) -> None:
        """There is room again."""
        self._arrivals.put_nowait(None)

    async def messages(self) -> AsyncGenerator[Msg, None]:
        """Messages in the order of their arrival, until the bus is lost. Raises Unreachable: begin again."""
        client = await self._bus.ready()
        with reaching():
            await self._ensure_consumer(client)
        self._arrivals, self._asked = asyncio.Queue(), 0
        with reaching():
            inbox = client.new_inbox()
            subscription = await client.subscribe(inbox, cb=self._arrivals.put)
        try:
            with self._bus.bell.listening() as reconnected:
                nudging = asyncio.create_task(self._nudge_when(reconnected))
                try:
                    while not reconnected.is_set():
                        await self._ask(client, inbox)
                        message = await self._next()
                        if message is not None and self._is_for_us(message):
                            self._asked -= 1
                            yield message
                finally:
                    nudging.cancel()
            raise Unreachable("reconnected: the server has forgotten the request")
        except Unreachable:
            for message in self._left():  # still ours, until ack_wait has passed
                yield message
            raise
        finally:
            with suppress(errors.Error, OSError):
                await subscription.unsubscribe()
                for message in self._left():
                    await message.nak()

    async def _nudge_when(self, reconnected: asyncio.Event) -> None:
        await reconnected.wait()
        self.nudge()

    def _left(self) -> Iterator[Msg]:
        while not self._arrivals.empty():
            message = self._arrivals.get_nowait()
            if message is not None and message.reply.startswith(ACK):
                yield message

    async def _ensure_consumer(self, client: Client) -> None:
        consumer = api.ConsumerConfig(
            name=self._durable,
            durable_name=self._durable,
            filter_subjects=self._subjects,
            deliver_policy=api.DeliverPolicy.ALL,
            ack_policy=api.AckPolicy.EXPLICIT,
            ack_wait=self._settings.ack_wait,
            # We count failures ourselves: JetStream would count an outage of the database, too, and then fall silent.
            max_deliver=-1,
            max_ack_pending=self._settings.max_ack_pending,
        )
        await self._bus.jetstream(client).add_consumer(STREAM, config=consumer)

    async def _ask(self, client: Client, inbox: str) -> None:
        room = self._room()
        if self._asked > room // 2 or room <= self._asked:
            return
        request = {
            "batch": room - self._asked,
            "expires": int(self._settings.expires * NANOSECONDS),
            "idle_heartbeat": int(self._settings.heartbeat * NANOSECONDS),
        }
        with reaching():
            await client.publish(NEXT + self._durable, json.dumps(request).encode(), inbox)
        self._asked = room

    async def _next(self) -> Msg | None:
        """The next arrival, None for a nudge. Where an answer is due, silence means that nobody is there any more."""
        patience = 3 * self._settings.heartbeat if self._asked else None
        try:
            async with asyncio.timeout(patience):
                return await self._arrivals.get()
        except TimeoutError:
            raise Unreachable("no heartbeat from JetStream") from None

    def _is_for_us(self, message: Msg) -> bool:
        """Or a word from the server about our request. Raises Unreachable when it is that nothing more will come."""
        if message.reply.startswith(ACK):
            return True
        headers = message.headers or {}
        status = headers.get(api.Header.STATUS.value, "")
        if status in ENDED:
            self._asked -= int(headers.get("Nats-Pending-Messages", self._asked))
        elif status != HEARTBEAT:
            # The consumer was deleted, the server shuts down, nobody responds …
            raise Unreachable(f"JetStream: {status} {headers.get(api.Header.DESCRIPTION.value, '')}")
        return False
