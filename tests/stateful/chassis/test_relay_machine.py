"""Whatever befalls relays and their destination, each lane arrives in its order, without a gap."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import func, select, text

from chassis.outbox.admin import unpark
from chassis.outbox.relay import Relay, RelaySettings
from chassis.outbox.sender import Outgoing, Unreachable, Unsendable
from chassis.postgres.database import Database
from chassis.postgres.tables import outbox
from tests.notes.store import NotesUnitOfWork
from tests.notes.waiting import until

T = TypeVar("T")
QUICK = RelaySettings(
    poll=0.01, breath=0.001, rows=3, lanes=2, first_pause=0.001, longest_pause=0.005, upkeep=0.01
)
LANES = st.sampled_from(["a", "b", "c"])


class Box:
    """A destination: what arrived since it was last emptied, whom it refuses, and when it next fails."""

    def __init__(self) -> None:
        self.arrived: dict[str, list[int]] = defaultdict(list)
        self.refused: set[tuple[str, int]] = set()
        self.born: datetime | None = None
        self.dies_after: int | None = None
        self.away_for = 0
        self.dead = asyncio.Event()


class BoxSender:
    """One relay's way to the box. Like the bus's, it notices when the box is another one than it said."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._reported: datetime | None = None

    async def send(self, message: Outgoing) -> None:
        box, number = self._box, int(message.body)
        if box.dies_after == 0:
            box.dead.set()
            await asyncio.Event().wait()  # the relay is killed here
        if box.away_for:
            box.away_for -= 1
            raise Unreachable
        if box.born != self._reported:
            raise Unreachable
        if (message.lane, number) in box.refused:
            raise Unsendable
        await asyncio.sleep(0)
        box.arrived[message.lane].append(number)
        if box.dies_after:
            box.dies_after -= 1

    async def remembers_since(self) -> datetime | None:
        self._reported = self._box.born
        return self._reported


class RelayMachine(RuleBasedStateMachine):
    def __init__(self, run: Callable[[Coroutine[Any, Any, Any]], Any], url: str) -> None:
        super().__init__()
        self.run, self.url = run, url
        self.queued: dict[str, int] = defaultdict(int)
        self.box = Box()
        self.run(self._with_database(self._clear))

    async def _with_database(self, act: Callable[[Database], Awaitable[T]]) -> T:
        database = Database(self.url)
        try:
            return await act(database)
        finally:
            await database.close()

    async def _clear(self, database: Database) -> None:
        async with database.engine.begin() as connection:
            await connection.execute(text("TRUNCATE outbox"))

    @rule(lane=LANES, count=st.integers(1, 5))
    def messages_are_written(self, lane: str, count: int) -> None:
        async def write(database: Database) -> None:
            uow = NotesUnitOfWork(database)
            async with uow:
                for _ in range(count):
                    uow.send(lane, "box", str(self.queued[lane]).encode())
                    self.queued[lane] += 1
                await uow.commit()

        self.run(self._with_database(write))

    @rule(lane=LANES, ahead=st.integers(0, 3))
    def a_message_becomes_poison(self, lane: str, ahead: int) -> None:
        self.box.refused.add((lane, self.queued[lane] + ahead - 2))

    @rule(times=st.integers(1, 4))
    def the_destination_goes_away_for_a_while(self, times: int) -> None:
        self.box.away_for = times

    @rule(count=st.integers(1, 3))
    def relays_work_until_nothing_can_be_sent(self, count: int) -> None:
        self.run(self._with_database(partial(self._work, relays=count)))

    @rule(after=st.integers(0, 4), count=st.integers(1, 2))
    def relays_are_killed_in_the_midst(self, after: int, count: int) -> None:
        async def die(database: Database) -> None:
            self.box.dies_after = after
            self.box.dead.clear()
            relays = self._relays(database, count)
            dead = asyncio.create_task(self.box.dead.wait())
            idle = asyncio.create_task(until(partial(self._idle, database)))
            await asyncio.wait([dead, idle], return_when=asyncio.FIRST_COMPLETED)
            for task in (*relays, dead, idle):
                task.cancel()
            await asyncio.wait([*relays, dead, idle])
            self.box.dies_after = None

        self.run(self._with_database(die))

    @rule()
    def an_operator_heals_and_unparks(self) -> None:
        self.box.refused.clear()
        self.run(self._with_database(unpark))

    @rule()
    def the_destination_loses_everything(self) -> None:
        async def lose(database: Database) -> None:
            async with database.engine.connect() as connection:
                self.box.born = await connection.scalar(select(func.clock_timestamp()))
            self.box.arrived.clear()

        self.run(self._with_database(lose))

    async def _work(self, database: Database, relays: int) -> None:
        stopping = asyncio.Event()
        tasks = self._relays(database, relays, stopping)
        await until(partial(self._idle, database))
        stopping.set()
        await asyncio.gather(*tasks)

    def _relays(
        self, database: Database, count: int, stopping: asyncio.Event | None = None
    ) -> list[asyncio.Task[None]]:
        stopping = stopping or asyncio.Event()
        return [
            asyncio.create_task(Relay(database, {"box": BoxSender(self.box)}, QUICK).run(stopping))
            for _ in range(count)
        ]

    async def _idle(self, database: Database) -> bool:
        """Whether every lane has arrived, up to its first refused message."""
        return all(
            len(set(self.box.arrived[lane])) >= self._sendable(lane) for lane in self.queued
        ) and await self._written_down(database)

    def _sendable(self, lane: str) -> int:
        refused = [number for name, number in self.box.refused if name == lane and number >= 0]
        return min([self.queued[lane], *refused])

    async def _written_down(self, database: Database) -> bool:
        free = sum(self._sendable(lane) for lane in self.queued)
        async with database.engine.connect() as connection:
            return (await connection.scalar(select(func.count(outbox.c.sent_at))) or 0) >= free

    def check_order(self) -> None:
        for lane, numbers in self.box.arrived.items():
            first_times = list(dict.fromkeys(numbers))
            assert first_times == list(range(len(first_times))), (lane, numbers)

    def teardown(self) -> None:
        self.check_order()
        self.an_operator_heals_and_unparks()
        self.run(self._with_database(partial(self._work, relays=2)))
        self.check_order()
        assert {lane: len(set(self.box.arrived[lane])) for lane in self.queued} == dict(self.queued)


def test_each_lane_arrives_in_its_order_whatever_befalls(migrated_database: Callable[[str], str]) -> None:
    url = migrated_database("tests/notes/migrations")
    with asyncio.Runner() as runner:
        run_state_machine_as_test(
            lambda: RelayMachine(runner.run, url),
            settings=settings(
                max_examples=20,
                stateful_step_count=10,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
