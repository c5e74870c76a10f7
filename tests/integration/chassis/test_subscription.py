"""From a commit in one service to its effect in another, through a real NATS: once, whatever fails."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags
from sqlalchemy import func, select

from chassis.bus.dead_letters import DeadLetter, letters, revive
from chassis.bus.jetstream import Bus, BusSender, BusSettings
from chassis.bus.receiving import Done, NotNow, receive
from chassis.bus.subscription import Subscription
from chassis.outbox.admin import parked
from chassis.outbox.relay import Relay, RelaySettings
from chassis.outbox.sender import Unreachable
from chassis.postgres.database import Database
from chassis.postgres.tables import inbox, outbox, timeline
from chassis.transaction.envelope import Envelope
from kernel.errors import Unavailable
from tests.notes.nats_process import NatsProcess
from tests.notes.readers import QUICK, Reader, alive
from tests.notes.store import NotesUnitOfWork, change_note, message, write_note
from tests.notes.waiting import until
from zhupi.common.v1.text_pb2 import Text as Message

QUICK_RELAY = RelaySettings(poll=0.05, first_pause=0.02, longest_pause=0.1, upkeep=0.3)
NO_WINDOW = BusSettings(duplicate_window=0.1)


@asynccontextmanager
async def connected(url: str, settings: BusSettings | None = None) -> AsyncIterator[Bus]:
    bus = Bus(url, "tests", settings)
    try:
        yield bus
    finally:
        await bus.close()


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[Bus]:
    async with connected(nats_url) as bus:
        yield bus


@pytest.fixture
async def nats(server_folder: Path, tmp_path: Path) -> AsyncIterator[NatsProcess]:
    server = NatsProcess(tmp_path / "nats")
    await server.start()
    yield server
    await server.kill()


def relaying(database: Database, bus: Bus) -> Relay:
    return Relay(database, {"bus": BusSender(bus)}, QUICK_RELAY)


async def publish(bus: Bus, id_: str, body: bytes = message("hello").SerializeToString()) -> bool:
    """Whether JetStream took it, and did not drop it as a duplicate."""
    client = await bus.ready()
    headers = {"Nats-Msg-Id": id_, "Zhupi-Document": "notes/raw", "Zhupi-Version": "7"}
    stored = await bus.jetstream(client).publish("zhupi.common.v1.Text", body, headers=headers)
    return not stored.duplicate


async def unsent(database: Database) -> int:
    async with database.engine.connect() as connection:
        waiting = select(func.count()).select_from(outbox).where(outbox.c.sent_at.is_(None))
        return await connection.scalar(waiting) or 0


async def test_a_committed_fact_has_its_effect_in_another_service(
    database: Database, uow: NotesUnitOfWork, bus: Bus, reader: Reader
) -> None:
    async with reader.reading(bus), alive(relaying(database, bus).run):
        await write_note("first", uow=uow)
        await change_note("second", uow=uow)
        assert await reader.keeps(2) == {"notes/1@1": "first", "notes/1@2": "second"}

    first = reader.seen[0]
    assert (first.document, first.version, first.actor.person, first.attempt) == ("notes/1", 1, "lihua", 1)
    assert first.at is not None
    assert first.at.microsecond == 123456


async def test_one_trace_leads_from_the_write_to_its_effect(
    database: Database, uow: NotesUnitOfWork, bus: Bus, reader: Reader
) -> None:
    here = SpanContext(0x1234567890ABCDEF1234567890ABCDEF, 0x1234567890ABCDEF, False, TraceFlags(1))
    async with reader.reading(bus), alive(relaying(database, bus).run):
        with trace.use_span(NonRecordingSpan(here)):
            await write_note("traced", uow=uow)
        await reader.keeps(1)

    for side in (database, reader.database):
        async with side.engine.connect() as connection:
            assert await connection.scalar(select(timeline.c.trace_id)) == f"{here.trace_id:032x}"


async def test_a_message_delivered_again_has_no_second_effect(nats_url: str, reader: Reader) -> None:
    async with connected(nats_url, NO_WINDOW) as bus, reader.reading(bus):
        await publish(bus, "same")
        await reader.keeps(1)
        await until(lambda: publish(bus, "same"))  # JetStream's own window closes soon
        await publish(bus, "other", message("other").SerializeToString())

        async def both_seen() -> bool:
            return await _count(reader.database, inbox) == 2 or len(await letters(reader.database)) > 0

        # "other" is a different message about the same version: its note's name is taken, and so it fails.
        await until(both_seen)
        assert await reader.kept() == {"notes/raw@7": "hello"}
    assert Counter(e.id for e in reader.seen)["same"] == 1


async def _count(database: Database, table: object) -> int:
    async with database.engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


async def test_two_copies_of_a_service_share_the_messages(
    database: Database, bus: Bus, nats_url: str, reader: Reader
) -> None:
    twin = Reader(reader.database)
    async with (
        connected(nats_url) as other,
        reader.reading(bus),
        twin.reading(other),
        alive(relaying(database, bus).run),
    ):
        for n in range(40):
            await write_note(str(n), uow=NotesUnitOfWork(database), name=f"notes/{n}")
        await reader.keeps(40)
    assert await _count(reader.database, timeline) == 40


async def test_messages_about_one_document_are_handled_in_their_order(
    database: Database, uow: NotesUnitOfWork, bus: Bus, reader: Reader
) -> None:
    async def the_first_takes_longest(envelope: Envelope) -> None:
        await asyncio.sleep(0.05 / envelope.version)

    reader.before = the_first_takes_longest
    await write_note("0", uow=uow)
    for n in range(1, 10):
        await change_note(str(n), uow=uow)
    async with reader.reading(bus), alive(relaying(database, bus).run):
        await reader.keeps(10)
    assert [e.version for e in reader.seen] == list(range(1, 11))


async def test_a_handler_that_failed_once_is_tried_again_and_leaves_no_dead_letter(
    bus: Bus, reader: Reader
) -> None:
    async def fail_once(envelope: Envelope) -> None:
        if envelope.attempt == 1:
            raise ValueError("stumbled")

    reader.before = fail_once
    async with reader.reading(bus):
        await publish(bus, "one")
        await reader.keeps(1)
    assert await letters(reader.database) == []


async def test_a_poison_message_becomes_a_dead_letter_and_others_go_on(bus: Bus, reader: Reader) -> None:
    async def poison(envelope: Envelope) -> None:
        if envelope.id == "poison":
            raise ValueError("cannot stomach it")

    reader.before = poison
    async with reader.reading(bus):
        await publish(bus, "poison")
        [letter] = await until(lambda: letters(reader.database, dead_only=True))
        await publish(bus, "wholesome")
        await reader.keeps(1)
    assert (letter.message_id, letter.attempts, letter.error) == (
        "poison",
        4,
        "ValueError: cannot stomach it",
    )
    assert [e.id for e in reader.seen] == ["poison"] * 4 + ["wholesome"]


async def test_a_revived_dead_letter_has_its_effect(bus: Bus, reader: Reader) -> None:
    broken = True

    async def poison(_: Envelope) -> None:
        if broken:
            raise ValueError("a bug")

    reader.before = poison
    async with reader.reading(bus):
        await publish(bus, "one")
        await until(lambda: letters(reader.database, dead_only=True))
        broken = False
        assert await revive(reader.database, "tests-reader") == 1
        await reader.keeps(1)
    assert await letters(reader.database) == []


async def test_bytes_that_are_no_message_become_a_dead_letter_at_once(bus: Bus, reader: Reader) -> None:
    async with reader.reading(bus):
        await publish(bus, "garbage", b"\xff\xff\xff")
        [letter] = await until(lambda: letters(reader.database, dead_only=True))
    assert (letter.attempts, letter.body) == (1, b"\xff\xff\xff")
    assert reader.seen == []


async def test_not_now_brings_the_message_again_and_is_no_failure(bus: Bus, reader: Reader) -> None:
    known = asyncio.Event()
    refused: list[list[DeadLetter]] = []

    async def wait_for_the_case(_: Envelope) -> None:
        if not known.is_set():
            refused.append(list(await letters(reader.database)))
            if len(refused) > QUICK.most_failures:
                known.set()
            raise NotNow("the case is not known yet", delay=0.02)

    reader.before = wait_for_the_case
    async with reader.reading(bus):
        await publish(bus, "early")
        await reader.keeps(1)
    assert all(found == [] for found in refused)


async def test_an_outage_is_not_counted_against_the_message(bus: Bus, reader: Reader) -> None:
    async def peer_is_away(envelope: Envelope) -> None:
        if envelope.attempt <= QUICK.most_failures + 2:
            raise Unavailable(what="expense")

    reader.before = peer_is_away
    async with reader.reading(bus):
        await publish(bus, "patient")
        await reader.keeps(1)
    assert await letters(reader.database) == []


async def test_a_handler_that_does_nothing_is_remembered_too(bus: Bus, reader: Reader) -> None:
    async def ignore(message: Message, *, uow: NotesUnitOfWork, envelope: Envelope) -> None:
        pass

    reader.handle = ignore  # type: ignore[method-assign]
    async with reader.reading(bus):
        await publish(bus, "dull")

        async def remembered() -> bool:
            return await _count(reader.database, inbox) == 1

        await until(remembered)


async def test_twins_handled_at_the_same_moment_have_one_effect(reader: Reader) -> None:
    """The same message reaches two copies, each of which believes to be the first."""
    both = asyncio.Barrier(2)

    async def meet(_: Envelope) -> None:
        await both.wait()

    class Copy:
        name, database, most_failures = "tests-reader", reader.database, 4

        def __init__(self) -> None:
            self.handlers = {Message: Reader(reader.database, meet).handle}

        def uow(self) -> NotesUnitOfWork:
            return NotesUnitOfWork(reader.database)

    envelope = Envelope("twin", "zhupi.common.v1.Text", "notes/1", 1)
    body = message("once").SerializeToString()
    outcomes = await asyncio.gather(*(receive(Copy(), envelope, body) for _ in range(2)))
    assert outcomes == [Done(), Done()]
    assert await reader.kept() == {"notes/1@1": "once"}
    assert await letters(reader.database) == []


async def test_everything_goes_on_after_nats_was_killed(
    database: Database, uow: NotesUnitOfWork, nats: NatsProcess, reader: Reader
) -> None:
    async with connected(nats.url) as bus, reader.reading(bus), alive(relaying(database, bus).run):
        await write_note("before", uow=uow)
        await reader.keeps(1)
        await nats.kill()
        for n in range(5):
            await change_note(f"meanwhile {n}", uow=uow)
        assert await unsent(database) == 5
        assert await parked(database) == []
        await nats.start()
        await reader.keeps(6)
    assert await _count(reader.database, timeline) == 6


async def test_services_start_before_nats_does(
    database: Database, uow: NotesUnitOfWork, nats: NatsProcess, reader: Reader
) -> None:
    await nats.kill()
    async with connected(nats.url) as bus, reader.reading(bus), alive(relaying(database, bus).run):
        await write_note("early", uow=uow)
        with pytest.raises(Unreachable):
            await bus.check()
        await nats.start()
        await reader.keeps(1)


async def test_a_nats_that_lost_its_store_gets_everything_again(
    database: Database, uow: NotesUnitOfWork, nats: NatsProcess, reader: Reader
) -> None:
    """What the bus had acknowledged and nobody had read is not lost: the outbox still has it."""
    async with connected(nats.url) as bus, alive(relaying(database, bus).run):
        await write_note("0", uow=uow)
        for n in range(1, 5):
            await change_note(str(n), uow=uow)

        async def all_sent() -> bool:
            return await unsent(database) == 0

        await until(all_sent)
        async with database.engine.begin() as connection:  # long ago
            earlier = outbox.c.sent_at - timedelta(minutes=1)
            await connection.execute(outbox.update().values(sent_at=earlier))
        await nats.lose_everything()
        async with reader.reading(bus):
            await reader.keeps(5)
            await change_note("after", uow=uow)
            await reader.keeps(6)
    assert [e.version for e in reader.seen] == [1, 2, 3, 4, 5, 6]


async def test_a_subscription_survives_that_its_consumer_is_deleted(bus: Bus, reader: Reader) -> None:
    async with reader.reading(bus):
        await publish(bus, "one")
        await reader.keeps(1)
        client = await bus.ready()
        await bus.jetstream(client).delete_consumer("ZHUPI", "tests-reader")
        client_headers = {"Nats-Msg-Id": "two", "Zhupi-Document": "notes/two", "Zhupi-Version": "1"}
        await bus.jetstream(client).publish(
            "zhupi.common.v1.Text", message("two").SerializeToString(), headers=client_headers
        )
        await reader.keeps(2)


async def test_stopping_finishes_the_message_in_hand(bus: Bus, reader: Reader) -> None:
    entered, go = asyncio.Event(), asyncio.Event()

    async def wait(_: Envelope) -> None:
        entered.set()
        await go.wait()

    reader.before = wait
    stopping = asyncio.Event()
    subscription = Subscription(
        bus,
        "tests-reader",
        {Message: reader.handle},
        database=reader.database,
        uow=lambda: NotesUnitOfWork(reader.database),
        settings=replace(QUICK, drain=30),
    )
    task = asyncio.create_task(subscription.run(stopping))
    await publish(bus, "one")
    await entered.wait()
    stopping.set()
    go.set()
    await task
    assert len(await reader.kept()) == 1


async def test_a_message_that_is_not_ours_to_send_is_parked(database: Database, bus: Bus) -> None:
    uow = NotesUnitOfWork(database)
    async with alive(relaying(database, bus).run):
        async with uow:
            uow.send("a", "bus", b"", "elsewhere.v1.Message")
            uow.send("b", "bus", b"x" * (1 << 21), "zhupi.tests.v1.Large")
            uow.send("c", "bus", message("fine"))
            await uow.commit()

        async def two() -> bool:
            return len(await parked(database)) == 2 and await unsent(database) == 2

        await until(two)
    assert [row.lane for row in await parked(database)] == ["a", "b"]
