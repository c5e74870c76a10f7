"""Durable consumption from the bus: at least once from JetStream, exactly once in effect through the inbox.

Messages about one document are handled one after the other in the order of their arrival; others at once, up to
`concurrency`. Order is not promised once a message had to be brought again, nor between two copies of a service:
`envelope.version` tells old news from new.

Written on nats-py and not on FastStream: see docs/adr/0011-consume-with-nats-py.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

import structlog
from google.protobuf.message import Message
from nats import errors
from nats.aio.msg import Msg

from chassis.backoff import backoff
from chassis.bus.dead_letters import DeadLetter, revived
from chassis.bus.jetstream import MESSAGE_ID, Bus
from chassis.bus.pull import Pull, PullSettings
from chassis.bus.receiving import Again, Done, GivenUp, Handler, receive
from chassis.observability.metrics import RECEIVED
from chassis.outbox.sender import Unreachable
from chassis.postgres.database import Database, refusal_for
from chassis.transaction.envelope import Envelope
from chassis.transaction.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SubscriptionSettings:
    """Times in seconds."""

    concurrency: int = 16
    in_hand: int = 64
    most_failures: int = 10
    first_delay: float = 0.2
    longest_delay: float = 60.0
    look_for_revived: float = 5.0
    drain: float = 5.0
    pull: PullSettings = field(default_factory=PullSettings)


class Subscription:
    """One durable consumer of a service. `run` is its whole life.

    `name` is the durable's name (letters, digits, `-`) and the inbox's `consumer`: changing it means reading the whole
    stream anew. `handlers` say which messages it wants and what to do with each:

        async def handle(message: CaseRequested, *, uow: ApprovalUnitOfWork, envelope: Envelope) -> None
    """

    def __init__(
        self,
        bus: Bus,
        name: str,
        handlers: Mapping[type[Message], Handler],
        *,
        database: Database,
        uow: Callable[[], UnitOfWork],
        settings: SubscriptionSettings | None = None,
    ) -> None:
        self.name = name
        self.database = database
        self.handlers = handlers
        self.uow = uow
        self._settings = settings or SubscriptionSettings()
        self.most_failures = self._settings.most_failures
        subjects = sorted(kind.DESCRIPTOR.full_name for kind in handlers)
        self._bus = bus
        self._pull = Pull(bus, name, subjects, self._room, self._settings.pull)
        self._turns = asyncio.Semaphore(self._settings.concurrency)
        self._in_hand: dict[asyncio.Task[None], Msg] = {}
        self._latest: dict[str, asyncio.Task[None]] = {}  # the last task about each document

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set, then finish the messages in hand. Survives every outage of bus and database."""
        stopped = asyncio.create_task(stopping.wait())
        work = [
            asyncio.create_task(each) for each in (self._consume(), self._keep_alive(), self._retry_revived())
        ]
        try:
            done, _ = await asyncio.wait([stopped, *work], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # none of them but `stopped` ends by itself: a fault of ours
        finally:
            for task in (stopped, *work):
                task.cancel()
            await asyncio.wait([stopped, *work])
            await self._drain()

    async def _drain(self) -> None:
        """Finish what is in hand; what takes too long goes back to the server at once."""
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=self._settings.drain)
        late = dict(self._in_hand)
        for task, message in late.items():
            task.cancel()
            with suppress(errors.Error, OSError):
                await message.nak()
        if late:
            await asyncio.wait(late)

    async def _consume(self) -> None:
        failures = 0
        while True:
            try:
                async with aclosing(self._pull.messages()) as messages:
                    async for message in messages:
                        failures = 0
                        self._take(message)
            except Unreachable as lost:
                self._bus.doubt()
                log.info("a subscription begins again", consumer=self.name, error=lost)
                failures += 1
                await asyncio.sleep(backoff(0.05, 2.0, failures))

    def _room(self) -> int:
        return self._settings.in_hand - len(self._in_hand)

    def _take(self, message: Msg) -> None:
        envelope = _envelope(message)
        document = envelope.document or envelope.id
        task = asyncio.create_task(self._handle(message, envelope, self._latest.get(document)))
        self._in_hand[task], self._latest[document] = message, task

        def finished(_: asyncio.Task[None]) -> None:
            del self._in_hand[task]
            if not task.cancelled() and (fault := task.exception()):
                # Not acknowledged: the server brings it again.
                log.error("a message could not be handled", consumer=self.name, exc_info=fault)
            if self._latest.get(document) is task:
                del self._latest[document]
            self._pull.nudge()

        task.add_done_callback(finished)

    async def _handle(self, message: Msg, envelope: Envelope, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        async with self._turns:
            outcome = await receive(self, envelope, message.data)
        RECEIVED.labels(self.name, type(outcome).__name__).inc()
        # Should the bus be away now, it brings the message again, and the inbox knows.
        with suppress(errors.Error, OSError):
            match outcome:
                case Done():
                    await message.ack()
                case GivenUp():
                    await message.term()
                case Again(delay):
                    await message.nak(delay=delay or self._growing(envelope.attempt))

    def _growing(self, attempt: int) -> float:
        return backoff(self._settings.first_delay, self._settings.longest_delay, attempt - 1)

    async def _keep_alive(self) -> None:
        """Tell the server that what is in hand is being worked on."""
        while True:
            await asyncio.sleep(self._settings.pull.ack_wait / 3)
            for message in list(self._in_hand.values()):
                with suppress(errors.Error, OSError):
                    await message.in_progress()

    async def _retry_revived(self) -> None:
        """Handle dead letters that a person has revived."""
        while True:
            await asyncio.sleep(self._settings.look_for_revived)
            try:
                for letter in await revived(self.database, self.name):
                    await receive(self, _letter_envelope(letter), letter.body)
            except Exception as error:
                if refusal_for(error) is None:
                    raise
                log.info("revived messages wait for the database", consumer=self.name, error=error)


def _envelope(message: Msg) -> Envelope:
    headers, metadata = message.headers or {}, message.metadata
    id_ = headers.get(MESSAGE_ID) or f"{metadata.stream}/{metadata.sequence.stream}"
    return Envelope.of(id_, message.subject, headers, metadata.num_delivered)


def _letter_envelope(letter: DeadLetter) -> Envelope:
    return Envelope.of(letter.message_id, letter.subject, letter.headers, letter.attempts + 1)
