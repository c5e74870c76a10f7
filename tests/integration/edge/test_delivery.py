"""What could not be delivered, over gRPC: operators see it, have it tried again, and nobody else does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from chassis.bus.dead_letters import failed, letters
from chassis.outbox.admin import parked
from chassis.outbox.relay import Relay, RelaySettings
from chassis.outbox.sender import Outgoing, Unsendable
from chassis.postgres.database import Database
from chassis.rpc.delivery_servicer import DeliveryServicer
from chassis.security.authorisation import INSTALLATION, Policies
from chassis.transaction.envelope import DOCUMENT, Envelope
from kernel.actor import Actor
from kernel.errors import Code, Refusal
from tests.builders.callers import Callers, calling
from tests.builders.edge import Edge
from tests.notes.store import NotesUnitOfWork
from tests.notes.waiting import until
from zhupi.common.v1 import delivery_pb2 as pb
from zhupi.common.v1.delivery_pb2_grpc import DeliveryServiceStub, add_DeliveryServiceServicer_to_server

SECRET = "不该给人看的内容"
# A service's own acts; those of the DeliveryService are in chassis/policies.
SCHEMA = """
action WriteNote in [ServicesOnly] appliesTo { principal: [Person, Service], resource: [Installation], context: Call };
"""


class Box:
    """A destination that refuses everything until it is mended."""

    def __init__(self) -> None:
        self.mended = False
        self.arrived: list[str] = []

    async def send(self, message: Outgoing) -> None:
        if not self.mended:
            raise Unsendable(f"no such case\nDETAIL: {message.body.decode()}")
        self.arrived.append(message.lane)

    async def remembers_since(self) -> None:
        return None


@pytest.fixture
async def database(migrated_database: Callable[[str], str]) -> AsyncIterator[Database]:
    database = Database(migrated_database("tests/notes/migrations"))
    yield database
    await database.close()


@pytest.fixture
async def callers(edge: Edge, database: Database, tmp_path: Path) -> AsyncIterator[Callers]:
    (tmp_path / "notes.cedarschema").write_text(SCHEMA, "utf-8")
    policies = Policies(tmp_path)

    def require(actor: Actor, action: str) -> None:
        policies.require(actor, action, INSTALLATION, "notes")

    servicer = DeliveryServicer(database, require)
    async with calling(
        edge, "approval", lambda server: server.add(add_DeliveryServiceServicer_to_server, servicer)
    ) as callers:
        yield callers


@pytest.fixture
async def operator(callers: Callers) -> DeliveryServiceStub:
    return await callers.person("wutao", DeliveryServiceStub, "operator")


@asynccontextmanager
async def relaying(database: Database, box: Box) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    # It looks of its own accord only long after the test: what arrives, arrives because the bell rang.
    task = asyncio.create_task(Relay(database, {"box": box}, RelaySettings(poll=600)).run(stopping))
    try:
        yield
    finally:
        stopping.set()
        await task


async def park(database: Database, *lanes: str) -> None:
    """One message in each lane; all of them are parked when this returns. Call it while relaying."""
    uow = NotesUnitOfWork(database)
    async with uow:
        for lane in lanes:
            uow.send(lane, "box", SECRET.encode(), "secret")
        await uow.commit()

    async def all_parked() -> bool:
        return len(await parked(database)) == len(lanes)

    await until(all_parked)


async def bury(database: Database, *ids: str) -> None:
    """One dead letter of each id."""
    for id_ in ids:
        envelope = Envelope(id_, "zhupi.common.v1.Text", headers={DOCUMENT: "notes/1"})
        await failed(database, "notes-reader", envelope, SECRET.encode(), f"ValueError: no\n{SECRET}", most=1)


async def refused(call: Awaitable[Any]) -> Code:
    with pytest.raises(Refusal) as caught:
        await call
    return caught.value.code


def an_id() -> str:
    return str(uuid4())


async def test_parked_messages_are_listed_page_by_page_without_what_they_say(
    database: Database, operator: DeliveryServiceStub
) -> None:
    async with relaying(database, Box()):
        await park(database, "notes/1", "notes/2", "notes/3")
    first = await operator.ListParkedMessages(pb.ListParkedMessagesRequest(page_size=2))
    rest = await operator.ListParkedMessages(
        pb.ListParkedMessagesRequest(page_size=2, page_token=first.next_page_token)
    )
    found = [*first.parked_messages, *rest.parked_messages]
    assert sorted(message.lane for message in found) == ["notes/1", "notes/2", "notes/3"]
    assert rest.next_page_token == ""
    said = found[0]
    assert (said.destination, said.subject, said.attempts) == ("box", "secret", 1)
    assert said.error == "Unsendable: no such case"
    assert said.park_time.ToDatetime() >= said.create_time.ToDatetime()
    assert SECRET not in str(first) + str(rest)
    elsewhere = await operator.ListParkedMessages(pb.ListParkedMessagesRequest(destination="bus"))
    assert not elsewhere.parked_messages


async def test_a_message_that_is_retried_goes_out_at_once_and_the_others_stay(
    database: Database, operator: DeliveryServiceStub
) -> None:
    box = Box()
    async with relaying(database, box):
        await park(database, "notes/1", "notes/2")
        box.mended = True
        [wanted, other] = (await operator.ListParkedMessages(pb.ListParkedMessagesRequest())).parked_messages
        asked = pb.RetryParkedMessageRequest(request_id=an_id(), name=wanted.name)
        assert await operator.RetryParkedMessage(asked) == wanted
        await until(lambda: _lanes(box))
        assert await operator.RetryParkedMessage(asked) == wanted  # repeated, it is answered and not done
        asked.request_id = an_id()
        assert await refused(operator.RetryParkedMessage(asked)) is Code.NOT_FOUND
    assert box.arrived == [wanted.lane]
    assert [row.lane for row in await parked(database)] == [other.lane]


async def test_all_parked_messages_of_a_destination_are_retried_together_and_once(
    database: Database, operator: DeliveryServiceStub
) -> None:
    box = Box()
    async with relaying(database, box):
        await park(database, "notes/1", "notes/2")
        box.mended = True
        nothing = pb.RetryParkedMessagesRequest(request_id=an_id(), destination="bus")
        assert (await operator.RetryParkedMessages(nothing)).retried == 0
        asked = pb.RetryParkedMessagesRequest(request_id=an_id())
        answers = await asyncio.gather(*(operator.RetryParkedMessages(asked) for _ in range(5)))
        assert [answer.retried for answer in answers] == [2] * 5

        async def both() -> bool:
            return len(box.arrived) == 2

        await until(both)
    assert sorted(box.arrived) == ["notes/1", "notes/2"]
    assert not (await operator.ListParkedMessages(pb.ListParkedMessagesRequest())).parked_messages


async def test_dead_letters_are_listed_without_what_they_say_and_revived_one_by_one(
    database: Database, operator: DeliveryServiceStub
) -> None:
    await bury(database, "one", "STREAM/2", "three")
    page = await operator.ListDeadLetters(pb.ListDeadLettersRequest(page_size=2))
    rest = await operator.ListDeadLetters(
        pb.ListDeadLettersRequest(page_size=2, page_token=page.next_page_token)
    )
    names = [letter.name for letter in (*page.dead_letters, *rest.dead_letters)]
    assert names == [f"deadLetters/notes-reader/{id_}" for id_ in ("one", "STREAM/2", "three")]
    said = page.dead_letters[1]
    assert (said.consumer, said.document, said.error) == ("notes-reader", "notes/1", "ValueError: no")
    assert said.HasField("death_time")
    assert SECRET not in str(page) + str(rest)
    others = await operator.ListDeadLetters(pb.ListDeadLettersRequest(consumer="another"))
    assert not others.dead_letters

    asked = pb.ReviveDeadLetterRequest(request_id=an_id(), name=said.name)
    assert await operator.ReviveDeadLetter(asked) == said
    assert await operator.ReviveDeadLetter(asked) == said
    asked.request_id = an_id()
    assert await refused(operator.ReviveDeadLetter(asked)) is Code.NOT_FOUND
    assert [letter.message_id for letter in await letters(database, dead_only=True)] == ["one", "three"]


async def test_nobody_but_operators_sees_or_revives_anything(callers: Callers, database: Database) -> None:
    await bury(database, "one")
    named = f"parkedMessages/{uuid4()}"
    for stub in (
        await callers.person("lihua", DeliveryServiceStub, "finance", "administrator"),
        await callers.service("worker", DeliveryServiceStub),
    ):
        letter = pb.ReviveDeadLetterRequest(request_id=an_id(), name="deadLetters/notes-reader/one")
        for call in (
            stub.ListParkedMessages(pb.ListParkedMessagesRequest()),
            stub.RetryParkedMessage(pb.RetryParkedMessageRequest(request_id=an_id(), name=named)),
            stub.RetryParkedMessages(pb.RetryParkedMessagesRequest(request_id=an_id())),
            stub.ListDeadLetters(pb.ListDeadLettersRequest()),
            stub.ReviveDeadLetter(letter),
        ):
            assert await refused(call) is Code.PERMISSION_DENIED
    assert len(await letters(database, dead_only=True)) == 1


async def _lanes(box: Box) -> list[str]:
    return box.arrived


async def test_who_had_what_delivered_again_is_told_without_what_it_says(
    database: Database, operator: DeliveryServiceStub
) -> None:
    box = Box()
    async with relaying(database, box):
        await park(database, "notes/1", "notes/2")
    await bury(database, "letter-1")
    (one, _) = (await operator.ListParkedMessages(pb.ListParkedMessagesRequest())).parked_messages
    await operator.RetryParkedMessage(pb.RetryParkedMessageRequest(name=one.name, request_id=an_id()))
    await operator.RetryParkedMessages(pb.RetryParkedMessagesRequest(request_id=an_id()))
    letter = pb.ReviveDeadLetterRequest(name="deadLetters/notes-reader/letter-1", request_id=an_id())
    await operator.ReviveDeadLetter(letter)
    async with database.engine.connect() as connection:
        told = (
            await connection.execute(
                text("SELECT kind, actor, en FROM timeline WHERE document = 'deliveries' ORDER BY sequence")
            )
        ).all()
    assert [tuple(row) for row in told] == [
        ("MessageRetried", "people/wutao", f"A message of {one.lane} is sent again"),
        ("MessagesRetried", "people/wutao", "1 messages are sent again"),
        ("DeadLetterRevived", "people/wutao", "A message about notes/1 is taken in again"),
    ]
