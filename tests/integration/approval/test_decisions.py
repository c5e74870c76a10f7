"""Deciding work items: who may, once, on what they saw, and what comes of it."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from tests.builders.approval_desk import approving, request_id
from tests.builders.approval_house import COUNCIL, House, a_fact
from tests.builders.refusals import reason_of, refused
from zhupi.approval.v1 import work_item_pb2 as pb

DONE, CANCELLED = pb.WorkItem.STATE_DONE, pb.WorkItem.STATE_CANCELLED


async def test_an_approval_is_kept_with_who_and_what_was_seen(house: House) -> None:
    await house.open("single", "manager")
    lihua = await house.desk("lihua", device="phone-7")
    (item,) = await lihua.inbox()
    assert item.why.zh == "王芳的直属上级"
    assert (item.requester_title, item.organisation_title) == ("王芳", "河南办")
    decided = await lihua.approve(item, comment="同意")
    assert (decided.state, decided.decision) == (DONE, pb.WorkItem.DECISION_APPROVED)
    assert (decided.decider, decided.comment) == ("people/lihua", "同意")
    (row,) = await house.rows("SELECT person, device, outcome, document_version FROM decisions")
    assert tuple(row) == ("lihua", "phone-7", "approved", 1)
    assert not await lihua.inbox()
    assert [done.name for done in await lihua.inbox(box=pb.ListWorkItemsRequest.BOX_DONE)] == [item.name]


async def test_two_approvers_of_an_any_step_cannot_both_decide_it(house: House) -> None:
    await house.open("any", "reviewers")
    sunli, zhoumin = await house.desk("sunli"), await house.desk("zhoumin")
    mine, theirs = (await sunli.inbox())[0], (await zhoumin.inbox())[0]
    said = await asyncio.gather(reason_of(sunli.approve(mine)), reason_of(zhoumin.reject(theirs)))
    assert sorted(said) == ["WORK_ITEM_CLOSED", "ok"]
    assert len(await house.rows("SELECT 1 FROM decisions")) == 1
    assert not await sunli.inbox()
    assert not await zhoumin.inbox()
    assert (
        len(await house.rows("SELECT 1 FROM outbox WHERE destination = 'engine' AND subject = 'signal'")) == 1
    )


async def test_an_all_step_completes_once_under_fifty_decisions_at_the_same_time(house: House) -> None:
    await house.open("all", "council")
    desks = [await house.desk(person) for person in COUNCIL]
    items = [(await desk.inbox())[0] for desk in desks]
    said = Counter(
        await asyncio.gather(*(reason_of(d.approve(i)) for d, i in zip(desks, items, strict=True)))
    )
    assert said == {"ok": 50}
    assert len(await house.rows("SELECT 1 FROM decisions")) == 50
    signals = await house.rows("SELECT 1 FROM outbox WHERE destination = 'engine' AND subject = 'signal'")
    assert len(signals) == 1
    (step,) = await house.rows("SELECT state FROM steps")
    assert step.state == "completed"


async def test_the_first_rejection_ends_an_all_step_and_frees_everybody_else(house: House) -> None:
    await house.open("all", "council")
    first, second = await house.desk(COUNCIL[0]), await house.desk(COUNCIL[1])
    other = (await second.inbox())[0]
    await first.reject((await first.inbox())[0])
    assert not await second.inbox()
    shown = await second.items.GetWorkItem(pb.GetWorkItemRequest(name=other.name))
    assert shown.state == CANCELLED
    with refused("WORK_ITEM_CLOSED"):
        await second.approve(other)


async def test_whoever_is_asked_anew_after_the_document_changed_was_not_asked_in_vain(house: House) -> None:
    """An approval of an older version does not count for a newer one: the completion names the oldest."""
    case = await house.open("all", "council")
    desks = [await house.desk(person) for person in COUNCIL]
    await desks[0].approve((await desks[0].inbox())[0])
    await house.tell(a_fact(case.document, document_version=2))
    for desk in desks[1:]:
        await desk.approve((await desk.inbox())[0])
    worker = await house.service()
    status = await worker.open_step(case, "all", "council")
    assert status.document_version == 1


async def test_a_pool_is_claimed_by_one(house: House) -> None:
    await house.open("pool", "pool")
    sunli, zhoumin = await house.desk("sunli"), await house.desk("zhoumin")
    (item,) = await sunli.inbox()
    assert item.state == pb.WorkItem.STATE_OFFERED
    said = await asyncio.gather(reason_of(sunli.claim(item)), reason_of(zhoumin.claim(item)))
    assert sorted(said) == ["WORK_ITEM_TAKEN", "ok"]
    counts = sorted([len(await sunli.inbox()), len(await zhoumin.inbox())])
    assert counts == [0, 1]


async def test_a_claimed_item_that_is_released_is_everybody_s_again(house: House) -> None:
    await house.open("pool", "pool")
    sunli, zhoumin = await house.desk("sunli"), await house.desk("zhoumin")
    claimed = await sunli.claim((await sunli.inbox())[0])
    assert claimed.assignee == "people/sunli"
    with refused("NOT_YOUR_WORK_ITEM"):
        await zhoumin.release(claimed)
    await sunli.release(claimed)
    (offered,) = await zhoumin.inbox()
    assert offered.state == pb.WorkItem.STATE_OFFERED
    decided = await zhoumin.approve(offered)
    assert decided.assignee == "people/zhoumin"


async def test_what_was_never_offered_cannot_be_put_back(house: House) -> None:
    await house.open("single", "manager")
    lihua = await house.desk("lihua")
    with refused("NOT_FROM_A_POOL"):
        await lihua.release((await lihua.inbox())[0])


async def test_an_item_goes_to_another_person_for_good(house: House) -> None:
    case = await house.open("single", "manager")
    lihua, sunli = await house.desk("lihua"), await house.desk("sunli")
    (item,) = await lihua.inbox()
    with refused("NOT_FOUND"):
        await sunli.get_case(case.name.resource)
    given = await lihua.transfer(item, "sunli", comment="请代为审核")
    assert given.assignee == "people/sunli"
    assert not await lihua.inbox()
    with refused("NOT_YOUR_WORK_ITEM"):
        await lihua.approve(given)
    assert (await sunli.get_case(case.name.resource)).title == "郑州出差"
    assert (await sunli.approve((await sunli.inbox())[0])).decider == "people/sunli"


@pytest.mark.parametrize("person", ["wangfang", "nobody", "lihua"])
async def test_some_people_cannot_be_given_an_item(house: House, person: str) -> None:
    """The requester, somebody unknown, whoever has it already."""
    await house.open("single", "manager")
    lihua = await house.desk("lihua")
    (item,) = await lihua.inbox()
    before = await house.dump()
    with refused("CANNOT_TRANSFER_TO"):
        await lihua.transfer(item, person)
    assert await house.dump() == before


async def test_whoever_takes_part_in_a_step_cannot_be_given_another_share_of_it(house: House) -> None:
    await house.open("any", "reviewers")
    sunli = await house.desk("sunli")
    with refused("CANNOT_TRANSFER_TO"):
        await sunli.transfer((await sunli.inbox())[0], "zhoumin")


async def test_a_return_goes_to_the_requester_or_to_an_earlier_step(house: House) -> None:
    case = await house.open("two", "second")
    qianlei = await house.desk("qianlei")
    (item,) = await qianlei.inbox()
    with refused("NO_SUCH_EARLIER_STEP"):
        await qianlei.give_back(item, step="third")
    returned = await qianlei.give_back(item, step="first")
    assert returned.decision == pb.WorkItem.DECISION_RETURNED
    worker = await house.service()
    status = await worker.open_step(case, "two", "second")
    assert (status.return_to, status.decider, status.comment) == ("first", "people/qianlei", "请补发票")


async def test_a_repeated_request_is_answered_as_before_and_decides_nothing_more(house: House) -> None:
    await house.open("single", "manager")
    lihua = await house.desk("lihua")
    asked = approving((await lihua.inbox())[0], comment="同意")
    first = await lihua.items.ApproveWorkItem(asked)
    before = await house.dump()
    assert await lihua.items.ApproveWorkItem(asked) == first
    assert await house.dump() == before
    with refused("REQUEST_ID_REUSED"):
        asked.comment = "别的意见"
        await lihua.items.ApproveWorkItem(asked)
    assert await house.dump() == before


async def test_the_same_request_twice_at_once_decides_once(house: House) -> None:
    await house.open("single", "manager")
    lihua = await house.desk("lihua")
    asked = approving((await lihua.inbox())[0])
    first, second = await asyncio.gather(
        lihua.items.ApproveWorkItem(asked), lihua.items.ApproveWorkItem(asked)
    )
    assert first == second
    assert len(await house.rows("SELECT 1 FROM decisions")) == 1


async def test_bad_decisions_are_refused_and_change_nothing(house: House) -> None:
    case = await house.open("single", "manager")
    lihua, sunli, wangfang = (
        await house.desk("lihua"),
        await house.desk("sunli"),
        await house.desk("wangfang"),
    )
    (item,) = await lihua.inbox()
    before = await house.dump()
    with refused("ETAG_MISMATCH"):
        await lihua.approve(item, etag="99")
    with refused("NOT_YOUR_WORK_ITEM"):
        await sunli.approve(item)
    with refused("REQUESTER_MAY_NOT_DECIDE"):
        await wangfang.approve(item)
    with refused("NOT_FOUND"):
        await sunli.items.GetWorkItem(pb.GetWorkItemRequest(name=item.name))
    with refused("NOT_FOUND"):
        await lihua.approve(item, name="workItems/01990000-0000-7000-8000-000000000000")
    with refused("NAME_MALFORMED"):
        await lihua.approve(item, name="workItems/1")
    with refused("DOCUMENT_CHANGED") as changed:
        await lihua.approve(item, document_version=7)
    assert changed.value.values["current"] == "1"
    assert await house.dump() == before
    assert (await lihua.get_case(case.name.resource)).work_items[0].etag == item.etag


async def test_approving_twice_is_refused(house: House) -> None:
    await house.open("single", "manager")
    lihua = await house.desk("lihua")
    decided = await lihua.approve((await lihua.inbox())[0])
    before = await house.dump()
    for request in (approving(decided), approving(decided, etag="1", request_id=request_id())):
        with refused("WORK_ITEM_CLOSED"):
            await lihua.items.ApproveWorkItem(request)
    assert await house.dump() == before


async def test_a_change_of_the_document_is_seen_before_it_is_decided(house: House) -> None:
    case = await house.open("single", "manager")
    lihua = await house.desk("lihua")
    (seen,) = await lihua.inbox()
    await house.tell(a_fact(case.document, document_version=2, title="郑州出差（已核减）"))
    with refused("DOCUMENT_CHANGED"):
        await lihua.approve(seen)
    (now,) = await lihua.inbox()
    assert (now.document_version, now.title, now.etag) == (2, "郑州出差（已核减）", seen.etag)
    assert (await lihua.approve(now)).state == DONE


async def test_a_comment_of_a_million_characters_is_refused(house: House) -> None:
    await house.open("single", "manager")
    lihua = await house.desk("lihua")
    (item,) = await lihua.inbox()
    before = await house.dump()
    with refused("INVALID_ARGUMENT") as long:
        await lihua.approve(item, comment="好" * 1_000_000)
    assert long.value.violations[0].field == "comment"
    assert await house.dump() == before
