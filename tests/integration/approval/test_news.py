"""News: what another service wants people to know reaches their inboxes once, and reads like any other notice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from chassis.bus.jetstream import Bus
from tests.builders.approval_bus import publish
from tests.builders.approval_desk import Desk, request_id, watching
from tests.builders.approval_house import House
from tests.builders.refusals import refused
from tests.notes.waiting import until
from zhupi.approval.v1.events_pb2 import NoticeRequested
from zhupi.approval.v1.inbox_pb2 import CountInboxRequest, MarkReadRequest, Notice
from zhupi.approval.v1.inbox_pb2_grpc import InboxServiceStub
from zhupi.approval.v1.work_item_pb2 import InboxEvent, ListWorkItemsRequest
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub
from zhupi.common.v1.text_pb2 import Text


def some_news(
    id: str = "licences/1/30", people: Sequence[str] = ("people/sunli",), **said: Any
) -> NoticeRequested:
    return NoticeRequested(
        document=said.pop("document", "customers/C000123"),
        notice_id=id,
        people=people,
        title=Text(zh="证照将到期", en="A licence ends soon"),
        text=Text(zh="营业执照将于 2027-01-31 到期", en="The licence ends on 2027-01-31"),
        **said,
    )


async def unread(desk: Desk, **narrowed: Any) -> list[Notice]:
    asked = ListWorkItemsRequest(box=ListWorkItemsRequest.BOX_TO_READ, **narrowed)
    return list((await WorkItemServiceStub(desk.channel).ListWorkItems(asked)).notices)


async def counted(desk: Desk) -> int:
    return (await InboxServiceStub(desk.channel).CountInbox(CountInboxRequest())).to_read


async def holding(house: House, *posts: str) -> set[str]:
    rows = await house.rows(f"SELECT person FROM directory_assignments WHERE post = ANY(ARRAY{list(posts)})")
    return {row.person for row in rows}


async def told(house: House) -> set[str]:
    return {row.person for row in await house.rows("SELECT person FROM inbox_entries WHERE box = 'news'")}


async def test_news_stand_among_what_is_to_be_read_with_what_they_are_about(
    connected: House, bus: Bus
) -> None:
    sunli = await connected.desk("sunli")
    await publish(bus, some_news())
    (notice,) = await until(lambda: unread(sunli)) or []
    assert (notice.kind, notice.about, notice.title.zh) == (
        Notice.KIND_NEWS,
        "customers/C000123",
        "证照将到期",
    )
    assert (notice.text.en, notice.author) == ("The licence ends on 2027-01-31", "")
    assert not notice.HasField("case")
    assert await counted(sunli) == 1


async def test_news_are_told_once_under_a_key_however_often_they_come(connected: House, bus: Bus) -> None:
    sunli = await connected.desk("sunli")
    first = await publish(bus, some_news())
    await publish(bus, some_news(), first)
    await publish(bus, some_news())
    await publish(bus, some_news("licences/1/7"))
    await until(lambda: connected.rows("SELECT 1 FROM notices WHERE key LIKE '%licences/1/7%'"))
    assert [notice.title.en for notice in await unread(sunli)] == ["A licence ends soon"] * 2


async def test_whoever_holds_a_post_or_a_role_is_told_and_whoever_has_left_is_not(
    connected: House, bus: Bus
) -> None:
    people = ["people/wangfang", "people/nobody"]
    await publish(bus, some_news(people=people, posts=["general-manager"], roles=["finance"]))
    await until(lambda: connected.rows("SELECT 1 FROM notices"))
    assert await told(connected) == {
        "wangfang",
        *await holding(connected, "general-manager", "finance-reviewer", "finance-director"),
    }


async def test_news_for_nobody_are_kept_and_do_no_harm(connected: House, bus: Bus) -> None:
    await publish(bus, some_news(people=["people/nobody"], roles=["no-such-role"]))
    await publish(bus, some_news("licences/1/7"))
    await until(lambda: told(connected))
    assert await told(connected) == {"sunli"}


async def test_news_are_read_like_any_other_notice(connected: House, bus: Bus) -> None:
    sunli, other = await connected.desk("sunli"), await connected.desk("wangfang")
    await publish(bus, some_news())
    (notice,) = await until(lambda: unread(sunli)) or []
    marked = MarkReadRequest(request_id=request_id(), names=[notice.name])
    with refused("NOT_FOUND"):
        await InboxServiceStub(other.channel).MarkRead(marked)
    assert (await InboxServiceStub(sunli.channel).MarkRead(marked)).marked == 1
    assert (await unread(sunli), await counted(sunli)) == ([], 0)


async def test_news_of_a_document_with_a_case_are_of_that_case_which_whoever_is_told_may_see(
    connected: House, bus: Bus
) -> None:
    case = await connected.start_case()
    zhoumin = await connected.desk("zhoumin")
    await publish(bus, some_news("close/1", ["people/zhoumin"], document=case.document))
    (notice,) = await until(lambda: unread(zhoumin)) or []
    assert (notice.kind, notice.about, notice.title.zh) == (Notice.KIND_NEWS, case.document, case.title)
    assert (notice.case.name, notice.text.zh) == (case.name.resource, "营业执照将于 2027-01-31 到期")
    assert (await zhoumin.get_case(case.name.resource)).name == case.name.resource


async def test_what_was_left_undone_is_told_to_the_nearest_who_is_responsible(
    connected: House, bus: Bus
) -> None:
    case = await connected.start_case()
    henan = "organisations/henan"
    await publish(bus, some_news("close/3", document=case.document, escalated_to=henan))
    escalated = "SELECT person FROM notices JOIN inbox_entries USING (id) WHERE kind = 'escalated'"
    (told,) = await until(lambda: connected.rows(escalated)) or []
    head = await connected.desk(told.person)
    assert [notice.kind for notice in await unread(head)] == [Notice.KIND_ESCALATED]
    assert told.person in await holding(connected, "regional-director")


async def test_whoever_watches_hears_of_news_at_once(connected: House, bus: Bus) -> None:
    sunli = await connected.desk("sunli")
    with watching(sunli, with_notices=True) as events:
        assert (await anext(events)).kind == InboxEvent.KIND_CAUGHT_UP
        await publish(bus, some_news())
        came = await anext(events)
        assert (came.kind, came.notice.about) == (InboxEvent.KIND_UNREAD, "customers/C000123")


@pytest.mark.parametrize(
    "narrowed",
    [
        {"query": "证照"},
        {"query": "zzjdq"},
        {"query": "licence ends"},
        {"query": "C000123"},
        {"document": "customers/C000123"},
    ],
)
async def test_news_are_found_by_title_and_by_what_they_are_about(
    connected: House, bus: Bus, narrowed: dict[str, str]
) -> None:
    sunli = await connected.desk("sunli")
    await publish(bus, some_news())
    await until(lambda: unread(sunli))
    assert len(await unread(sunli, **narrowed)) == 1
    assert not await unread(sunli, query="发票")
    assert not await unread(sunli, document="customers/C000999")
