"""Separation of duties where nobody is left, and where work comes to people by other ways than the plan: by a deadline, by somebody who leaves."""

from __future__ import annotations

from dataclasses import replace

from kernel.clock import SystemClock
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import StepName
from services.approval.domain.people.directory import Assignment
from services.approval.use_cases.policy_views import PolicyView
from tests.builders.approval import text
from tests.builders.approval_desk import request_id
from tests.builders.approval_house import House, the_group
from tests.builders.deadlines import Late
from tests.builders.refusals import refused
from tests.integration.approval.test_hand_over import absences, administrator, asking
from zhupi.approval.v1.case_pb2 import Effect, ReassignStepRequest
from zhupi.approval.v1.case_protocol_pb2 import NoteEffectRequest, StepStatus

POLICY = """
process: expense-claim
title: {zh: 费用报销, en: Expense claim}
facts:
  amount: {type: money, title: {zh: 金额, en: amount}}
fallbacks:
  desk: {approvers: [{post: finance-reviewer}]}
separation:
  four-eyes: {title: {zh: 双人, en: four eyes}, steps: [late/check, late/decide, late/last]}
stages:
  late:
    title: {zh: 限期, en: In time}
    steps:
      - {key: check, title: {zh: 核对, en: Check}, approvers: [{person: CHECKER}]}
      - key: decide
        title: {zh: 直属上级, en: Line manager}
        approvers: [{manager: 1}]
        deadline: DEADLINE
      - {key: last, title: {zh: 最后, en: Last}, approvers: [{person: wuhao}]}
"""


async def checked(house: House, checker: str, deadline: str = "{within: 1d}") -> Late:
    """The checker has approved, and Li Hua is to decide; Wu Hao will be."""
    yaml = POLICY.replace("CHECKER", checker).replace("DEADLINE", deadline)
    async with house.parts.units() as uow:
        await uow.policies.add(
            PolicyView("expense-claim", 2, text("费用报销"), yaml, "zhengnan", SystemClock().now())
        )
        await uow.commit()
    case = await house.start_case(policy="policies/expense-claim/versions/2")
    await house.open_step(case, "late", "check")
    desk = await house.desk(checker)
    await desk.approve((await desk.inbox())[0])
    await house.open_step(case, "late", "decide")
    return Late(house, case, StepName(case.name, "late", "decide", 1))


async def test_an_overdue_step_does_not_go_to_a_superior_who_has_checked(house: House) -> None:
    late = await checked(house, "zhaoqiang", "{within: 1d, on_overdue: {transfer: next_up}}")
    await late.pass_time(2)
    assert (await late.fire("overdue")).state == StepStatus.STATE_OPEN
    assert not await (await house.desk("zhaoqiang")).inbox()
    above = await house.desk("qianlei")
    assert (await above.approve((await above.inbox())[0])).decider == "people/qianlei"


async def test_what_escalates_to_several_goes_to_those_who_may_decide_it(house: House) -> None:
    late = await checked(house, "sunli", "{within: 1d, escalate: {to: {fallback: desk}, how: gives}}")
    await late.pass_time(2)
    await late.fire("escalate")
    assert not await (await house.desk("sunli")).inbox()
    (item,) = await (await house.desk("zhoumin")).inbox()
    assert item.assignee == "people/zhoumin"


async def test_what_a_successor_may_not_decide_is_not_handed_over_to_them(house: House) -> None:
    late = await checked(house, "sunli")
    report = await absences(await administrator(house)).HandOver(asking("lihua", "sunli"))
    (one,) = report.cases
    assert (len(one.kept), list(one.moved)) == (1, [])
    later = await absences(await administrator(house)).HandOver(asking("wuhao", "sunli"))
    assert not [key for one in later.cases for key in one.planned]
    lihua = await house.desk("lihua")
    await lihua.approve((await lihua.inbox())[0])
    await house.open_step(late.case, "late", "last")
    (item,) = await (await house.desk("wuhao")).inbox()
    assert item.assignee == "people/wuhao"


