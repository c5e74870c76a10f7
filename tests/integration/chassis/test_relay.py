"""The relay: in order within a lane, at least once, whatever fails."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from chassis.backoff import backoff
from chassis.outbox.admin import backlog, parked, purge, resend, unpark
from chassis.outbox.relay import Relay, RelaySettings
from chassis.outbox.sender import Outgoing, Sender, Unreachable, Unsendable
from chassis.postgres.database import Database
from chassis.postgres.tables import outbox
from tests.notes.store import NotesUnitOfWork, change_note, message, write_note
from tests.notes.waiting import until

QUICK = RelaySettings(poll=0.05, first_delay=0.01, longest_delay=0.05, first_pause=0.01, longest_pause=0.05)


class Recorder:
    """A destination that remembers what it got, lane by lane, and fails as it is told."""

    def __init__(self, fail: Callable[[Outgoing], Awaitable[None]] | None = None) -> None:
        self.arrived: dict[str, list[str]] = defaultdict(list)
        self.ids: list[str] = []
        self.born: datetime | None = None
        self._fail = fail
        self._changed = asyncio.Condition()

    async def send(self, message: Outgoing) -> None:
        if self._fail:
            await self._fail(message)
        async with self._changed:
            self.arrived[message.lane].append(message.body.decode())
            self.ids.append(message.id)
            self._changed.notify_all()

    async def remembers_since(self) -> datetime | None:
        return self.born

    async def got(self, count: int) -> None:
        """Wait until that many have arrived in all."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.ids) >= count)


@asynccontextmanager
async def relaying(
    database: Database, settings: RelaySettings = QUICK, **senders: Sender
) -> AsyncIterator[asyncio.Task[None]]:
    stopping = asyncio.Event()
    task = asyncio.create_task(Relay(database, senders, settings).run(stopping))
    try:
        yield task
    finally:
        stopping.set()
        await asyncio.wait([task])
        assert task.cancelled() or not task.exception()


async def queue(database: Database, *lanes: str, count: int = 1, start: int = 0) -> None:
    """`count` rows in each lane, each in a transaction of its own."""
    uow = NotesUnitOfWork(database)
    for n in range(start, start + count):
        for lane in lanes:
            async with uow:
                uow.send(lane, "box", str(n).encode(), "number")
                await uow.commit()


async def unsent(database: Database) -> int:
    async with database.engine.connect() as connection:
        waiting = select(func.count()).select_from(outbox).where(outbox.c.sent_at.is_(None))
        return await connection.scalar(waiting) or 0


async def all_sent(database: Database) -> None:
    async def done() -> bool:
        return await unsent(database) == 0

    await until(done)


def numbers(count: int) -> list[str]:
    return [str(n) for n in range(count)]


async def test_a_committed_message_leaves_at_once(database: Database) -> None:
    box = Recorder()
    patient = RelaySettings(poll=3600)
    async with relaying(database, patient, box=box):
        await queue(database, "a")
        await box.got(1)


async def test_what_was_rolled_back_is_never_sent(database: Database, uow: NotesUnitOfWork) -> None:
    box = Recorder()
    async with relaying(database, box=box):
        async with uow:
            uow.send("a", "box", b"never", "number")
        await queue(database, "b")
        await all_sent(database)
    assert dict(box.arrived) == {"b": ["0"]}


async def test_a_long_lane_keeps_its_order_and_lets_others_pass(database: Database) -> None:
    await queue(database, "long", count=250)
    await queue(database, "short", count=3)
    box = Recorder()
    async with relaying(database, RelaySettings(poll=0.05, rows=10), box=box):
        await all_sent(database)
    assert box.arrived == {"long": numbers(250), "short": numbers(3)}
    assert len(box.ids) == 253


async def test_three_relays_share_the_work_and_keep_every_lane_in_order(
    database: Database, notes_url: str
) -> None:
    box = Recorder(lambda _: asyncio.sleep(0.001))
    others = [Database(notes_url) for _ in range(2)]
    lanes = [f"lane/{n}" for n in range(20)]
    async with (
        relaying(database, box=box),
        relaying(others[0], box=box),
        relaying(others[1], box=box),
        asyncio.TaskGroup() as writers,
    ):
        for lane in lanes:
            writers.create_task(queue(database, lane, count=15))
        await box.got(300)
        await all_sent(database)
    assert box.arrived == {lane: numbers(15) for lane in lanes}
    assert len(set(box.ids)) == 300
    for other in others:
        await other.close()


