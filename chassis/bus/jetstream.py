"""The bus: one JetStream stream for all facts, a connection that never gives up, and the relay's sender.

A message's subject is its protobuf name (`zhupi.expense.v1.ClaimSubmitted`). Its `Nats-Msg-Id` is the outbox row's id, so
that the server drops what a relay sends twice within the window, and an inbox what comes later than that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import nats.errors as errors
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext, api
from nats.js import errors as js

from chassis.bell import Bell
from chassis.outbox.sender import Outgoing, Unreachable, Unsendable

log = structlog.get_logger(__name__)

STREAM: Final = "ZHUPI"
SUBJECTS: Final = "zhupi."
MESSAGE_ID: Final = "Nats-Msg-Id"
NAME_IN_USE: Final = 10058  # JetStream: the stream exists with another configuration
TOO_LARGE: Final = 10054
DAY: Final = 86400.0


@dataclass(frozen=True, slots=True)
class BusSettings:
    """Times in seconds. `keep` is how long a consumer may be away without missing anything.

    The stream has no limit in bytes: it would drop the oldest facts, unread ones among them. When the disk is full the
    server refuses new ones, and they wait in the outbox.
    """

    keep: float = 30 * DAY
    duplicate_window: float = 600.0
    replicas: int = 1
    connect_timeout: float = 2.0
    reconnect_wait: float = 0.2
    request_timeout: float = 2.0

    def stream(self) -> api.StreamConfig:
        return api.StreamConfig(
            name=STREAM,
            subjects=[SUBJECTS + ">"],
            retention=api.RetentionPolicy.LIMITS,
            storage=api.StorageType.FILE,
            max_age=self.keep,
            duplicate_window=self.duplicate_window,
            num_replicas=self.replicas,
            allow_direct=True,
        )


class Bus:
    """A component's connection to NATS, made when it is first needed and for as long as it takes.

    `bell` rings when a lost connection is back: what the server was asked before, it has forgotten.
    """

    def __init__(self, url: str, name: str, settings: BusSettings | None = None) -> None:
        self.settings = settings or BusSettings()
        self.bell = Bell()
        self.born: datetime | None = None
        self._url = url
        self._name = name
        self._client: Client | None = None
        self._stream_stands = False
        self._preparing: asyncio.Task[Client] | None = None
        self._troubled = False

    async def ready(self) -> Client:
        """The connected client of a server whose stream stands. Raises Unreachable, within a few seconds."""
        client = self._client
        if client is not None and client.is_connected and self._stream_stands:
            return client
        if self._preparing is None or self._preparing.done():
            self._preparing = asyncio.create_task(self._prepare())
            self._preparing.add_done_callback(lambda task: task.cancelled() or task.exception())
        # Everybody waits for the same attempt, and each only so long: it goes on trying meanwhile.
        done, _ = await asyncio.wait([self._preparing], timeout=self.settings.connect_timeout)
        if not done:
            raise Unreachable("NATS does not answer")
        return self._preparing.result()

    async def check(self) -> None:
        """Raises Unreachable unless the stream stands."""
        client = await self.ready()
        with reaching():
            await self.jetstream(client).stream_info(STREAM)

    def jetstream(self, client: Client) -> JetStreamContext:
        return client.jetstream(timeout=self.settings.request_timeout)

    def doubt(self) -> None:
        """The stream does not answer: look after it before the next use."""
        self._stream_stands = False

    async def close(self) -> None:
        if self._preparing is not None:
            self._preparing.cancel()
            await asyncio.wait([self._preparing])
        if self._client is not None:
            await self._client.close()

    async def _prepare(self) -> Client:
        client = self._client
        # A client closes itself for good over some errors (a rejected password, say): then it takes a new one.
        if client is None or client.is_closed:
            client = await self._connect()
        if not client.is_connected:
            raise Unreachable("NATS is away")
        await self._raise_stream(client)
        return client

    async def _connect(self) -> Client:
        client = Client()
        try:
            with reaching():
                await client.connect(
                    servers=[self._url],
                    name=self._name,
                    error_cb=self._trouble,
                    disconnected_cb=self._lost,
                    reconnected_cb=self._back,
                    connect_timeout=int(self.settings.connect_timeout),
                    reconnect_time_wait=self.settings.reconnect_wait,  # type: ignore[arg-type] # a float sleeps as well
                    max_reconnect_attempts=-1,
                    ping_interval=10,
                    max_outstanding_pings=2,
                    # Nothing is buffered while away: who publishes is told at once, and what was given up stays unsent.
                    pending_size=-1,
                )
        except BaseException:
            await client.close()
            raise
        self._client, self._troubled = client, False
        return client

    async def _raise_stream(self, client: Client) -> None:
        jetstream, stream = self.jetstream(client), self.settings.stream()
        with reaching():
            try:
                found = await jetstream.add_stream(stream)
            except js.BadRequestError as error:
                if error.err_code != NAME_IN_USE:
                    raise
                found = await jetstream.update_stream(stream)
        self.born, self._stream_stands = found.created, True

    async def _trouble(self, error: Exception) -> None:
        if not self._troubled:
            log.warning("NATS is not reached", error=error)
        self._troubled = True

    async def _lost(self) -> None:
        self._stream_stands = False

    async def _back(self) -> None:
        self._troubled = False
        log.info("the connection to NATS is back")
        self.bell.ring()


@contextmanager
def reaching() -> Iterator[None]:
    """Whatever keeps a request from being answered is Unreachable."""
    try:
        yield
    except (errors.Error, OSError, TimeoutError) as error:
        raise Unreachable(f"NATS: {type(error).__name__} {error}") from error


class BusSender:
    """Publishes outbox rows, and returns when JetStream has stored them."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._reported: datetime | None = None

    async def send(self, message: Outgoing) -> None:
        """Raises Unsendable, Unreachable."""
        if not message.subject.startswith(SUBJECTS):
            raise Unsendable(f"{message.subject!r} is not a subject of the bus")
        reported = self._reported
        client = await self._bus.ready()
        if self._bus.born != reported:
            raise Unreachable("the stream is a new one: what it lacks comes first")
        headers = {**message.headers, MESSAGE_ID: message.id}
        try:
            await self._bus.jetstream(client).publish(
                message.subject, message.body, stream=STREAM, headers=headers
            )
        except (errors.MaxPayloadError, errors.BadSubjectError, errors.BadHeaderError) as error:
            raise Unsendable(str(error)) from error
        except js.APIError as error:
            if error.err_code == TOO_LARGE:
                raise Unsendable(str(error)) from error
            self._bus.doubt()
            raise Unreachable(str(error)) from error
        except (errors.Error, OSError) as error:
            self._bus.doubt()
            raise Unreachable(f"NATS: {type(error).__name__} {error}") from error

    async def remembers_since(self) -> datetime | None:
        """When the stream was made: a NATS whose store was lost gets a new one, and does not know what came before."""
        self._bus.doubt()
        await self._bus.ready()
        self._reported = self._bus.born
        return self._reported