NOBODY = """
process: expense-claim
title: {zh: 费用报销, en: Expense claim}
facts:
  amount: {type: money, title: {zh: 金额, en: amount}}
administrators: [{post: process-administrator}]
separation:
  four-eyes: {title: {zh: 双人, en: four eyes}, steps: [check/check, pay/pay]}
stages:
  check:
    title: {zh: 核对, en: Check}
    steps:
      - {key: check, title: {zh: 核对, en: Check}, mode: all, approvers: [{person: zhengnan}, {person: sunli}]}
  pay:
    title: {zh: 付款, en: Pay}
    steps:
      - {key: pay, title: {zh: 付款, en: Pay}, approvers: [{person: sunli}, {person: wangfang}], on_empty: administrator}
"""


async def test_where_nobody_is_left_it_is_said_why_and_whom_to_name_and_that_ends_the_wait(
    house: House,
) -> None:
    case, worker = await waiting_for_nobody(house), await house.service()
    sources = "stages.pay.steps[0].approvers, administrators"
    with refused("NOBODY_TO_APPROVE", kept="sunli, wangfang, zhengnan", sources=sources) as refusal:
        await worker.plan(case, "pay")
    for said in ("孙丽（职责分离：双人）", "王芳（申请人）", "郑楠（职责分离：双人）", "administrators"):
        assert said in refusal.value.text.zh
    group = the_group()
    async with house.parts.units() as uow:
        another = Assignment("wuhao", "process-administrator", "hq")
        named = replace(group, version=2, assignments=(*group.assignments, another))
        await uow.directories.add(named, "people/zhengnan", SystemClock().now())
        await uow.commit()
    route = await worker.plan(case, "pay")
    assert [list(one.candidates) for one in route.steps[0].approvers] == [["people/wuhao"]]


async def test_where_nobody_is_left_an_administrator_names_who_decides_and_the_stage_begins(
    house: House,
) -> None:
    case = await waiting_for_nobody(house)
    admin, worker = await administrator(house), await house.service()

    def naming(step: str, *people: str) -> ReassignStepRequest:
        names, case_name = [f"people/{one}" for one in people], case.name.resource
        return ReassignStepRequest(
            name=case_name, request_id=request_id(), step=step, people=names, reason="均需回避"
        )

    before = await house.dump()
    with refused("SEPARATION_OF_DUTIES"):
        await admin.cases.ReassignStep(naming("pay", "sunli"))
    with refused("NO_SUCH_STEP"):
        await admin.cases.ReassignStep(naming("check", "wuhao"))
    with refused("CANNOT_DECIDE"):
        await admin.cases.ReassignStep(naming("pay", "wangfang"))
    assert await house.dump() == before
    await admin.cases.ReassignStep(naming("pay", "wuhao"))
    assert [row.args["kind"] for row in await house.rows("SELECT args FROM signals")] == ["retry"]
    (step,) = (await worker.plan(case, "pay")).steps
    assert [list(one.candidates) for one in step.approvers] == [["people/wuhao"]]
    assert step.override.zh == "管理员指定的吴昊"
    await house.open_step(case, "pay", "pay")
    assert len(await (await house.desk("wuhao")).inbox()) == 1


async def waiting_for_nobody(house: House) -> Case:
    """Everybody whom the policy names for the second stage has decided the first."""
    async with house.parts.units() as uow:
        view = PolicyView("expense-claim", 2, text("费用报销"), NOBODY, "zhengnan", SystemClock().now())
        await uow.policies.add(view)
        await uow.commit()
    case = await house.start_case(policy="policies/expense-claim/versions/2")
    await house.open_step(case, "check", "check")
    for name in ("zhengnan", "sunli"):
        desk = await house.desk(name)
        await desk.approve((await desk.inbox())[0])
    worker, key = await house.service(), f"{case.name}/plan/pay/1"
    await worker.protocol.NoteEffect(
        NoteEffectRequest(case=str(case.name), key=key, state=Effect.STATE_WAITING, reason="没有人可以审批")
    )
    return case
