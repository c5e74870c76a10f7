"""The DeliveryService, as every service with a database offers it: what it could not send, what it could not take in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

import grpc
from google.protobuf.message import Message

from chassis.bus.dead_letters import DeadLetter, dead_page, revive_one
from chassis.outbox.admin import Parked, parked_page, unpark_all, unpark_one
from chassis.postgres.database import Database
from chassis.postgres.paging import PageRequest
from chassis.rpc.delivery_events import DeadLetterRevived, MessageRetried, MessagesRetried
from chassis.rpc.servicer import Servicer, caller_request
from chassis.rpc.values import time_to_message
from chassis.transaction.envelope import DOCUMENT
from chassis.transaction.unit_of_work import UnitOfWork
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import NotFound
from zhupi.common.v1 import delivery_pb2 as pb
from zhupi.common.v1 import delivery_pb2_grpc

PARKED: Final = "parkedMessages/"
DEAD: Final = "deadLetters/"
M = TypeVar("M", bound=Message)
Writing = grpc.aio.ServicerContext[Any, Awaitable[M]]


class DeliveryServicer(Servicer[UnitOfWork], delivery_pb2_grpc.DeliveryServiceServicer):
    """`require` raises PermissionDenied unless the caller may do the named act; the acts are in chassis/policies."""

    def __init__(self, database: Database, require: Callable[[Actor, str], None]) -> None:
        super().__init__(partial(UnitOfWork, database))
        self._database = database
        self._require = require

    async def ListParkedMessages(  # noqa: N802 - the proto's name
        self, request: pb.ListParkedMessagesRequest, context: Any
    ) -> pb.ListParkedMessagesResponse:
        self._permitted("ListParkedMessages")
        async with self._database.sessions() as session:
            found = await parked_page(session, PageRequest.of(request), request.destination)
        return pb.ListParkedMessagesResponse(
            parked_messages=map(parked_to_message, found.items), next_page_token=found.next_page_token
        )

    async def RetryParkedMessage(  # noqa: N802 - the proto's name
        self, request: pb.RetryParkedMessageRequest, context: Writing[pb.ParkedMessage]
    ) -> pb.ParkedMessage:
        self._permitted("RetryParkedMessage")
        answer = await self.write(context, retry_one, request.name, parked_to_message)
        self._database.bell.ring()
        return answer

    async def RetryParkedMessages(  # noqa: N802 - the proto's name
        self, request: pb.RetryParkedMessagesRequest, context: Writing[pb.RetryParkedMessagesResponse]
    ) -> pb.RetryParkedMessagesResponse:
        self._permitted("RetryParkedMessages")
        answer = await self.write(context, retry_all, request.destination, retried_to_message)
        self._database.bell.ring()
        return answer

    async def ListDeadLetters(  # noqa: N802 - the proto's name
        self, request: pb.ListDeadLettersRequest, context: Any
    ) -> pb.ListDeadLettersResponse:
        self._permitted("ListDeadLetters")
        async with self._database.sessions() as session:
            found = await dead_page(session, PageRequest.of(request), request.consumer)
        return pb.ListDeadLettersResponse(
            dead_letters=map(letter_to_message, found.items), next_page_token=found.next_page_token
        )

    async def ReviveDeadLetter(  # noqa: N802 - the proto's name
        self, request: pb.ReviveDeadLetterRequest, context: Writing[pb.DeadLetter]
    ) -> pb.DeadLetter:
        self._permitted("ReviveDeadLetter")
        return await self.write(context, revive_letter, request.name, letter_to_message)

    def _permitted(self, action: str) -> None:
        self._require(caller_request().caller, action)


async def retry_one(name: str, *, uow: UnitOfWork, actor: Actor, clock: Clock) -> Parked:
    """Raises NotFound where no such message is parked."""
    async with uow:
        row = await unpark_one(uow.session, UUID(name.removeprefix(PARKED)))
        if row is None:
            raise NotFound(name=name)
        said = {"message": row.id, "destination": row.destination, "lane": row.lane, "subject": row.subject}
        uow.record(MessageRetried.of(actor, clock.now(), **said))
        return await uow.commit(row)


async def retry_all(destination: str, *, uow: UnitOfWork, actor: Actor, clock: Clock) -> int:
    async with uow:
        count = await unpark_all(uow.session, destination)
        uow.record(MessagesRetried.of(actor, clock.now(), destination=destination, messages=count))
        return await uow.commit(count)


async def revive_letter(name: str, *, uow: UnitOfWork, actor: Actor, clock: Clock) -> DeadLetter:
    """Raises NotFound where no such letter is dead."""
    consumer, _, message_id = name.removeprefix(DEAD).partition("/")
    async with uow:
        letter = await revive_one(uow.session, consumer, message_id)
        if letter is None:
            raise NotFound(name=name)
        about = letter.headers.get(DOCUMENT, "")
        said = {"consumer": consumer, "message": message_id, "subject": letter.subject, "about": about}
        uow.record(DeadLetterRevived.of(actor, clock.now(), **said))
        return await uow.commit(letter)


def parked_to_message(row: Parked) -> pb.ParkedMessage:
    return pb.ParkedMessage(
        name=PARKED + row.id,
        destination=row.destination,
        lane=row.lane,
        subject=row.subject,
        attempts=row.attempts,
        error=first_line(row.error),
        create_time=time_to_message(row.created_at),
        park_time=time_to_message(row.parked_at),
    )


def retried_to_message(count: int) -> pb.RetryParkedMessagesResponse:
    return pb.RetryParkedMessagesResponse(retried=count)


def letter_to_message(letter: DeadLetter) -> pb.DeadLetter:
    return pb.DeadLetter(
        name=f"{DEAD}{letter.consumer}/{letter.message_id}",
        consumer=letter.consumer,
        document=letter.headers.get(DOCUMENT, ""),
        subject=letter.subject,
        attempts=letter.attempts,
        error=first_line(letter.error),
        first_failure_time=time_to_message(letter.first_failed_at),
        last_failure_time=time_to_message(letter.last_failed_at),
        death_time=time_to_message(letter.dead_at),
    )


def first_line(error: str) -> str:
    """A database's error goes on with the statement and its values, which are what the message says."""
    return error.partition("\n")[0]
