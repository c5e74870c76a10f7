"""An administrator gives one share of a step to others, and what everybody else has said stays."""

from __future__ import annotations

from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from tests.builders.deadlines import a_late_step
from tests.builders.refusals import refused
from tests.integration.approval.test_item_acts import a_case, do, mine, timeline
from zhupi.approval.v1 import work_item_pb2 as pb

STATE = pb.WorkItem


async def give(desk: Desk, item: pb.WorkItem, *people: str) -> pb.WorkItem:
    to = [f"people/{person}" for person in people]
    return await do(desk, "ReassignWorkItem", item, people=to, reason="长期外派")


async def test_only_one_share_of_a_step_moves_and_the_others_have_been_heard(house: House) -> None:
    case = await a_case(house, "lenient")
    lihua, wuhao, sunli = [await house.desk(name) for name in ("lihua", "wuhao", "sunli")]
    zhengnan = await house.desk("zhengnan", "administrator")
    await lihua.approve(await mine(lihua))
    moved = await give(zhengnan, await mine(wuhao), "sunli")
    assert (moved.assignee, moved.state) == ("people/sunli", STATE.STATE_ALLOCATED)
    assert moved.why.zh == "管理员改派：长期外派"
    assert not await wuhao.inbox()
    await sunli.approve(await mine(sunli))
    seen = await zhengnan.get_case(case.name.resource)
    assert sorted((one.assignee, one.decision) for one in seen.work_items) == [
        ("people/lihua", STATE.DECISION_APPROVED),
        ("people/sunli", STATE.DECISION_APPROVED),
    ]
    assert [step.override.zh for step in seen.routes[0].steps if step.key == "lenient"] == [
        "管理员改派：长期外派"
    ]
    (row,) = [row for row in await timeline(zhengnan, case) if row.kind == "WorkItemReassigned"]
    assert (row.override, row.actor) == (True, "people/zhengnan")
    assert (row.details["was"], row.details["to"], row.details["reason"]) == (
        ["wuhao"],
        ["sunli"],
        "长期外派",
    )
    told = await house.rows(
        "SELECT person FROM notices JOIN inbox_entries USING (id) WHERE notices.kind = 'overridden' ORDER BY person"
    )
    assert [one.person for one in told] == ["lihua", "sunli", "wangfang", "wuhao"]


async def test_a_share_that_is_put_aside_or_delegated_moves_as_well_and_may_go_to_several(
    house: House,
) -> None:
    await a_case(house, "plain")
    lihua, zhengnan = await house.desk("lihua"), await house.desk("zhengnan", "administrator")
    away = await do(lihua, "DelegateWorkItem", await mine(lihua), person="people/zhaoqiang")
    aside = await do(await house.desk("zhaoqiang"), "SuspendWorkItem", away)
    moved = await give(zhengnan, aside, "sunli", "zhoumin")
    assert (moved.state, list(moved.delegated_by)) == (STATE.STATE_OFFERED, [])
    assert list(moved.candidates) == ["people/sunli", "people/zhoumin"]
    sunli = await house.desk("sunli")
    assert (await sunli.approve(await mine(sunli))).decider == "people/sunli"


async def test_a_deadline_goes_on_with_whoever_has_it_now(house: House) -> None:
    late = await a_late_step(house, "{within: 2d}")
    item = await mine(await house.desk("lihua"))
    moved = await give(await house.desk("zhengnan", "administrator"), item, "sunli")
    assert moved.due_time == item.due_time
    assert await late.step()


async def test_nobody_else_reassigns_and_only_to_those_who_may_decide(house: House) -> None:
    await a_case(house, "lenient")
    lihua, zhengnan = await house.desk("lihua"), await house.desk("zhengnan", "administrator")
    item = await mine(lihua)
    before = await house.dump()
    for desk in (lihua, await house.desk("zhengnan"), await house.desk("wangfang")):
        with refused("NOT_PERMITTED"):
            await give(desk, item, "sunli")
    for people, reason in (
        (["wangfang"], "CANNOT_DECIDE"),
        (["nobody"], "CANNOT_DECIDE"),
        (["sunli", "wuhao"], "ALREADY_SIGNS"),
    ):
        with refused(reason):
            await give(zhengnan, item, *people)
    assert await house.dump() == before
    stale = pb.ReassignWorkItemRequest(
        name=item.name, request_id=request_id(), etag="7", people=["people/sunli"], reason="外派"
    )
    with refused("ETAG_MISMATCH"):
        await zhengnan.items.ReassignWorkItem(stale)
    decided = await lihua.approve(item)
    with refused("WORK_ITEM_CLOSED"):
        await give(zhengnan, decided, "sunli")
