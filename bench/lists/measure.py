"""How long a page of a list takes through the public RPC: each kind of question, one client and several."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from statistics import fmean
from typing import Final

import psycopg

from bench.accounting import Accounts
from bench.lists.fill import busy
from bench.lists.shapes import PAGE, SHAPES, question
from bench.lists.world import World
from bench.load import timed
from bench.spread import Spread
from bench.waiting import Queue
from cli.session import Options
from cli.sessions import Sessions
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

# As many people as an hour sees; each has a channel that is open when the clock starts.
ORDINARY: Final = 75
RATE: Final = 20.0  # pages a second, of all who ask together
# What no answer can be quicker than: the same page asked of PostgreSQL alone, nothing narrowed, by a prepared statement.
BARE: Final = f"""
SELECT * FROM (
    SELECT id FROM inbox_entries WHERE person = %s AND box = 'to_do' ORDER BY since DESC, id DESC LIMIT {PAGE}
) AS page JOIN work_items AS item ON item.id = page.id JOIN steps ON steps.id = item.step_id
    JOIN cases ON cases.id = item.case_id
"""  # noqa: S608 - text of ours


@dataclass
class Measured:
    """Seconds, by the kind of question. `bare` is that of the page asked of PostgreSQL."""

    one: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    several: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bare: list[float] = field(default_factory=list)
    rate: float = 0.0
    queued: list[tuple[float, float]] = field(default_factory=list)
    """Of each page that was asked for alone: how long it took, and how long those who made it stood in line for a processor."""

    def slowest(self) -> tuple[float, float]:
        """Of the slowest hundredth both, on average."""
        slow = sorted(self.queued)[-max(1, len(self.queued) // 100) :]
        return fmean(took for took, _ in slow), fmean(waited for _, waited in slow)

    def spread(self, of: dict[str, list[float]]) -> Spread:
        return Spread.of([second for seconds in of.values() for second in seconds])


@dataclass(frozen=True, slots=True)
class Load:
    """`pages` of each kind, one after the other; then half as many as they come, `rate` a second on average."""

    pages: int
    rate: float = RATE
    seed: int = 1


class Lists:
    """Half of what is asked is asked by those who have ten thousand things to do."""

    def __init__(self, options: Options, world: World, database: str, accounts: Accounts) -> None:
        self._accounts = accounts
        self._world = world
        self._database = database
        self._sessions = Sessions(options)
        people = [person.login for person in world.people]
        self._busy, rest = people[: busy(world)], people[busy(world) :]
        self._ordinary = rest[:ORDINARY]

    async def measure(self, load: Load) -> Measured:
        chance, measured = Random(load.seed), Measured()  # noqa: S311 - no secret
        async with self._sessions:
            for login in (*self._busy, *self._ordinary):  # open before the clock starts
                await self._ask(login, "to do, newest first", chance)
            queue = Queue(self._accounts.of("approval", "postgres", "driver"))  # with the connections of now
            for number in range(load.pages):
                for shape in SHAPES:
                    before = queue.waited()
                    await timed(self._ask(self._who(number, chance), shape, chance), measured.one[shape])
                    measured.queued.append((measured.one[shape][-1], queue.waited() - before))
            await self._bare(load.pages, chance, measured)
            measured.rate = await self._together(load, chance, measured)
        return measured

    async def _together(self, load: Load, chance: Random, measured: Measured) -> float:
        """People who ask when it occurs to them, however many others wait. Returns how many a second it became."""
        pages = load.pages * len(SHAPES) // 2
        begun = due = time.perf_counter()
        async with asyncio.TaskGroup() as asking:
            for number in range(pages):
                due += chance.expovariate(load.rate)
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                shape = chance.choice(list(SHAPES))
                ask = self._ask(self._who(number, chance), shape, chance)
                asking.create_task(timed(ask, measured.several[shape]))
        return pages / (time.perf_counter() - begun)

    def _who(self, number: int, chance: Random) -> str:
        return chance.choice(self._busy if number % 2 else self._ordinary)

    async def _ask(self, login: str, shape: str, chance: Random) -> None:
        session = await self._sessions.of(login, ())
        await session.stub(WorkItemServiceStub).ListWorkItems(question(shape, self._world, chance))

    async def _bare(self, pages: int, chance: Random, measured: Measured) -> None:
        async with await psycopg.AsyncConnection.connect(self._database, autocommit=True) as connection:
            for number in range(pages):

                async def ask(login: str) -> None:
                    await (await connection.execute(BARE.encode(), [login], prepare=True)).fetchall()

                await timed(ask(self._who(number, chance)), measured.bare)