async def test_writers_of_one_lane_that_overlap_are_sent_in_the_order_of_their_commits(
    database: Database,
) -> None:
    """Each transaction reads how far the lane is and queues the next number: the order shows in the numbers."""
    await write_note("start", uow=NotesUnitOfWork(database))
    box = Recorder()

    async def count_up() -> None:
        uow = NotesUnitOfWork(database)
        async with uow:
            note = await uow.notes.get_for_update("notes/1")
            await uow.notes.save(note.saying("more"))
            uow.send("one", "box", str(note.version - 1).encode(), "number")
            await uow.commit()

    async with relaying(database, box=box), relaying(database, box=box):
        await asyncio.gather(*(count_up() for _ in range(60)))
        await box.got(60)
    assert box.arrived["one"] == numbers(60)


async def test_a_poison_row_is_parked_and_holds_back_its_own_lane_only(database: Database) -> None:
    async def refuse_two(message: Outgoing) -> None:
        if (message.lane, message.body) == ("bad", b"2"):
            raise Unsendable("no such case")

    box = Recorder(refuse_two)
    async with relaying(database, box=box):
        await queue(database, "bad", "good", count=5)
        await box.got(7)
        [held] = await until(lambda: parked(database))

    assert box.arrived == {"bad": ["0", "1"], "good": numbers(5)}
    assert (held.lane, held.attempts, held.error) == ("bad", 1, "Unsendable: no such case")
    [waiting] = await backlog(database)
    assert (waiting.destination, waiting.waiting, waiting.parked) == ("box", 2, 1)


async def test_an_unparked_row_goes_out_and_its_lane_follows(database: Database) -> None:
    broken = True

    async def refuse(message: Outgoing) -> None:
        if broken:
            raise Unsendable("not yet")

    box = Recorder(refuse)
    async with relaying(database, box=box):
        await queue(database, "bad", count=4)
        await until(lambda: parked(database))
        broken = False
        assert await unpark(database) == 1
        await all_sent(database)
    assert box.arrived["bad"] == numbers(4)


async def test_a_row_that_keeps_failing_is_tried_with_pauses_then_parked(database: Database) -> None:
    tried: list[int] = []

    async def fail(message: Outgoing) -> None:
        tried.append(message.attempts)
        raise ValueError("who knows")

    async with relaying(database, replace(QUICK, max_attempts=4), box=Recorder(fail)):
        await queue(database, "a")
        found = await until(lambda: parked(database))
    assert tried == [0, 1, 2, 3]
    assert found[0].error == "ValueError: who knows"


async def test_an_unreachable_destination_counts_against_no_row_and_stops_no_other(
    database: Database, uow: NotesUnitOfWork
) -> None:
    away, tries, often = True, 0, asyncio.Event()

    async def be_away(message: Outgoing) -> None:
        nonlocal tries
        tries += 1
        if tries == 20:
            often.set()
        if away:
            raise Unreachable("gone fishing")

    box, engine = Recorder(be_away), Recorder()
    async with relaying(database, box=box, engine=engine):
        async with uow:
            uow.send("a", "box", b"0")
            uow.send("a", "engine", b"0")
            await uow.commit()
        await engine.got(1)
        await often.wait()
        assert await parked(database) == []
        away = False
        await box.got(1)
        await all_sent(database)


async def test_a_killed_relay_loses_nothing_and_another_goes_on_in_order(
    database: Database, notes_url: str
) -> None:
    """Cancelled in the midst of sending: what it had sent but not written down comes twice, nothing is skipped."""
    await queue(database, "a", "b", count=10)
    reached, never = asyncio.Event(), asyncio.Event()

    async def hang(message: Outgoing) -> None:
        if message.body == b"4":
            reached.set()
            await never.wait()

    doomed = Recorder(hang)
    async with relaying(database, box=doomed) as task:
        await reached.wait()
        task.cancel()
        await asyncio.wait([task])

    heir = Recorder()
    other = Database(notes_url)
    async with relaying(other, box=heir):
        await all_sent(other)
    await other.close()
    for lane in ("a", "b"):
        first_times = list(dict.fromkeys(doomed.arrived[lane] + heir.arrived[lane]))
        assert first_times == numbers(10)


