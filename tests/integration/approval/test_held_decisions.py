"""Acts on a case whose only step is decided and may yet be taken back: to whoever walks it, it is still under way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.approval.domain.cases.case import Case
from services.approval.use_cases.policy_views import PolicyView
from tests.builders.approval import text
from tests.builders.approval_desk import Desk, opening, request_id
from tests.builders.approval_house import House
from tests.builders.refusals import refused
from zhupi.approval.v1 import case_pb2 as pb
from zhupi.approval.v1 import case_protocol_pb2 as protocol
from zhupi.approval.v1.route_pb2 import RouteStep
from zhupi.approval.v1.work_item_pb2 import UndoDecisionRequest, WorkItem
from zhupi.common.v1.text_pb2 import Text

REASON = "经办人出差"
POLICY = """
process: seal-use
title: {zh: 用章, en: Use of a seal}
stages:
  claim:
    title: {zh: 审批, en: Approval}
    steps:
      - {key: first, title: {zh: 上级, en: Manager}, undo: 10m, redo: true, approvers: [{manager: 1}]}
      - {key: second, title: {zh: 总监, en: Director}, undo: 10m, approvers: [{manager: 2}]}
      - {key: third, title: {zh: 财务, en: Finance}, approvers: [{post: finance-director}]}
"""
OPEN, COMPLETED = protocol.StepStatus.STATE_OPEN, protocol.StepStatus.STATE_COMPLETED


@pytest.fixture
async def case(house: House) -> Case:
    """Before Li Hua, as its first step."""
    async with house.parts.units() as uow:
        await uow.policies.add(PolicyView("seal-use", 1, text("用章"), POLICY, "zhengnan", datetime.now(UTC)))
        await uow.commit()
    case = await house.start_case(process="seal-use", policy="policies/seal-use/versions/1")
    await house.open_step(case, "claim", "first")
    return case


async def administrator(house: House) -> Desk:
    return await house.desk("zhengnan", "administrator")


def on(case: Case, **changes: Any) -> dict[str, Any]:
    return {"name": case.name.resource, "request_id": request_id(), "reason": REASON, **changes}


async def approved_by(house: House, person: str) -> WorkItem:
    """What they have just approved, and may take back."""
    desk = await house.desk(person)
    return await desk.approve((await desk.inbox())[0])


async def taken_back(house: House, item: WorkItem, person: str = "lihua") -> WorkItem:
    asked = UndoDecisionRequest(name=item.name, etag=item.etag, request_id=request_id())
    return await (await house.desk(person)).items.UndoDecision(asked)


async def told(house: House) -> list[str]:
    rows = await house.rows("SELECT args FROM signals ORDER BY place")
    return [row.args["kind"] for row in rows]


async def test_a_jump_builds_on_what_it_leaves_behind(house: House, case: Case) -> None:
    item, worker = await approved_by(house, "lihua"), await house.service()
    assert (await worker.open_step(case, "claim", "first")).state == OPEN
    shown = await (await administrator(house)).cases.JumpCase(pb.JumpCaseRequest(**on(case, step="third")))
    assert await told(house) == ["jump"]
    assert {step.key: bool(step.override.zh) for step in shown.routes[0].steps}["second"]
    with refused("BUILT_UPON"):
        await taken_back(house, item)
    status = await worker.open_step(case, "claim", "first")
    assert (status.state, status.outcome) == (COMPLETED, protocol.STEP_OUTCOME_APPROVED)


async def test_who_decides_once_more_has_all_that_follows_built_upon(house: House, case: Case) -> None:
    await approved_by(house, "lihua")
    worker, lihua = await house.service(), await house.desk("lihua")
    step = opening(case, "claim", "first").step
    await worker.protocol.CancelStep(protocol.CancelStepRequest(case=str(case.name), step=step))
    await worker.open_step(case, "claim", "second")
    item = await approved_by(house, "zhaoqiang")
    await lihua.cases.RedoStep(pb.RedoStepRequest(**on(case, step="first")))
    with refused("BUILT_UPON"):
        await taken_back(house, item, "zhaoqiang")


async def test_a_route_is_edited_and_the_decision_may_still_be_taken_back(house: House, case: Case) -> None:
    item, admin = await approved_by(house, "lihua"), await administrator(house)
    title, people = Text(zh="法务", en="Legal"), ["people/sunli"]
    added = pb.AddStepRequest(
        **on(case), behind="first", key="legal", title=title, mode=RouteStep.MODE_ALL, people=people
    )
    await admin.cases.AddStep(added)
    await admin.cases.RemoveStep(pb.RemoveStepRequest(**on(case, step="second")))
    assert await told(house) == ["replanned", "replanned"]
    assert (await taken_back(house, item)).state == WorkItem.STATE_ALLOCATED


async def test_a_step_that_is_given_to_others_is_asked_anew(house: House, case: Case) -> None:
    item, admin = await approved_by(house, "lihua"), await administrator(house)
    await admin.cases.ReassignStep(pb.ReassignStepRequest(**on(case, step="first", people=["people/wuhao"])))
    assert await told(house) == ["replanned", "jump"]
    with refused("BUILT_UPON"):
        await taken_back(house, item)


async def test_what_was_rejected_goes_on_nowhere(house: House, case: Case) -> None:
    lihua, admin = await house.desk("lihua"), await administrator(house)
    rejected = await lihua.reject((await lihua.inbox())[0])
    before = await house.dump()
    with refused("NOTHING_IS_WALKED"):
        await admin.cases.JumpCase(pb.JumpCaseRequest(**on(case, step="third")))
    assert await house.dump() == before
    assert (await taken_back(house, rejected)).state == WorkItem.STATE_ALLOCATED


async def test_the_window_stands_still_while_the_case_is_suspended(house: House, case: Case) -> None:
    item, admin, worker = await approved_by(house, "lihua"), await administrator(house), await house.service()
    before = (await worker.open_step(case, "claim", "first")).due_times["deliver"]
    await admin.cases.SuspendCase(pb.SuspendCaseRequest(**on(case)))
    with refused("CASE_SUSPENDED"):
        await taken_back(house, item)
    fire = protocol.FireTimerRequest(
        case=str(case.name), step=opening(case, "claim", "first").step, timer="deliver", n=1
    )
    status = await worker.protocol.FireTimer(fire)
    assert (status.state, dict(status.due_times)) == (OPEN, {})
    await admin.cases.ResumeCase(pb.ResumeCaseRequest(**on(case)))
    status = await worker.open_step(case, "claim", "first")
    assert status.due_times["deliver"].ToNanoseconds() > before.ToNanoseconds()
    assert (await taken_back(house, item)).state == WorkItem.STATE_ALLOCATED
