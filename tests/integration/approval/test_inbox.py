"""The inbox: pages, filters, counts."""

from __future__ import annotations

from tests.builders.approval_desk import Desk
from tests.builders.approval_house import House
from tests.builders.refusals import refused
from zhupi.approval.v1 import work_item_pb2 as pb

DONE = pb.ListWorkItemsRequest.BOX_DONE


async def pages(desk: Desk, size: int) -> list[list[str]]:
    found, token = [], ""
    while True:
        page = await desk.items.ListWorkItems(pb.ListWorkItemsRequest(page_size=size, page_token=token))
        found.append([item.name for item in page.work_items])
        if not (token := page.next_page_token):
            return found


async def test_an_inbox_is_paged_newest_first(house: House) -> None:
    for _ in range(7):
        await house.open("single", "manager")
    lihua = await house.desk("lihua")
    names = [item.name for item in await lihua.inbox()]
    assert [len(page) for page in await pages(lihua, 3)] == [3, 3, 1]
    assert [name for page in await pages(lihua, 3) for name in page] == names
    assert names == sorted(names, reverse=True)
    first = await lihua.items.ListWorkItems(pb.ListWorkItemsRequest(page_size=3))
    assert first.total_size == 7


async def test_a_page_does_not_move_when_something_new_comes(house: House) -> None:
    for _ in range(4):
        await house.open("single", "manager")
    lihua = await house.desk("lihua")
    before = [item.name for item in await lihua.inbox()]
    first = await lihua.items.ListWorkItems(pb.ListWorkItemsRequest(page_size=2))
    await house.open("single", "manager")
    asked = pb.ListWorkItemsRequest(page_size=2, page_token=first.next_page_token)
    second = await lihua.items.ListWorkItems(asked)
    assert [item.name for item in (*first.work_items, *second.work_items)] == before


async def test_an_inbox_is_narrowed_to_a_document_a_process_and_what_is_done(house: House) -> None:
    first, _ = await house.open("single", "manager"), await house.open("single", "manager")
    lihua = await house.desk("lihua")
    (item,) = await lihua.inbox(document=first.document)
    assert len(await lihua.inbox(process="expense-claim")) == 2
    assert not await lihua.inbox(process="leave")
    await lihua.approve(item)
    assert [done.name for done in await lihua.inbox(box=DONE)] == [item.name]
    assert [done.name for done in await lihua.inbox(box=DONE, document=first.document)] == [item.name]


async def test_page_tokens_of_another_query_and_invented_ones_are_refused(house: House) -> None:
    for _ in range(3):
        await house.open("single", "manager")
    lihua = await house.desk("lihua")
    token = (await lihua.items.ListWorkItems(pb.ListWorkItemsRequest(page_size=1))).next_page_token
    with refused("PAGE_TOKEN_OF_ANOTHER_QUERY"):
        await lihua.inbox(page_token=token, box=DONE)
    with refused("PAGE_TOKEN_MALFORMED"):
        await lihua.inbox(page_token="next")
    with refused("INVALID_ARGUMENT"):
        await lihua.inbox(page_size=201)