async def test_a_relay_whose_connection_is_cut_goes_on(database: Database) -> None:
    box = Recorder()
    async with relaying(database, box=box):
        await queue(database, "a")
        await box.got(1)
        async with database.engine.begin() as connection:
            cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
            assert (await connection.scalar(text(cut)) or 0) >= 1
        await queue(database, "a", count=5, start=1)
        await box.got(6)
    assert list(dict.fromkeys(box.arrived["a"])) == numbers(6)


async def test_stopping_finishes_what_is_being_sent(database: Database) -> None:
    entered, go = asyncio.Event(), asyncio.Event()

    async def wait(message: Outgoing) -> None:
        entered.set()
        await go.wait()

    box = Recorder(wait)
    stopping = asyncio.Event()
    task = asyncio.create_task(Relay(database, {"box": box}, QUICK).run(stopping))
    await queue(database, "a", count=2)
    await entered.wait()
    stopping.set()
    go.set()
    await task
    assert box.arrived["a"] == ["0"]
    assert await unsent(database) == 1


async def test_rows_for_a_destination_without_a_sender_wait_and_are_seen(database: Database) -> None:
    box = Recorder()
    async with relaying(database, box=box):
        uow = NotesUnitOfWork(database)
        async with uow:
            uow.send("a", "moon", b"0")
            uow.send("a", "box", b"0")
            await uow.commit()
        await box.got(1)
    assert [(b.destination, b.waiting) for b in await backlog(database)] == [("moon", 1)]


async def test_what_a_destination_has_lost_is_sent_again(database: Database, notes_url: str) -> None:
    box = Recorder()
    async with relaying(database, box=box):
        await queue(database, "a", count=3)
        await all_sent(database)

    async with database.engine.connect() as connection:
        now = await connection.scalar(select(func.clock_timestamp()))
    assert now is not None
    emptied = Recorder()
    emptied.born = now
    async with relaying(database, box=emptied):
        await emptied.got(3)
        await all_sent(database)
    assert emptied.arrived["a"] == numbers(3)


async def test_an_operator_can_send_again_what_was_sent_since_a_moment(database: Database) -> None:
    box = Recorder()
    async with relaying(database, box=box):
        await queue(database, "a", count=3)
        await all_sent(database)
        async with database.engine.connect() as connection:
            second = await connection.scalar(
                select(outbox.c.sent_at).order_by(outbox.c.position).offset(1).limit(1)
            )
        assert second is not None
        assert await resend(database, second, "box") == 2
        await box.got(5)
    assert box.arrived["a"] == ["0", "1", "2", "1", "2"]


async def test_sent_rows_are_kept_for_days_then_cleared_away_but_never_unsent_ones(
    database: Database,
) -> None:
    await queue(database, "a", count=3)
    old = timedelta(days=30)
    async with database.engine.begin() as connection:
        aged = outbox.update().values(created_at=func.clock_timestamp() - old)
        await connection.execute(aged)
        await connection.execute(
            outbox.update().values(sent_at=func.clock_timestamp() - old).where(outbox.c.body == b"0")
        )
        await connection.execute(
            outbox.update().values(sent_at=func.clock_timestamp()).where(outbox.c.body == b"1")
        )
    assert await purge(database) == 1
    async with database.engine.connect() as connection:
        left = await connection.execute(select(outbox.c.body).order_by(outbox.c.position))
        assert [row.body for row in left] == [b"1", b"2"]


async def test_a_message_carries_its_event(database: Database) -> None:
    seen: list[Outgoing] = []

    async def look(message: Outgoing) -> None:
        seen.append(message)

    class Bus(Recorder):
        async def send(self, message: Outgoing) -> None:
            await look(message)
            self.ids.append(message.id)

    uow = NotesUnitOfWork(database)
    await write_note("first", uow=uow)
    await change_note("second", uow=uow)
    async with relaying(database, bus=Bus()):
        await all_sent(database)
    assert [m.headers["Zhupi-Version"] for m in seen] == ["1", "2"]
    assert seen[0].body == message("first").SerializeToString()
    assert seen[0].headers["Zhupi-Person"] == "lihua"


def test_backoff_grows_to_its_limit() -> None:
    assert all(backoff(0.2, 300, n) <= 300 for n in range(200))
    assert backoff(0.2, 300, 100) >= 150
    assert pytest.approx(0.15, abs=0.05) == backoff(0.2, 300, 0)
