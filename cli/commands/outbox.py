"""`zhupi outbox …`: what services could not send or could not take in, and trying it again. For operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, TypeVar

import grpc.aio
import typer
from google.protobuf.message import Message

from cli.command import command
from cli.commands.audit import LEDGERS
from cli.help import RUNNING, group
from cli.names import resource
from cli.output import Output, grid, placing, plain
from cli.paging import ENOUGH, Limit, listed
from cli.refusals import NothingNamed
from cli.session import Session
from kernel.errors import Code, NotFound, Refusal
from reading.labels import field_at, field_label
from zhupi.common.v1.delivery_pb2 import (
    DeadLetter,
    ListDeadLettersRequest,
    ListParkedMessagesRequest,
    ParkedMessage,
    RetryParkedMessageRequest,
    RetryParkedMessagesRequest,
    RetryParkedMessagesResponse,
    ReviveDeadLetterRequest,
)
from zhupi.common.v1.delivery_pb2_grpc import DeliveryServiceStub

PANEL = RUNNING

outbox = group("未送达的消息：搁置与死信", "Messages not delivered: parked ones and dead letters")

PARKED: Final = ("name", "destination", "lane", "subject", "attempts", "error", "create_time", "park_time")
DEAD: Final = ("name", "document", "subject", "attempts", "error", "first_failure_time", "death_time")
COUNTS: Final = ("retried",)
All = Annotated[bool, typer.Option("--all", help="Every one of them · 全部")]

Asked = TypeVar("Asked", RetryParkedMessageRequest, ReviveDeadLetterRequest)
Answer = TypeVar("Answer", ParkedMessage, DeadLetter)


@command(outbox, "parked", "目的地未接收的消息", "Messages that their destination did not take")
async def parked(session: Session, limit: Limit = ENOUGH) -> None:
    found = {
        name: await listed(
            session, stub.ListParkedMessages, ListParkedMessagesRequest(), "parked_messages", limit
        )
        for name, stub in stubs(session).items()
    }
    show(session.out, found, PARKED, ParkedMessage)


@command(outbox, "retry", "重新发送搁置的消息", "Send parked messages again", writes=True)
async def retry(
    session: Session,
    messages: Annotated[
        list[str] | None, typer.Argument(metavar="MESSAGE…", help="As `parked` names them · 消息编号")
    ] = None,
    every: All = False,
) -> None:
    if every is bool(messages):
        raise NothingNamed
    if every:
        everything = RetryParkedMessagesRequest(request_id=session.request_id())
        counts = {name: [await stub.RetryParkedMessages(everything)] for name, stub in stubs(session).items()}
        show(session.out, counts, COUNTS, RetryParkedMessagesResponse)
        return
    rpcs = {name: stub.RetryParkedMessage for name, stub in stubs(session).items()}
    done: dict[str, list[ParkedMessage]] = {}
    for given in messages or ():
        name = resource("parkedMessages", given)
        one = RetryParkedMessageRequest(request_id=session.derived_request_id(name), name=name)
        service, message = await wherever(rpcs, one)
        done.setdefault(service, []).append(message)
    show(session.out, done, PARKED, ParkedMessage)


@command(outbox, "dead", "消费者未能处理的消息", "Messages that their consumer did not get done")
async def dead(session: Session, limit: Limit = ENOUGH) -> None:
    show(session.out, await dead_letters(session, limit), DEAD, DeadLetter)


@command(outbox, "revive", "重新处理死信", "Have dead letters handled again", writes=True)
async def revive(
    session: Session,
    letters: Annotated[
        list[str] | None, typer.Argument(metavar="LETTER…", help="As `dead` names them · 死信编号")
    ] = None,
    every: All = False,
) -> None:
    if every is bool(letters):
        raise NothingNamed
    asked = [resource("deadLetters", given) for given in letters or ()]
    if every:
        asked = [letter.name for found in (await dead_letters(session)).values() for letter in found]
    rpcs = {name: stub.ReviveDeadLetter for name, stub in stubs(session).items()}
    done: dict[str, list[DeadLetter]] = {}
    for name in asked:
        one = ReviveDeadLetterRequest(request_id=session.derived_request_id(name), name=name)
        service, letter = await wherever(rpcs, one)
        done.setdefault(service, []).append(letter)
    show(session.out, done, DEAD, DeadLetter)


def stubs(session: Session) -> dict[str, DeliveryServiceStub]:
    """Of every service with a database, those that run here."""
    here = session.addresses()
    return {name: session.stub(DeliveryServiceStub, name) for name in LEDGERS if name in here}


async def dead_letters(session: Session, limit: int = 0) -> dict[str, list[DeadLetter]]:
    return {
        name: await listed(session, stub.ListDeadLetters, ListDeadLettersRequest(), "dead_letters", limit)
        for name, stub in stubs(session).items()
    }


async def wherever(
    rpcs: Mapping[str, grpc.aio.UnaryUnaryMultiCallable[Asked, Answer]], request: Asked
) -> tuple[str, Answer]:
    """The answer of the service that has what the request names, and which service it is. Raises NotFound when none has.

    Every service is asked to do it rather than whether it has it: a repeated command gets the first one's answer.
    """
    for service, rpc in rpcs.items():
        try:
            return service, await rpc(request)
        except Refusal as refusal:
            if refusal.code is not Code.NOT_FOUND:
                raise
    raise NotFound(name=request.name)


def show(
    out: Output, found: Mapping[str, Sequence[Message]], columns: Sequence[str], kind: type[Message]
) -> None:
    """The messages of all services in one table, the service first. JSON gets them by service."""
    if out.as_json:
        out.json({name: [plain(message) for message in messages] for name, messages in found.items()})
        return
    rows: list[tuple[str, Any]] = [
        (name, message) for name, messages in found.items() for message in messages
    ]
    if not rows:
        out.say("（无）", "(none)", style="dim")
        return
    table = grid()
    table.add_column("")
    for column in columns:
        field = field_at(kind.DESCRIPTOR, column)
        table.add_column(field_label(field, out.language), **placing(field))
    for name, message in rows:
        table.add_row(name, *out.cells(message, columns))
    out.console.print(table)
