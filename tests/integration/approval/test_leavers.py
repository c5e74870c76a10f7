"""People who have left: their tokens may be good still, their word is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kernel.clock import SystemClock
from services.approval.domain.people.periods import Period
from tests.builders.ahead import early
from tests.builders.approval_house import House, the_group
from tests.builders.refusals import refused
from tests.integration.approval.test_ahead_of_time import decide, told
from tests.integration.approval.test_in_anothers_place import stands_in
from tests.integration.approval.test_item_acts import a_case, do, mine
from zhupi.approval.v1 import case_protocol_pb2 as protocol

GONE = Period(None, date(2026, 1, 31))


async def leaves(house: House, person: str) -> None:
    """The directory says so from its next version on."""
    group = the_group()
    people = tuple(replace(one, period=GONE) if one.id == person else one for one in group.people)
    async with house.parts.units() as uow:
        now = SystemClock().now()
        version = (await uow.directories.current()).version + 1
        await uow.directories.add(replace(group, people=people, version=version), "people/zhengnan", now)
        await uow.commit()


@pytest.mark.parametrize("act", ["approve", "reject", "StartWorkItem", "SuspendWorkItem"])
async def test_whoever_has_left_acts_no_more(house: House, act: str) -> None:
    await a_case(house, "plain")
    lihua = await house.desk("lihua")
    item = await mine(lihua)
    await leaves(house, "lihua")
    before = await house.dump()
    with refused("NOT_ACTIVE"):
        await (getattr(lihua, act)(item) if act.islower() else do(lihua, act, item))
    assert await house.dump() == before


async def test_nor_do_they_take_back_what_they_have_said(house: House) -> None:
    await a_case(house, "lenient")
    lihua = await house.desk("lihua")
    item = await lihua.approve(await mine(lihua))
    await leaves(house, "lihua")
    with refused("NOT_ACTIVE"):
        await do(lihua, "UndoDecision", item)


async def test_nor_do_they_stand_in_for_others(house: House) -> None:
    await stands_in(house, "sunli", "lihua")
    await a_case(house, "plain")
    sunli = await house.desk("sunli")
    item = await mine(sunli)
    await leaves(house, "sunli")
    with refused("NOT_YOUR_WORK_ITEM"):
        await sunli.approve(item)


async def test_what_they_have_decided_ahead_of_time_is_dropped(house: House) -> None:
    ahead = await early(house)
    case, another = await ahead.begun("long"), await ahead.begun("long")
    await decide(ahead, "sunli", case, "end")
    await leaves(house, "sunli")
    with refused("NOT_ACTIVE"):
        await decide(ahead, "sunli", another, "end")
    opened = await ahead.open(case, "long", "end")
    assert opened.state == protocol.StepStatus.STATE_OPEN
    (dropped,) = await told(ahead, case, "AheadDropped")
    assert "不在职" in dropped.sentence.zh


async def test_nor_do_those_whom_they_had_asked_to_stand_in_for_them_in_turn(house: House) -> None:
    await stands_in(house, "sunli", "lihua")
    await stands_in(house, "wuhao", "sunli")
    await a_case(house, "plain")
    wuhao = await house.desk("wuhao")
    item = await mine(wuhao)
    await leaves(house, "sunli")
    assert not await wuhao.inbox()
    with refused("NOT_YOUR_WORK_ITEM"):
        await wuhao.approve(item)
