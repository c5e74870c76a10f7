"""Watching an inbox: what is there, then every change, and nothing missed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from uuid import uuid4

from chassis.bus.jetstream import Bus
from services.approval.domain.cases.case import Case
from services.approval.inbox.feed import InboxFeed
from services.approval.inbox.watcher import MOST_DOUBTED, CaughtUp, Present, Watcher
from services.approval.inbox.watching import InboxWatch
from services.approval.store.unit_of_work import ApprovalStore
from tests.builders.approval_desk import Desk, request_id, watching
from tests.builders.approval_house import House, a_fact
from tests.builders.refusals import refused
from zhupi.approval.v1 import inbox_pb2
from zhupi.approval.v1 import work_item_pb2 as pb
from zhupi.approval.v1.events_pb2 import InboxChanged
from zhupi.approval.v1.inbox_pb2_grpc import InboxServiceStub

PRESENT, GONE, CAUGHT_UP = pb.InboxEvent.KIND_PRESENT, pb.InboxEvent.KIND_GONE, pb.InboxEvent.KIND_CAUGHT_UP
UNREAD, READ, COUNTED = pb.InboxEvent.KIND_UNREAD, pb.InboxEvent.KIND_READ, pb.InboxEvent.KIND_COUNTED


async def caught_up(events: AsyncIterator[pb.InboxEvent]) -> list[str]:
    """The names of what was there."""
    there = []
    async for event in events:
        if event.kind == CAUGHT_UP:
            return there
        assert event.kind == PRESENT
        there.append(event.work_item.name)
    raise AssertionError("the stream ended")


async def test_a_watcher_sees_what_is_there_what_comes_and_what_leaves(connected: House) -> None:
    await connected.open("pool", "pool")
    sunli, zhoumin = await connected.desk("sunli"), await connected.desk("zhoumin")
    with watching(sunli) as events:
        assert len(await caught_up(events)) == 1
        second = await connected.open("pool", "pool")
        came = await anext(events)
        assert (came.kind, came.work_item.case) == (PRESENT, second.name.resource)
        assert came.work_item.requester_title == "王芳"
        await zhoumin.claim(came.work_item)
        left = await anext(events)
        assert (left.kind, left.work_item.name) == (GONE, came.work_item.name)
        assert left.work_item.state == pb.WorkItem.STATE_ALLOCATED
        await zhoumin.release((await zhoumin.inbox())[0])
        assert (await anext(events)).kind == PRESENT
        await connected.tell(a_fact(second.document, document_version=2))
        changed = await anext(events)
        assert (changed.kind, changed.work_item.document_version) == (PRESENT, 2)
        decided = await sunli.approve(changed.work_item)
        gone = await anext(events)
        assert (gone.kind, gone.work_item.decision) == (GONE, decided.decision)


async def send_copy(house: House, case: Case, *people: str) -> str:
    """The name of the notice that all of them have."""
    requester = await house.desk("wangfang")
    everyone = [f"people/{person}" for person in people]
    sent = inbox_pb2.CarbonCopyRequest(name=case.name.resource, request_id=request_id(), people=everyone)
    return (await InboxServiceStub(requester.channel).CarbonCopy(sent)).notice


async def read(desk: Desk, notice: str) -> None:
    marked = inbox_pb2.MarkReadRequest(request_id=request_id(), names=[notice])
    await InboxServiceStub(desk.channel).MarkRead(marked)


async def test_a_watcher_who_asks_for_notices_hears_what_is_unread_what_comes_and_what_was_read(
    house: House,
) -> None:
    case = await house.open("single", "manager")
    before = await send_copy(house, case, "sunli")
    sunli = await house.desk("sunli")
    with watching(sunli, with_notices=True) as events:
        there = await anext(events)
        assert (there.kind, there.notice.name, there.notice.author_title) == (UNREAD, before, "王芳")
        assert (await anext(events)).kind == CAUGHT_UP
        second = await send_copy(house, case, "sunli", "zhoumin")
        came = await anext(events)
        assert (came.kind, came.notice.name) == (UNREAD, second)
        await read(sunli, before)
        gone = await anext(events)
        assert (gone.kind, gone.notice.name, gone.notice.HasField("read_time")) == (READ, before, True)


async def test_a_watcher_who_asks_for_counts_hears_each_number_that_changes(house: House) -> None:
    sunli, wangfang = await house.desk("sunli"), await house.desk("wangfang")
    with watching(sunli, with_counts=True) as events, watching(wangfang, with_counts=True) as requesters:
        counted, none = await anext(events), inbox_pb2.FolderCounts()
        assert (counted.kind, counted.counts, counted.HasField("counts")) == (COUNTED, none, True)
        assert (await anext(events)).kind == CAUGHT_UP
        assert (await anext(requesters)).counts == none
        assert (await anext(requesters)).kind == CAUGHT_UP
        case = await house.open("pool", "pool")
        assert (await anext(requesters)).counts == inbox_pb2.FolderCounts(requested=1)
        assert (await anext(events)).kind == PRESENT
        assert (await anext(events)).counts == inbox_pb2.FolderCounts(to_do=1)
        notice = await send_copy(house, case, "sunli")
        assert (await anext(events)).counts == inbox_pb2.FolderCounts(to_do=1, copies=1, to_read=1)
        await read(sunli, notice)
        assert (await anext(events)).counts == inbox_pb2.FolderCounts(to_do=1, copies=1)
        await sunli.approve((await sunli.inbox())[0])
        assert (await anext(events)).kind == GONE
        assert (await anext(events)).counts == inbox_pb2.FolderCounts(done=1, copies=1)


async def test_whoever_asks_for_neither_hears_of_work_alone(house: House) -> None:
    sunli = await house.desk("sunli")
    with watching(sunli) as events:
        assert await caught_up(events) == []
        case = await house.open("single", "manager")
        await send_copy(house, case, "sunli")
        await house.open("pool", "pool")
        assert (await anext(events)).kind == PRESENT


async def test_a_watcher_catches_up_after_the_bus_was_away(connected: House, bus: Bus) -> None:
    sunli = await connected.desk("sunli")
    with watching(sunli) as events:
        assert await caught_up(events) == []
        client = await bus.ready()
        await client._transport._io_writer.drain()  # type: ignore[union-attr]  # what it has said has left
        client._transport.close()  # type: ignore[union-attr]  # the line is cut, not hung up
        case = await connected.open("pool", "pool")
        assert (await anext(events)).work_item.case == case.name.resource


async def test_a_watcher_hears_of_changes_while_the_bus_is_away(house: House) -> None:
    sunli = await house.desk("sunli")
    with watching(sunli) as events:
        assert await caught_up(events) == []
        case = await house.open("pool", "pool")
        assert (await anext(events)).work_item.case == case.name.resource


async def test_a_watcher_of_another_copy_hears_of_changes_over_the_bus(connected: House, bus: Bus) -> None:
    parts = connected.parts
    other = InboxWatch(partial(ApprovalStore, parts.database, parts.names.cache))
    stopping = asyncio.Event()
    feed = asyncio.create_task(InboxFeed(bus, other).run(stopping))
    try:
        changes = aiter(other.changes("sunli"))
        assert await anext(changes) == CaughtUp()
        case = await connected.open("pool", "pool")
        seen = await anext(changes)
        assert isinstance(seen, Present)
        assert seen.item.step.case == case.name
        await changes.aclose()
    finally:
        stopping.set()
        await feed


class Noting(InboxWatch):
    """Notes what it hears, from here and from the bus."""

    def __init__(self, house: House) -> None:
        super().__init__(partial(ApprovalStore, house.parts.database, house.parts.names.cache))
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.listens = asyncio.Event()

    def hear(self, changed: InboxChanged) -> None:
        self.heard.put_nowait(changed.work_item)

    def missed_something(self) -> None:
        self.listens.set()


async def test_nobody_looks_twice_because_of_their_own_words(house: House, bus: Bus) -> None:
    one, other, stopping = Noting(house), Noting(house), asyncio.Event()
    feeds = [asyncio.create_task(InboxFeed(bus, watch).run(stopping)) for watch in (one, other)]
    try:
        for watch in (one, other):
            await watch.listens.wait()
        one.tell([InboxChanged(work_item="workItems/1")])
        assert await other.heard.get() == "workItems/1"
        other.tell([InboxChanged(work_item="workItems/2")])
        # What was said first is heard first: an echo would come in between.
        assert [await one.heard.get() for _ in range(2)] == ["workItems/1", "workItems/2"]
    finally:
        stopping.set()
        await asyncio.gather(*feeds)


async def test_a_change_that_nobody_told_of_is_seen_by_looking_again(house: House) -> None:
    parts = house.parts
    deaf = InboxWatch(partial(ApprovalStore, parts.database, parts.names.cache), look_again=0.05)
    changes = deaf.changes("sunli")
    assert await anext(changes) == CaughtUp()
    case = await house.open("pool", "pool")
    seen = await anext(changes)
    assert isinstance(seen, Present)
    assert seen.item.step.case == case.name
    await changes.aclose()


async def test_a_change_that_nobody_told_of_is_seen_however_much_else_is_told(house: House) -> None:
    parts = house.parts
    busy = InboxWatch(partial(ApprovalStore, parts.database, parts.names.cache), look_again=0.2)
    changes = busy.changes("sunli")
    assert await anext(changes) == CaughtUp()

    async def tell_of_others() -> None:
        while True:
            busy.tell([InboxChanged(work_item=f"workItems/{uuid4()}", people=["people/sunli"])])
            await asyncio.sleep(0.02)

    telling = asyncio.create_task(tell_of_others())
    try:
        case = await house.open("pool", "pool")
        async with asyncio.timeout(20):
            seen = await anext(changes)
        assert isinstance(seen, Present)
        assert seen.item.step.case == case.name
    finally:
        telling.cancel()
        await changes.aclose()


async def test_of_a_commit_that_was_cut_off_it_is_told_all_the_same(house: House) -> None:
    told: list[InboxChanged] = []
    changed = InboxChanged(work_item=f"workItems/{uuid4()}", people=["people/sunli"])
    store = ApprovalStore(house.parts.database, house.parts.names.cache, told.extend)
    with suppress(asyncio.CancelledError):
        async with store:
            store.tell(changed)
            committing = asyncio.create_task(store.commit())
            await asyncio.sleep(0)  # it has begun
            committing.cancel()
            await committing
    assert told == [changed]


async def test_a_watch_ends_cleanly_when_the_server_drains(house: House) -> None:
    sunli = await house.desk("sunli")
    with watching(sunli) as events:
        await caught_up(events)
        stopping = asyncio.create_task(house.server.stop(grace=2.0))
        with refused("STOPPING"):
            await anext(events)
        await stopping
    assert not house.parts.watch._watchers


def test_whoever_does_not_read_keeps_the_server_from_nothing() -> None:
    """However much happens, a watcher remembers what it should look at, not what has happened."""
    watcher = Watcher("sunli")
    watcher.items.doubts_everything = False
    for _ in range(MOST_DOUBTED * 50):
        watcher.doubt((uuid4(),))
        assert len(watcher.items.doubted) <= MOST_DOUBTED
    assert watcher.items.doubts_everything


async def test_only_people_have_inboxes(house: House) -> None:
    worker = await house.service()
    with watching(worker) as events, refused("ONLY_PEOPLE"):
        await anext(events)
