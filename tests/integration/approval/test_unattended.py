"""Steps that the system decides by their rule: at once, visibly, and without a version that nobody has seen."""

from __future__ import annotations

from chassis.rpc.values import money_to_message
from kernel.money import Money
from tests.builders.approval_house import House
from tests.builders.refusals import refused
from zhupi.approval.v1 import case_protocol_pb2 as pb
from zhupi.approval.v1.fact_pb2 import Fact
from zhupi.common.v1 import timeline_pb2


async def test_automatic_steps_are_decided_when_they_are_reached_and_say_so(house: House) -> None:
    case = await house.start_case()
    worker, wangfang = await house.service(), await house.desk("wangfang")
    begun = await worker.protocol.BeginStage(
        pb.BeginStageRequest(case=str(case.name), stage="unattended", round=1)
    )
    (told,) = begun.opened
    assert (told.state, told.outcome) == (pb.StepStatus.STATE_COMPLETED, pb.STEP_OUTCOME_APPROVED)
    assert (told.decider, told.document_version) == ("system", 0)
    checked = await worker.open_step(case, "unattended", "checked")
    assert checked.outcome == pb.STEP_OUTCOME_APPROVED
    assert (await worker.open_step(case, "unattended", "manager")).state == pb.StepStatus.STATE_OPEN
    before = await house.dump()
    assert await worker.open_step(case, "unattended", "checked") == checked
    assert await house.dump() == before
    rows = await house.rows(
        "SELECT person, kind FROM notices JOIN inbox_entries ON inbox_entries.id = notices.id"
    )
    assert [(row.person, row.kind) for row in rows] == [("wuhao", "copy")]
    asked = timeline_pb2.ListTimelineRequest(document=case.name.resource)
    entries = (await wangfang.timelines.ListTimeline(asked)).entries
    ruled = [entry for entry in entries if entry.kind == "StepDecidedByRule"]
    assert [entry.sentence.zh for entry in ruled] == [
        "“知会财务”：系统知会相关人员后自动通过",
        "“自动核对”：系统按策略自动同意",
    ]
    assert {entry.actor for entry in ruled} == {"system"}
    assert ruled[0].details["policy"] == "policies/expense-claim/versions/1"
    assert not ruled[0].override


async def test_an_automatic_rejection_rejects_where_its_condition_holds(house: House) -> None:
    dear = money_to_message(Money.of(6000))
    case = await house.start_case(amount=dear, facts={"amount": Fact(money=dear)})
    worker = await house.service()
    await worker.plan(case, "unattended")
    never = await worker.open_step(case, "unattended", "never")
    assert never.outcome == pb.STEP_OUTCOME_REJECTED
    assert never.comment == "因金额 ≥ ¥5,000：系统按策略自动拒绝"


async def test_nobody_returns_it_to_the_system(house: House) -> None:
    await house.open("unattended", "manager")
    lihua = await house.desk("lihua")
    (item,) = await lihua.inbox()
    before = await house.dump()
    with refused("NO_SUCH_EARLIER_STEP"):
        await lihua.give_back(item, step="checked")
    with refused("NO_SUCH_EARLIER_STEP"):
        await lihua.give_back(item, previous=True)
    assert await house.dump() == before
