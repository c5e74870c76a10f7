"""Waiting for others: looks when it has usually happened, asks again where nobody answered, and gives up in words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import grpc.aio
import pytest

from chassis.rpc.client import person_channel
from kernel.errors import FailedPrecondition, Unavailable
from replay.desks import Desk
from replay.refusals import DidNotHappen, NotARun
from replay.waiting import Experience, insist
from replay.writing import Run
from zhupi.approval.v1.work_item_pb2 import InboxEvent, WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import (
    WorkItemServiceServicer,
    WorkItemServiceStub,
    add_WorkItemServiceServicer_to_server,
)

PRESENT, GONE = InboxEvent.KIND_PRESENT, InboxEvent.KIND_GONE
CLAIM = "claims/EC-2026-000001"


class Answers:
    """Answers of a service, one after the other; a refusal is raised."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)

    async def __call__(self) -> Any:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_where_nobody_answers_it_is_asked_again() -> None:
    assert await insist(Answers(Unavailable(what="x"), Unavailable(what="x"), 7)) == 7


async def test_what_is_refused_is_not_asked_again() -> None:
    answers = Answers(FailedPrecondition(), 7)
    with pytest.raises(FailedPrecondition):
        await insist(answers)
    assert answers.answers == [7]


async def test_what_does_not_happen_is_said_in_both_languages() -> None:
    with pytest.raises(DidNotHappen) as refused:
        await Experience().until("paid", Answers(None, None), "EC-1 → PAID", patience=0)
    assert "EC-1 → PAID" in refused.value.text.zh
    assert "EC-1 → PAID" in refused.value.text.en


async def test_whoever_waits_sees_what_there_is_to_see_at_last() -> None:
    assert await Experience().until("paid", Answers(None, Unavailable(what="x"), None, 7), "it") == 7


class Inbox(WorkItemServiceServicer):
    """One watched inbox. `None` ends the stream, as a server that drains does."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[InboxEvent | None] = asyncio.Queue()

    async def WatchInbox(self, request: Any, context: Any) -> AsyncIterator[InboxEvent]:
        while (event := await self.events.get()) is not None:
            yield event

    async def tell(self, kind: InboxEvent.Kind.ValueType, item: str, document: str = CLAIM) -> None:
        await self.events.put(InboxEvent(kind=kind, work_item=WorkItem(name=item, document=document)))


@asynccontextmanager
async def watched() -> AsyncIterator[tuple[Desk, Inbox]]:
    inbox, server = Inbox(), grpc.aio.server()  # type: ignore[abstract]  # what it does not serve answers UNIMPLEMENTED
    add_WorkItemServiceServicer_to_server(inbox, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    channel = person_channel(f"127.0.0.1:{port}", "a token")
    desk = Desk(WorkItemServiceStub(channel))
    watching = asyncio.create_task(desk.watch())
    try:
        yield desk, inbox
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await channel.close()
        await server.stop(0)


async def test_a_work_item_is_given_to_whoever_waits_for_its_document() -> None:
    async with watched() as (desk, inbox):
        waiting = [asyncio.create_task(desk.arrival(document)) for document in (CLAIM, "claims/other")]
        await inbox.tell(PRESENT, "workItems/1")
        await inbox.tell(PRESENT, "workItems/2", "claims/other")

        assert [(await one).item.name for one in waiting] == ["workItems/1", "workItems/2"]
        assert (await desk.arrival(CLAIM)).item.name == "workItems/1"


async def test_what_was_dealt_with_is_not_given_out_again() -> None:
    async with watched() as (desk, inbox):
        await inbox.tell(PRESENT, "workItems/1")
        desk.dealt_with((await desk.arrival(CLAIM)).item)
        await inbox.tell(PRESENT, "workItems/1")  # old news
        await inbox.tell(PRESENT, "workItems/2")

        assert (await desk.arrival(CLAIM)).item.name == "workItems/2"


async def test_what_has_gone_is_waited_for_anew() -> None:
    async with watched() as (desk, inbox):
        await inbox.tell(PRESENT, "workItems/1")
        await desk.arrival(CLAIM)
        await inbox.tell(GONE, "workItems/1")
        await inbox.tell(PRESENT, "workItems/9", "claims/other")
        await desk.arrival("claims/other")

        with pytest.raises(DidNotHappen):
            await desk.arrival(CLAIM, patience=0.01)


async def test_an_inbox_whose_stream_ended_is_watched_again() -> None:
    async with watched() as (desk, inbox):
        await inbox.tell(PRESENT, "workItems/1")
        await desk.arrival(CLAIM)
        await inbox.events.put(None)
        await inbox.tell(PRESENT, "workItems/2", "claims/other")

        assert (await desk.arrival("claims/other")).item.name == "workItems/2"


def test_the_acts_of_a_run_have_the_same_ids_whenever_it_is_taken_up() -> None:
    run = Run.new(date(2026, 11, 22))
    again = Run.named(run.name)

    assert (again.day, again.resumed, run.resumed) == (date(2026, 11, 22), True, False)
    assert run.request_id("case", 3, "act") == again.request_id("case", 3, "act")
    assert (
        len(
            {run.request_id(*about) for about in (("a", 1, "x"), ("a", 2, "x"), ("b", 1, "x"), ("a", 1, "y"))}
        )
        == 4
    )
    assert Run.new(date(2026, 11, 22)).name != run.name


@pytest.mark.parametrize("name", ["", "yesterday", "20261322-0a1b2c3d", "20261122-xyz"])
def test_what_is_no_name_of_a_run_is_refused(name: str) -> None:
    with pytest.raises(NotARun):
        Run.named(name)
