"""Everybody's folders: narrowed, searched, sorted, counted; copies and news; what there is to do in another's place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money as MoneyMessage
from sqlalchemy import text

from chassis.rpc.values import money_to_message
from kernel.clock import SystemClock, local_date
from kernel.ids import uuid7
from kernel.money import Money
from kernel.text import Text
from services.approval.domain.people.periods import Period
from services.approval.domain.people.stand_ins import Scope, StandIn
from services.approval.use_cases.policy_views import PolicyView
from services.approval.use_cases.ports.inbox import Whose
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import POLICY, House, a_fact
from tests.builders.refusals import refused
from zhupi.approval.v1 import inbox_pb2, inbox_pb2_grpc
from zhupi.approval.v1 import work_item_pb2 as pb

Asked = pb.ListWorkItemsRequest
NOW = SystemClock().now()


async def titles(desk: Desk, **asked: Any) -> list[str]:
    """What is listed, all pages of it, page by page of two."""
    found: list[str] = []
    token = ""
    while True:
        page = await desk.items.ListWorkItems(Asked(page_size=2, page_token=token, **asked))
        found += [line.title for line in (*page.work_items, *page.cases)]
        found += [notice.case.title for notice in page.notices]
        if not (token := page.next_page_token):
            assert page.total_size == len(found)
            return found


async def asked_for(house: House, title: str, amount: int = 100, **changes: Any) -> None:
    """Li Hua is asked to approve it."""
    money = money_to_message(Money.of(amount))
    await house.open("single", "manager", title=title, amount=money, **changes)


@pytest.fixture
async def lihua(house: House) -> Desk:
    """With four things to do, in the order in which they came."""
    await asked_for(house, "郑州出差", 300)
    await asked_for(house, "武汉学术会议赞助", 20, organisation="organisations/hubei")
    await asked_for(house, "办公用品 A4 纸", 4000)
    await asked_for(house, "合肥出差", 1, organisation="organisations/anhui")
    return await house.desk("lihua")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("出差", ["合肥出差", "郑州出差"]),
        ("会议", ["武汉学术会议赞助"]),
        ("zhengzhou", ["郑州出差"]),
        ("whxshy", ["武汉学术会议赞助"]),
        ("Ｈｅｆｅｉ", ["合肥出差"]),
        ("出差 郑州", ["郑州出差"]),
        ("a4", ["办公用品 A4 纸"]),
        ("王芳 a4", ["办公用品 A4 纸"]),
        ("wf 会议", ["武汉学术会议赞助"]),
        ("%", []),
        ("差旅", []),
    ],
)
async def test_a_case_is_found_by_characters_pinyin_initials_and_who_has_asked(
    lihua: Desk, typed: str, found: list[str]
) -> None:
    assert await titles(lihua, query=typed) == found


async def test_a_case_is_found_by_its_number_and_by_the_title_that_it_has_now(
    house: House, lihua: Desk
) -> None:
    item = (await lihua.inbox(query="zhengzhou"))[0]
    assert await titles(lihua, query=item.document.removeprefix("claims/").lower()) == ["郑州出差"]
    await house.tell(a_fact(item.document, document_version=2, title="洛阳出差"))
    assert await titles(lihua, query="zhengzhou") == []
    assert await titles(lihua, query="luoyang") == ["洛阳出差"]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (Asked.ORDER_NEWEST_FIRST, ["合肥", "办公", "武汉", "郑州"]),
        (Asked.ORDER_OLDEST_FIRST, ["郑州", "武汉", "办公", "合肥"]),
        (Asked.ORDER_LARGEST_FIRST, ["办公", "郑州", "武汉", "合肥"]),
        (Asked.ORDER_DUE_FIRST, ["武汉", "办公", "郑州", "合肥"]),
    ],
)
@pytest.mark.parametrize("narrowed", [{}, {"process": "expense-claim"}])
async def test_a_folder_is_read_in_any_order_page_by_page(
    house: House, lihua: Desk, order: Any, found: list[str], narrowed: dict[str, str]
) -> None:
    await due(house, "武汉", -1)
    await due(house, "办公", 1)
    assert [title[:2] for title in await titles(lihua, order=order, **narrowed)] == found


async def test_the_policy_says_in_which_order_its_work_is_found_where_nobody_else_does(
    house: House, lihua: Desk
) -> None:
    async with house.parts.units() as uow:
        said = f"{POLICY}\norder: largest_first\n"
        await uow.policies.add(
            PolicyView("expense-claim", 2, Text("费用报销", "Claim"), said, "zhengnan", NOW)
        )
        await uow.commit()
    await house.parts.names.refresh(house.parts.units)
    assert (await titles(lihua, process="expense-claim"))[0] == "办公用品 A4 纸"
    assert (await titles(lihua, process="expense-claim", order=Asked.ORDER_OLDEST_FIRST))[0] == "郑州出差"
    assert (await titles(lihua))[0] == "合肥出差"


async def due(house: House, title: str, days: int) -> None:
    async with house.parts.database.engine.begin() as connection:
        await connection.execute(
            text("UPDATE inbox_entries SET due_at = :due WHERE search LIKE :title"),
            {"due": NOW + dt.timedelta(days=days), "title": f"{title}%"},
        )


async def test_a_folder_is_narrowed_by_whose_where_how_much_and_when(house: House, lihua: Desk) -> None:
    await due(house, "武汉", -1)
    assert await titles(lihua, requester="people/wangfang", process="expense-claim") != []
    assert await titles(lihua, requester="people/sunli") == []
    assert await titles(lihua, organisation="organisations/central") == [
        "办公用品 A4 纸",
        "武汉学术会议赞助",
        "郑州出差",
    ]
    assert await titles(lihua, organisation="organisations/anhui") == ["合肥出差"]
    assert await titles(lihua, organisation="organisations/nowhere") == []
    assert await titles(lihua, amount_from=yuan(20), amount_to=yuan(300)) == ["武汉学术会议赞助", "郑州出差"]
    assert await titles(lihua, amount_from=MoneyMessage(currency_code="USD")) == []
    assert await titles(lihua, overdue=True) == ["武汉学术会议赞助"]
    arrived = (await lihua.inbox())[1].arrive_time
    assert await titles(lihua, arrived_from=arrived) == ["合肥出差", "办公用品 A4 纸"]
    assert await titles(lihua, arrived_before=arrived) == ["武汉学术会议赞助", "郑州出差"]


def yuan(amount: int) -> MoneyMessage:
    return money_to_message(Money.of(amount))


async def test_what_cannot_be_asked_is_refused_and_named(lihua: Desk) -> None:
    def at(second: int) -> Timestamp:
        return Timestamp(seconds=second)

    for reason, asked in {
        "AMOUNTS_APART": {"amount_from": yuan(2), "amount_to": yuan(1)},
        "UNKNOWN_CURRENCY": {"amount_from": MoneyMessage(currency_code="XYZ", units=1)},
        "TIMES_APART": {"arrived_from": at(2), "arrived_before": at(1)},
        "TIME_MALFORMED": {"arrived_from": at(10**15)},
        "TOO_MANY_WORDS": {"query": "a b c d e f g h i"},
        "NAME_MALFORMED": {"requester": "lihua"},
    }.items():
        with refused(reason) as refusal:
            await lihua.inbox(**asked)
        assert refusal.value.violations[0].field == list(asked)[-1]


async def test_everybody_has_folders_and_counts_of_them(house: House, lihua: Desk) -> None:
    await due(house, "武汉", -1)
    await lihua.approve((await lihua.inbox(query="郑州"))[0])
    page = await lihua.items.ListWorkItems(Asked(with_counts=True, query="会议"))
    counts = await inbox(lihua).CountInbox(inbox_pb2.CountInboxRequest())
    assert page.counts == counts == inbox_pb2.FolderCounts(to_do=3, overdue=1, done=1)
    assert await titles(lihua, box=Asked.BOX_DONE) == ["郑州出差"]
    wangfang = await house.desk("wangfang")
    requested = await wangfang.items.ListWorkItems(Asked(box=Asked.BOX_REQUESTED, query="郑州"))
    assert [case.standing for case in requested.cases] == [inbox_pb2.CaseSummary.STANDING_OPEN]
    assert (await inbox(wangfang).CountInbox(inbox_pb2.CountInboxRequest())).requested == 4


def inbox(desk: Desk) -> inbox_pb2_grpc.InboxServiceStub:
    return inbox_pb2_grpc.InboxServiceStub(desk.channel)


async def copied(desk: Desk, of: str, *people: str, comment: str = "") -> inbox_pb2.CarbonCopyResponse:
    asked = inbox_pb2.CarbonCopyRequest(
        name=of, request_id=request_id(), people=[f"people/{person}" for person in people], comment=comment
    )
    return await inbox(desk).CarbonCopy(asked)


async def test_a_copy_is_to_be_read_until_it_is_marked_and_stays_a_copy(house: House, lihua: Desk) -> None:
    item = (await lihua.inbox(query="郑州"))[0]
    sent = await copied(lihua, item.name, "sunli", "zhoumin", "sunli", comment="请知悉")
    assert list(sent.people) == ["people/sunli", "people/zhoumin"]
    sunli = await house.desk("sunli")
    for folder in (Asked.BOX_COPIES, Asked.BOX_TO_READ):
        (notice,) = (await sunli.items.ListWorkItems(Asked(box=folder))).notices
        assert (notice.name, notice.comment, notice.author_title) == (sent.notice, "请知悉", "李华")
        assert not notice.HasField("read_time")
    asked = inbox_pb2.MarkReadRequest(request_id=request_id(), names=[sent.notice])
    assert (await inbox(sunli).MarkRead(asked)).marked == 1
    asked.request_id = request_id()
    assert (await inbox(sunli).MarkRead(asked)).marked == 0
    assert await titles(sunli, box=Asked.BOX_TO_READ) == []
    (notice,) = (await sunli.items.ListWorkItems(Asked(box=Asked.BOX_COPIES))).notices
    assert notice.HasField("read_time")
    assert await titles(await house.desk("zhoumin"), box=Asked.BOX_TO_READ) == ["郑州出差"]
    timeline = await house.rows("SELECT zh FROM timeline WHERE zh LIKE '抄送给%'")
    assert [row.zh for row in timeline] == ["抄送给 sunli, zhoumin"]


async def test_a_work_item_is_marked_as_read_like_a_notice(lihua: Desk) -> None:
    item = (await lihua.inbox())[0]
    assert not item.HasField("read_time")
    await inbox(lihua).MarkRead(inbox_pb2.MarkReadRequest(request_id=request_id(), names=[item.name]))
    assert [one.HasField("read_time") for one in await lihua.inbox()] == [True, False, False, False]


async def test_who_only_reads_along_sends_no_copies_and_nobody_sends_them_to_nobody(
    house: House, lihua: Desk
) -> None:
    item = (await lihua.inbox())[0]
    await copied(lihua, item.case, "sunli")
    before = await house.dump()
    with refused("MAY_NOT_COPY"):
        await copied(await house.desk("sunli"), item.case, "zhoumin")
    with refused("NOT_FOUND"):
        await copied(await house.desk("zhoumin"), item.case, "wuhao")
    for person in ("lihua", "nobody"):
        with refused("CANNOT_COPY_TO"):
            await copied(lihua, item.case, "wuhao", person)
    with refused("NOT_FOUND"):
        await inbox(await house.desk("zhoumin")).MarkRead(
            inbox_pb2.MarkReadRequest(request_id=request_id(), names=[item.name])
        )
    assert await house.dump() == before
    await copied(await house.desk("zhengnan", "administrator"), item.case, "wuhao")


async def test_what_is_put_aside_leaves_what_is_to_be_done_until_its_time(lihua: Desk, house: House) -> None:
    later = Timestamp()
    later.FromDatetime(NOW + dt.timedelta(days=1))
    for title, until in (("郑州", later), ("武汉", None)):
        (item,) = await lihua.inbox(query=title)
        asked = pb.SuspendWorkItemRequest(name=item.name, request_id=request_id(), until=until)
        await lihua.items.SuspendWorkItem(asked)
    assert await titles(lihua) == ["合肥出差", "办公用品 A4 纸"]
    assert await titles(lihua, box=Asked.BOX_SET_ASIDE) == ["武汉学术会议赞助", "郑州出差"]
    counts = await inbox(lihua).CountInbox(inbox_pb2.CountInboxRequest())
    assert (counts.to_do, counts.set_aside) == (2, 2)
    async with house.parts.units() as uow:
        tomorrow = NOW + dt.timedelta(days=2)
        back, _ = await uow.inboxes.next_to_do(Whose("lihua"), None, 10, tomorrow)
    assert {view.title for view in back} == {"合肥出差", "办公用品 A4 纸", "郑州出差"}


async def stands_in(house: House, person: str, deputy: str, **changes: Any) -> None:
    made = {"period": Period(local_date(NOW), None), "created_by": person, "created_at": NOW, **changes}
    async with house.parts.units() as uow:
        uow.absences.add(StandIn(uuid7(NOW), person, deputy, **made))
        await uow.commit()


async def test_what_there_is_to_do_in_anothers_place_is_listed_and_says_for_whom(
    house: House, lihua: Desk
) -> None:
    await stands_in(house, "lihua", "sunli", scope=Scope(organisations=frozenset({"central"})))
    await house.open("pool", "pool", title="财务复核")
    sunli = await house.desk("sunli")
    listed = [(item.title[:2], item.in_place_of_title) for item in await sunli.inbox()]
    assert listed == [("财务", ""), ("办公", "李华"), ("武汉", "李华"), ("郑州", "李华")]
    assert await titles(sunli) == ["财务复核", "办公用品 A4 纸", "武汉学术会议赞助", "郑州出差"]
    assert await titles(sunli, query="会议") == ["武汉学术会议赞助"]
    assert (await inbox(sunli).CountInbox(inbox_pb2.CountInboxRequest())).to_do == 4
    assert await titles(lihua, query="会议") == ["武汉学术会议赞助"]


async def test_what_is_in_ones_own_list_is_not_listed_again_for_another(house: House) -> None:
    await stands_in(house, "zhoumin", "sunli")
    await stands_in(house, "zhoumin", "wangfang")
    await house.open("pool", "pool")
    sunli, wangfang = await house.desk("sunli"), await house.desk("wangfang")
    assert [item.in_place_of for item in await sunli.inbox()] == [""]
    # Nobody decides for another what they have asked for themselves.
    assert not await wangfang.inbox()
