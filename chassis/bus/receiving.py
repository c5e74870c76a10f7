"""What becomes of one received message: done once, tried again later, or given up visibly."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import structlog
from google.protobuf.message import DecodeError, Message
from opentelemetry.trace import SpanKind

from chassis.bus.dead_letters import failed
from chassis.observability import telemetry
from chassis.outbox.sender import Unreachable
from chassis.postgres.database import Contention, Database
from chassis.transaction.envelope import Envelope
from chassis.transaction.inbox import inbox
from chassis.transaction.unit_of_work import UnitOfWork
from kernel.errors import Unavailable

log = structlog.get_logger(__name__)

M = TypeVar("M", bound=Message)
U = TypeVar("U", bound=UnitOfWork)
Handler = Callable[..., Awaitable[None]]
"""`async def handle(message: M, *, uow: U, envelope: Envelope) -> None`"""


class NotNow(Exception):
    """A handler's answer to a message that comes too early: bring it again after `delay` seconds. No failure."""

    def __init__(self, why: str, delay: float = 1.0) -> None:
        super().__init__(why)
        self.delay = delay


@dataclass(frozen=True, slots=True)
class Done:
    """The message has had its effect, now or before."""


@dataclass(frozen=True, slots=True)
class Again:
    """Bring it again: after `delay` seconds, or, None, with the transport's own growing delay."""

    delay: float | None = None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """It is among the dead letters now."""


Outcome = Done | Again | GivenUp


class Receiver(Protocol):
    """What a consumer is made of: its name, its database, its handlers by message type."""

    name: str
    database: Database
    handlers: Mapping[type[Message], Handler]
    uow: Callable[[], UnitOfWork]
    most_failures: int


async def receive(receiver: Receiver, envelope: Envelope, body: bytes) -> Outcome:
    """Handle a message in the trace in which it was written; the inbox row commits with the handler's effect.

    An outage (the handler's Unavailable, of the database or of a service it asks) is not counted against the message.
    """
    name = f"receive {envelope.subject}"
    with telemetry.continued(envelope.headers, name, SpanKind.CONSUMER):
        telemetry.concerns(document=envelope.document)
        try:
            await _handled(receiver, envelope, body)
        except NotNow as later:
            return Again(later.delay)
        except (Unavailable, Unreachable, Contention) as outage:
            log.info("a message waits for an outage to end", consumer=receiver.name, error=outage)
            return Again()
        except Exception as error:
            return await _failed(receiver, envelope, body, error)
    return Done()


async def _handled(receiver: Receiver, envelope: Envelope, body: bytes) -> None:
    kind, handler = _handler(receiver, envelope.subject)
    message = kind()
    message.ParseFromString(body)
    uow = receiver.uow()
    async with inbox(uow, receiver.name, envelope.id) as first_time:
        if first_time:
            await handler(message, uow=uow, envelope=envelope)


def _handler(receiver: Receiver, subject: str) -> tuple[type[Message], Handler]:
    for kind, handler in receiver.handlers.items():
        if kind.DESCRIPTOR.full_name == subject:
            return kind, handler
    raise LookupError(f"{receiver.name} does not handle {subject}")


async def _failed(receiver: Receiver, envelope: Envelope, body: bytes, error: Exception) -> Outcome:
    # What cannot be read today cannot be read tomorrow.
    most = 1 if isinstance(error, DecodeError) else receiver.most_failures
    said = f"{type(error).__name__}: {error}"
    try:
        dead = await failed(receiver.database, receiver.name, envelope, body, said, most)
    except (Unavailable, Contention):
        return Again()
    where = {"consumer": receiver.name, "subject": envelope.subject, "message_id": envelope.id}
    if dead:
        log.error("a message is given up and kept as a dead letter", error=error, exc_info=error, **where)
        return GivenUp()
    log.warning("a message was not handled", error=error, exc_info=error, attempt=envelope.attempt, **where)
    return Again()
