"""Acting in the place of somebody who is away: what it says, and who may not."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kernel.ids import uuid7
from services.approval.domain.people.periods import Period
from services.approval.domain.people.stand_ins import EVERYTHING, Scope, StandIn
from tests.builders.ahead import early
from tests.builders.approval_desk import request_id
from tests.builders.approval_house import House
from tests.builders.deadlines import a_late_step
from tests.builders.refusals import refused
from tests.integration.approval.test_item_acts import a_case, change, do, timeline
from zhupi.approval.v1 import work_item_pb2 as pb

FOR_EVER = Period(date(2020, 1, 1), date(2199, 1, 1))
OVER = Period(date(2020, 1, 1), date(2020, 1, 31))


async def stands_in(
    house: House, deputy: str, person: str, period: Period = FOR_EVER, scope: Scope = EVERYTHING
) -> None:
    now = datetime.now(UTC)
    async with house.parts.units() as uow:
        stand_in = StandIn(uuid7(now), person, deputy, period, scope, created_by=person, created_at=now)
        uow.absences.add(stand_in)
        await uow.commit()


async def test_a_decision_says_who_decided_for_whom(house: House) -> None:
    await stands_in(house, "sunli", "lihua")
    case = await a_case(house, "plain")
    sunli, lihua = await house.desk("sunli"), await house.desk("lihua")
    (item,) = await sunli.inbox()
    assert item.in_place_of == "people/lihua"
    decided = await sunli.approve(item)
    assert (decided.decider, decided.on_behalf_of) == ("people/sunli", "people/lihua")
    assert decided.assignee == "people/lihua"
    (row,) = await house.rows("SELECT person, on_behalf_of FROM decisions")
    assert tuple(row) == ("sunli", "lihua")
    for desk in (sunli, lihua):
        (done,) = await desk.inbox(box=pb.ListWorkItemsRequest.BOX_DONE)
        assert done.name == item.name
    said = [row.sentence.zh for row in await timeline(lihua, case) if row.kind == "WorkItemDecided"]
    assert said == ["代 lihua：“上级”通过"]


async def test_whoever_is_stood_in_for_has_what_their_stand_in_has_taken(house: House) -> None:
    await stands_in(house, "wuhao", "sunli")
    await a_case(house, "pool")
    wuhao, sunli, zhoumin = [await house.desk(name) for name in ("wuhao", "sunli", "zhoumin")]
    started = await do(wuhao, "StartWorkItem", (await wuhao.inbox())[0])
    assert started.assignee == "people/sunli"
    assert not await zhoumin.inbox()
    assert (await sunli.approve((await sunli.inbox())[0])).on_behalf_of == ""


async def test_nobody_stands_in_who_has_a_share_of_their_own(house: House) -> None:
    await stands_in(house, "wuhao", "lihua")
    await a_case(house, "lenient")
    lihua, wuhao = await house.desk("lihua"), await house.desk("wuhao")
    (theirs,) = await lihua.inbox()
    before = await house.dump()
    with refused("ALREADY_SIGNS"):
        await wuhao.approve(theirs)
    assert await house.dump() == before


async def test_the_requester_decides_in_nobodys_place(house: House) -> None:
    await stands_in(house, "wangfang", "lihua")
    await a_case(house, "plain")
    lihua, wangfang = await house.desk("lihua"), await house.desk("wangfang")
    with refused("REQUESTER_MAY_NOT_DECIDE"):
        await wangfang.approve((await lihua.inbox())[0])


async def test_whoever_no_longer_stands_in_is_told_so(house: House) -> None:
    await stands_in(house, "sunli", "lihua", OVER)
    await a_case(house, "plain")
    lihua, sunli = await house.desk("lihua"), await house.desk("sunli")
    (item,) = await lihua.inbox()
    before = await house.dump()
    with refused("STAND_IN_EXPIRED"):
        await sunli.approve(item)
    assert await house.dump() == before


async def test_a_stand_in_adds_signers_delegates_and_takes_back_as_the_person_would(house: House) -> None:
    await stands_in(house, "sunli", "lihua")
    await a_case(house, "plain")
    sunli, wuhao = await house.desk("sunli"), await house.desk("wuhao")
    (item,) = await sunli.inbox()
    beside = pb.AddSignerRequest.PLACE_BESIDE
    item = await do(sunli, "AddSigner", item, person="people/wuhao", place=beside)
    (added,) = await wuhao.inbox()
    assert added.added_by == "people/lihua"
    away = await do(sunli, "DelegateWorkItem", item, person="people/zhaoqiang")
    assert list(away.delegated_by) == ["people/lihua"]
    back = await do(sunli, "CallBackWorkItem", away)
    assert back.assignee == "people/lihua"
    removed = await do(sunli, "RemoveSigner", added, reason="不必")
    assert removed.removed_by == "people/lihua"


async def test_a_stand_in_sees_what_they_are_to_decide_and_what_has_become_of_it(house: House) -> None:
    case = await a_case(house, "plain")
    sunli, name = await house.desk("sunli"), case.name.resource
    with refused("NOT_FOUND"):
        await sunli.get_case(name)
    await stands_in(house, "sunli", "lihua")
    (item,) = await sunli.inbox()
    assert (await sunli.items.GetWorkItem(pb.GetWorkItemRequest(name=item.name))).name == item.name
    assert [one.name for one in (await sunli.get_case(name)).work_items] == [item.name]
    assert await timeline(sunli, case)
    await sunli.approve(item)
    await change(house, "DELETE FROM stand_ins")
    assert (await sunli.get_case(name)).work_items[0].on_behalf_of == "people/lihua"


async def test_a_stand_in_sees_nothing_else_of_whom_they_stand_in_for(house: House) -> None:
    done = await a_case(house, "plain")
    lihua, sunli = await house.desk("lihua"), await house.desk("sunli")
    await lihua.approve((await lihua.inbox())[0])
    elsewhere = await a_case(house, "plain")
    only = Scope(processes=frozenset({"expense-claim"}))
    await stands_in(house, "sunli", "lihua", scope=only)
    theirs = await house.open("single", "manager")
    for case in (done, elsewhere):
        with refused("NOT_FOUND"):
            await sunli.get_case(case.name.resource)
    assert (await sunli.get_case(theirs.name.resource)).name == theirs.name.resource


async def test_a_stand_in_sees_what_a_policy_keeps_from_all_but_whom_they_stand_in_for(house: House) -> None:
    ahead = await early(house)
    case = await ahead.begun("kept")
    await ahead.approve("lihua", case)
    await ahead.open(case, "kept", "secret")
    await stands_in(house, "wuhao", "sunli")
    wuhao = await house.desk("wuhao")
    (item,) = await wuhao.inbox()
    assert (await wuhao.items.GetWorkItem(pb.GetWorkItemRequest(name=item.name))).assignee == "people/sunli"
    assert item.name in [one.name for one in (await wuhao.get_case(case.name.resource)).work_items]


async def test_reminders_reach_those_who_stand_in(house: House) -> None:
    late = await a_late_step(house, "{within: 2d, remind: [1d]}")
    await stands_in(house, "sunli", "lihua")
    await stands_in(house, "wuhao", "sunli")  # away as well
    await stands_in(house, "wangfang", "lihua")  # who has asked for it, and decides nothing of it
    await stands_in(house, "zhoumin", "lihua", OVER)
    await late.pass_time(1)
    await late.fire("remind")
    told = {name: await late.news(name) for name in ("lihua", "sunli", "wuhao", "wangfang", "zhoumin")}
    assert told == {
        "lihua": ["reminder"],
        "sunli": ["reminder"],
        "wuhao": ["reminder"],
        "wangfang": [],
        "zhoumin": [],
    }


async def test_whoever_asks_for_haste_is_heard_by_those_who_stand_in(house: House) -> None:
    case = await a_case(house, "plain")
    await stands_in(house, "sunli", "lihua")
    wangfang = await house.desk("wangfang")
    item = (await wangfang.get_case(case.name.resource)).work_items[0]
    await wangfang.items.UrgeWorkItem(pb.UrgeWorkItemRequest(name=item.name, request_id=request_id()))
    rows = await house.rows(
        "SELECT entry.person FROM notices JOIN inbox_entries AS entry ON entry.id = notices.id WHERE kind = 'urged'"
    )
    assert sorted(row.person for row in rows) == ["lihua", "sunli"]


async def test_whoever_stands_in_for_both_sides_of_a_delegation_hands_back_and_calls_back(
    house: House,
) -> None:
    for person in ("lihua", "zhaoqiang"):
        await stands_in(house, "sunli", person)
    await a_case(house, "plain")
    lihua, sunli = await house.desk("lihua"), await house.desk("sunli")
    away = await do(lihua, "DelegateWorkItem", (await lihua.inbox())[0], person="people/zhaoqiang")
    back = await do(sunli, "HandBackWorkItem", away, comment="已核")
    assert back.assignee == "people/lihua"
    again = await do(lihua, "DelegateWorkItem", back, person="people/zhaoqiang")
    called = await do(sunli, "CallBackWorkItem", again)
    assert (called.assignee, list(called.delegated_by)) == ("people/lihua", [])
