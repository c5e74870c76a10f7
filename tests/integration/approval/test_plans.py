"""Whatever is asked of a list, PostgreSQL walks indexes: no page reads a large table from end to end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

import pytest

from bench.lists.fill import TABLES, fill
from bench.lists.shapes import SHAPES, question
from bench.lists.world import World, a_world
from chassis.postgres.database import Database
from chassis.postgres.paging import PageRequest
from chassis.postgres.wire import Statement
from kernel.actor import Actor
from kernel.clock import SystemClock, local_date
from kernel.ids import uuid7
from services.approval.cache import Cache
from services.approval.domain.people.periods import Period
from services.approval.domain.people.stand_ins import StandIn
from services.approval.mapping.inbox import asked_items
from services.approval.store.unit_of_work import ApprovalStore
from services.approval.use_cases.inbox import count_inbox, list_items
from tests.integration.approval.conftest import MIGRATIONS
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest as Asked

# Few enough to be made in a moment, so many that reading a whole table would be dearer than any walk.
ITEMS: Final = 60_000
PEOPLE: Final = 300
LISTS: Final = frozenset({"lists_by_time", "lists_by_amount", "lists_by_due_time", "unread_notices"})
# Which index serves what is asked; where none is named, that of the folder by time.
SERVED_BY: Final = {
    "to do, due first": "lists_by_due_time",
    "to do, largest first": "lists_by_amount",
    "of an amount": "lists_by_amount",
    "overdue": "lists_by_due_time",
    "to read": "unread_notices",
}
PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")


class Explaining(ApprovalStore):
    """Keeps the plans of whatever it is asked: those made for the asker, and those that PostgreSQL keeps for everybody."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, Cache())
        self.own: list[dict[str, Any]] = []
        self.kept: list[dict[str, Any]] = []

    async def fetch(self, *questions: Statement) -> list[list[Any]]:
        explained = [(f"EXPLAIN (FORMAT JSON) {asked}", values) for asked, values in questions]
        for ((plan,),) in await super().fetch(*explained):
            self.own.append(plan[0]["Plan"])
        async with await self.database.connect() as plain:
            for asked, _ in questions:
                kept = f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {numbered(asked)}"
                found = await (await plain.execute(kept.encode(), prepare=False)).fetchone()
                assert found is not None
                self.kept.append(found[0][0]["Plan"])
        return await super().fetch(*questions)

    def nodes(self) -> Iterator[dict[str, Any]]:
        waiting = [*self.own, *self.kept]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.get("Plans", ())

    @property
    def read_whole(self) -> set[str]:
        """Large tables that are read from end to end."""
        scans = (node["Relation Name"] for node in self.nodes() if node["Node Type"] == "Seq Scan")
        return set(scans) & set(TABLES)

    @property
    def walked(self) -> tuple[set[str], set[str]]:
        """The indexes of the lists that the plans go along: the asker's own, everybody's."""
        own, kept = (
            {name for plan in plans for name in LISTS if f"'{name}'" in str(plan)}
            for plans in (self.own, self.kept)
        )
        return own, kept


@pytest.mark.timeout(300)
async def test_no_page_reads_a_large_table_from_end_to_end(migrated_database: Callable[[str], str]) -> None:
    url, world = migrated_database(MIGRATIONS), a_world(PEOPLE)
    await fill(url, world, ITEMS)
    database = Database(url, name="approval")
    try:
        # One of those who have very much to do, and one of all the others: they may sort what little there is.
        busy, ordinary = world.people[0].login, world.people[-1].login
        for shape in SHAPES:
            for person in (busy, ordinary):
                asked = question(shape, world, Random(1))
                explaining = await explained(database, person, asked)
                assert not explaining.read_whole, shape
                served_by = SERVED_BY.get(shape, "lists_by_time")
                own, kept = explaining.walked
                assert served_by in kept, shape
                assert served_by in own or person == ordinary, shape
                assert own, shape
        await _in_anothers_place(database, world)
        counting = Explaining(database)
        await count_inbox(None, uow=counting, actor=Actor(person=busy), clock=SystemClock())
        assert not counting.read_whole
        assert "lists_counted" in str(counting.kept[-1])
    finally:
        await database.close()


def numbered(asked: str) -> str:
    """The statement with its parameters as PostgreSQL has them: a plan for everybody knows none of their values."""
    names = list(dict.fromkeys(PLACEHOLDER.findall(asked)))
    return PLACEHOLDER.sub(lambda found: f"${names.index(found[1]) + 1}", asked).replace("%%", "%")


async def explained(database: Database, person: str, asked: Asked) -> Explaining:
    """The first page and the one behind it."""
    explaining = Explaining(database)
    for _ in range(2):
        query = (asked_items(asked, lambda word: ()), PageRequest.of(asked))
        inbox = await list_items(query, uow=explaining, actor=Actor(person=person), clock=SystemClock())
        asked.page_token = inbox.page.next_page_token
        if not asked.page_token:
            break
    return explaining


async def _in_anothers_place(database: Database, world: World) -> None:
    now, deputy = SystemClock().now(), world.people[-1].login
    async with ApprovalStore(database, Cache()) as uow:
        for person in (world.people[0].login, world.people[1].login):
            period = Period(local_date(now), None)
            uow.absences.add(StandIn(uuid7(now), person, deputy, period, created_by=person, created_at=now))
        await uow.commit()
    for shape in ("to do, newest first", "to do, due first", "searched, two characters"):
        asked = question(shape, world, Random(1))
        explaining = await explained(database, deputy, asked)
        assert not explaining.read_whole, shape
