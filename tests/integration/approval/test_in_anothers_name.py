"""A stand-in decides in another's name: who may, who may not, and that everybody reads both names."""

from __future__ import annotations

import pytest

from kernel.errors import Refusal
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from tests.integration.approval.test_absences import absences, appoint
from zhupi.approval.v1 import absence_pb2 as pb
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest


async def refused(desk: Desk, item: WorkItem) -> str:
    with pytest.raises(Refusal) as error:
        await desk.approve(item)
    return error.value.reason


async def test_a_decision_of_a_stand_in_names_both(house: House) -> None:
    lihua, sunli, wangfang = (
        await house.desk("lihua"),
        await house.desk("sunli"),
        await house.desk("wangfang"),
    )
    case = await house.open("single", "manager")
    await appoint(lihua, "sunli", processes=["expense-claim"], organisations=["organisations/central"])
    (item,) = await sunli.inbox()
    done = await sunli.approve(item)
    assert (done.decider, done.on_behalf_of) == ("people/sunli", "people/lihua")
    told = (await wangfang.timelines.ListTimeline(ListTimelineRequest(document=case.name.resource))).entries
    (row,) = [row for row in told if row.kind == "WorkItemDecided"]
    assert (row.actor, row.details["on_behalf_of"]) == ("people/sunli", "lihua")
    assert "lihua" in row.sentence.zh
    (kept,) = await house.rows("SELECT person, on_behalf_of FROM decisions")
    assert tuple(kept) == ("sunli", "lihua")


async def test_outside_the_scope_and_after_the_end_there_is_no_authority(house: House) -> None:
    lihua, sunli, wuhao = await house.desk("lihua"), await house.desk("sunli"), await house.desk("wuhao")
    await house.open("single", "manager")
    made = await appoint(lihua, "sunli")
    await appoint(lihua, "wuhao", organisations=["organisations/east"])
    (item,) = await lihua.inbox()
    await absences(lihua).EndStandIn(pb.EndStandInRequest(name=made.name, request_id=request_id()))
    before = await house.dump(without=["requests"])
    assert await refused(sunli, item) == "STAND_IN_EXPIRED"
    assert await refused(wuhao, item) == "NOT_YOUR_WORK_ITEM"
    assert await house.dump(without=["requests"]) == before


async def test_nobody_decides_their_own_request_as_a_stand_in_nor_twice_in_a_step(house: House) -> None:
    lihua, wangfang = await house.desk("lihua"), await house.desk("wangfang")
    sunli, zhoumin = await house.desk("sunli"), await house.desk("zhoumin")
    await house.open("single", "manager")
    await appoint(lihua, "wangfang")
    (item,) = await lihua.inbox()
    assert await refused(wangfang, item) == "REQUESTER_MAY_NOT_DECIDE"

    await house.open("any", "reviewers")
    await appoint(sunli, "zhoumin")
    (theirs,) = await sunli.inbox()
    assert await refused(zhoumin, theirs) == "ALREADY_SIGNS"
