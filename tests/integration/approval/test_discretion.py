"""Whom a policy keeps from others who see the case: no row of its timeline names them, whatever happens to their work."""

from __future__ import annotations

from google.protobuf.json_format import MessageToJson

from kernel.clock import SystemClock
from services.approval.domain.cases.names import StepName
from services.approval.use_cases.policy_views import PolicyView
from tests.builders.approval import text
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from tests.builders.deadlines import Late
from tests.builders.refusals import refused
from tests.integration.approval.test_hand_over import absences, administrator, asking
from tests.integration.approval.test_item_acts import timeline
from zhupi.approval.v1 import case_pb2, work_item_pb2

POLICY = """
process: expense-claim
title: {zh: 费用报销, en: Expense claim}
facts:
  amount: {type: money, title: {zh: 金额, en: amount}}
stages:
  late:
    title: {zh: 评审, en: Review}
    steps:
      - key: secret
        title: {zh: 评审, en: Review}
        mode: all
        approvers: [{person: sunli}, {person: zhoumin}]
        visible: {unallocated: candidates, allocated: assignee}
        deadline: {within: 4d, remind: [3d], escalate: {to: next_up, before: 1d}}
"""


async def reviewed(house: House) -> Late:
    async with house.parts.units() as uow:
        now = SystemClock().now()
        await uow.policies.add(PolicyView("expense-claim", 2, text("费用报销"), POLICY, "zhengnan", now))
        await uow.commit()
    case = await house.start_case(policy="policies/expense-claim/versions/2")
    await house.open_step(case, "late", "secret")
    return Late(house, case, StepName(case.name, "late", "secret", 1))


async def told_to(desk: Desk, late: Late) -> str:
    rows = await timeline(desk, late.case)
    return "\n".join(MessageToJson(row, ensure_ascii=False) for row in rows)


async def test_no_row_names_those_whom_the_policy_keeps_from_others(house: House) -> None:
    late = await reviewed(house)
    sunli, admin = await house.desk("sunli"), await administrator(house)
    (item,) = await sunli.inbox()
    await late.pass_time(2)
    await late.fire("remind")
    await late.pass_time(1)
    await late.fire("escalate")
    await admin.items.UrgeWorkItem(work_item_pb2.UrgeWorkItemRequest(name=item.name, request_id=request_id()))
    await absences(admin).HandOver(asking("zhoumin", "lihua"))
    reassign = case_pb2.ReassignStepRequest(
        name=late.case.name.resource,
        request_id=request_id(),
        reason="换人",
        step="secret",
        people=["people/qianlei", "people/sunli"],
    )
    await admin.cases.ReassignStep(reassign)
    kinds = await late.kinds()
    assert {"StepReminded", "StepEscalated", "StepUrged", "WorkHandedOver", "StepReassigned"} <= set(kinds)
    said = await told_to(await house.desk("wangfang"), late)
    for name in ("sunli", "zhoumin", "lihua", "qianlei", "孙丽", "周敏"):
        assert name not in said
    assert "sunli" in await told_to(admin, late)


async def test_nobody_urges_by_an_item_that_is_kept_from_them(house: House) -> None:
    await reviewed(house)
    (item,) = await (await house.desk("sunli")).inbox()
    wangfang = await house.desk("wangfang")
    with refused("NOT_FOUND"):
        await wangfang.items.UrgeWorkItem(
            work_item_pb2.UrgeWorkItemRequest(name=item.name, request_id=request_id())
        )


async def test_who_has_decided_is_shown_and_who_was_asked_beside_them_is_not(house: House) -> None:
    late = await reviewed(house)
    sunli, wangfang = await house.desk("sunli"), await house.desk("wangfang")
    await sunli.reject((await sunli.inbox())[0])  # nobody needs to hear the other any more
    seen = await wangfang.get_case(late.case.name.resource)
    assert [one.decider for one in seen.work_items] == ["people/sunli"]
    assert [list(one.candidates) for one in seen.routes[0].steps[0].approvers] == [["people/sunli"], []]
    assert "zhoumin" not in await told_to(wangfang, late)
