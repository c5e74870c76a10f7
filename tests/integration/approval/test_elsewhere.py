"""Jumps, redoing, others who decide, steps more and less: what is open afterwards, what the workflow is told, and who may."""

from __future__ import annotations

from typing import Any

from services.approval.domain.cases.case import Case
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from tests.builders.refusals import refused
from zhupi.approval.v1 import case_pb2 as pb
from zhupi.approval.v1 import case_protocol_pb2 as protocol
from zhupi.approval.v1.route_pb2 import RouteStep
from zhupi.common.v1 import timeline_pb2
from zhupi.common.v1.text_pb2 import Text

REASON = "经办人出差，合规要求"
OPEN, CANCELLED = protocol.StepStatus.STATE_OPEN, protocol.StepStatus.STATE_CANCELLED


def on(case: Case, **changes: Any) -> dict[str, Any]:
    return {"name": case.name.resource, "request_id": request_id(), "reason": REASON, **changes}


async def administrator(house: House) -> Desk:
    return await house.desk("zhengnan", "administrator")


async def signalled(house: House) -> list[tuple[str, dict[str, Any]]]:
    rows = await house.rows("SELECT args FROM signals ORDER BY place")
    return [(row.args["kind"], row.args["args"]) for row in rows]


async def test_a_jump_forward_ends_what_is_open_and_shows_what_it_passed_over(house: House) -> None:
    case = await house.open("three", "first")
    admin, lihua, worker = await administrator(house), await house.desk("lihua"), await house.service()
    shown = await admin.cases.JumpCase(pb.JumpCaseRequest(**on(case, step="third")))
    assert not await lihua.inbox()
    marked = {step.key: step.override.zh for step in shown.routes[0].steps}
    assert marked == {"first": f"管理员跳过：{REASON}", "second": f"管理员跳过：{REASON}", "third": ""}
    ((kind, told),) = await signalled(house)
    assert (kind, told["to"], told["over"], told["n"]) == ("jump", "third", ["first", "second"], 1)
    assert (await worker.open_step(case, "three", "third")).state == OPEN
    again = await worker.protocol.BeginStage(
        protocol.BeginStageRequest(case=str(case.name), stage="three", round=1)
    )
    (jump,) = again.jumps
    assert (jump.to, list(jump.over)) == ("third", ["first", "second"])
    asked = timeline_pb2.ListTimelineRequest(document=case.name.resource)
    entries = (await admin.timelines.ListTimeline(asked)).entries
    jumped = next(entry for entry in entries if entry.kind == "CaseJumped")
    assert jumped.override
    assert jumped.details["reason"] == REASON


async def test_a_jump_back_asks_from_there_again(house: House) -> None:
    case = await house.open("three", "first")
    admin, lihua, worker = await administrator(house), await house.desk("lihua"), await house.service()
    await lihua.approve((await lihua.inbox())[0])
    await worker.open_step(case, "three", "second")
    await admin.cases.JumpCase(pb.JumpCaseRequest(**on(case, step="first")))
    assert not await (await house.desk("zhaoqiang")).inbox()
    assert (await signalled(house))[0][1]["to"] == "first"


async def test_who_approved_an_earlier_step_may_decide_it_once_more_where_the_policy_says_so(
    house: House,
) -> None:
    case = await house.open("three", "first")
    lihua, zhaoqiang, worker = (
        await house.desk("lihua"),
        await house.desk("zhaoqiang"),
        await house.service(),
    )
    redo = {"step": "first"}
    with refused("NOT_DECIDED_BY_YOU"):
        await lihua.cases.RedoStep(pb.RedoStepRequest(**on(case, **redo)))
    await lihua.approve((await lihua.inbox())[0])
    await worker.open_step(case, "three", "second")
    before = await house.dump()
    with refused("NOT_DECIDED_BY_YOU"):
        await zhaoqiang.cases.RedoStep(pb.RedoStepRequest(**on(case, **redo)))
    with refused("REDO_NOT_ALLOWED"):
        await lihua.cases.RedoStep(pb.RedoStepRequest(**on(case, step="second")))
    with refused("NO_SUCH_STEP"):
        await lihua.cases.RedoStep(pb.RedoStepRequest(**on(case, step="nowhere")))
    assert await house.dump() == before
    await lihua.cases.RedoStep(pb.RedoStepRequest(**on(case, **redo)))
    assert not await zhaoqiang.inbox()
    ((kind, told),) = await signalled(house)
    assert (kind, told["to"], told["over"]) == ("jump", "first", [])
    assert (await worker.open_step(case, "three", "first", visit=2)).state == OPEN


async def test_between_a_step_that_has_ended_and_the_next_one_is_told_to_try_again_in_a_moment(
    house: House,
) -> None:
    case = await house.open("three", "first")
    lihua, admin, worker = await house.desk("lihua"), await administrator(house), await house.service()
    await lihua.approve((await lihua.inbox())[0])
    before = await house.dump()
    with refused("NEXT_STEP_NOT_OPEN"):
        await lihua.cases.RedoStep(pb.RedoStepRequest(**on(case, step="first")))
    with refused("NEXT_STEP_NOT_OPEN"):
        await admin.cases.JumpCase(pb.JumpCaseRequest(**on(case, step="third")))
    assert await house.dump() == before
    await worker.open_step(case, "three", "second")
    await admin.cases.JumpCase(pb.JumpCaseRequest(**on(case, step="third")))


async def test_before_the_next_step_is_open_it_is_given_to_others_and_asks_only_them(house: House) -> None:
    case = await house.open("three", "first")
    lihua, admin, worker = await house.desk("lihua"), await administrator(house), await house.service()
    await lihua.approve((await lihua.inbox())[0])
    given = pb.ReassignStepRequest(**on(case, step="second", people=["people/wuhao"]))
    await admin.cases.ReassignStep(given)
    assert [kind for kind, _ in await signalled(house)] == ["replanned"]
    assert (await worker.open_step(case, "three", "second")).state == CANCELLED, "of the route of before"
    assert (await worker.open_step(case, "three", "second", visit=2, revision=1)).state == OPEN
    assert len(await (await house.desk("wuhao")).inbox()) == 1
    assert not await (await house.desk("zhaoqiang")).inbox()


async def test_a_step_that_lies_ahead_is_given_to_others(house: House) -> None:
    case = await house.open("two", "first")
    admin, worker, wuhao = await administrator(house), await house.service(), await house.desk("wuhao")
    given = pb.ReassignStepRequest(**on(case, step="second", people=["people/wuhao"]))
    shown = await admin.cases.ReassignStep(given)
    assert shown.routes[0].revision == 1
    assert list(shown.routes[0].steps[1].approvers[0].candidates) == ["people/wuhao"]
    assert (await signalled(house))[0][0] == "replanned"
    await worker.open_step(case, "two", "second", revision=1)
    assert len(await wuhao.inbox()) == 1


async def test_an_open_step_is_given_to_others_and_asked_anew(house: House) -> None:
    case = await house.open("single", "manager")
    admin, lihua, worker = await administrator(house), await house.desk("lihua"), await house.service()
    await admin.cases.ReassignStep(
        pb.ReassignStepRequest(**on(case, step="manager", people=["people/wuhao"]))
    )
    assert not await lihua.inbox()
    assert [kind for kind, _ in await signalled(house)] == ["replanned", "jump"]
    await worker.open_step(case, "single", "manager", visit=2, revision=1)
    assert len(await (await house.desk("wuhao")).inbox()) == 1


async def test_a_step_is_put_in_and_another_taken_out(house: House) -> None:
    case = await house.open("three", "first")
    admin, worker = await administrator(house), await house.service()
    added = pb.AddStepRequest(
        **on(case),
        behind="first",
        key="legal",
        title=Text(zh="法务", en="Legal"),
        mode=RouteStep.MODE_ALL,
        people=["people/sunli", "people/zhoumin"],
    )
    route = (await admin.cases.AddStep(added)).routes[0]
    assert [(step.key, list(step.after)) for step in route.steps] == [
        ("first", []),
        ("legal", ["first"]),
        ("second", ["legal"]),
        ("third", ["second"]),
    ]
    removed = await admin.cases.RemoveStep(pb.RemoveStepRequest(**on(case, step="second")))
    assert [step.key for step in removed.routes[0].steps if step.skipped] == ["second"]
    kinds = await signalled(house)
    assert [(kind, told["revision"]) for kind, told in kinds] == [("replanned", 1), ("replanned", 2)]
    assert kinds[1][1]["steps"][2] == {"key": "second", "after": ["legal"], "skipped": True}
    # What the workflow opens by the route of before is cancelled at once, and opened in its turn later.
    outdated = await worker.open_step(case, "three", "second", revision=1)
    assert (outdated.state, outdated.route_revision) == (CANCELLED, 2)
    assert (await worker.open_step(case, "three", "legal", revision=2)).state == OPEN


async def test_what_cannot_be_is_refused_by_name_and_changes_nothing(house: House) -> None:
    case = await house.open("three", "first")
    admin, lihua = await administrator(house), await house.desk("lihua")
    step: dict[str, Any] = {
        "key": "legal",
        "title": Text(zh="法务", en="Legal"),
        "mode": RouteStep.MODE_SINGLE,
        "people": ["people/sunli"],
    }
    before = await house.dump()
    refusals: list[tuple[str, Any, Any]] = [
        ("NO_SUCH_STEP", admin.cases.JumpCase, pb.JumpCaseRequest(**on(case, step="nowhere"))),
        ("ETAG_MISMATCH", admin.cases.JumpCase, pb.JumpCaseRequest(**on(case, step="third", etag="17"))),
        ("INVALID_ARGUMENT", admin.cases.JumpCase, pb.JumpCaseRequest(**on(case, step="third", reason=""))),
        ("NOT_PERMITTED", lihua.cases.JumpCase, pb.JumpCaseRequest(**on(case, step="third"))),
        ("STEP_REACHED", admin.cases.RemoveStep, pb.RemoveStepRequest(**on(case, step="first"))),
        ("NOT_PERMITTED", lihua.cases.RemoveStep, pb.RemoveStepRequest(**on(case, step="third"))),
        (
            "STEP_KEY_TAKEN",
            admin.cases.AddStep,
            pb.AddStepRequest(**on(case, behind="first", **{**step, "key": "third"})),
        ),
        ("NO_SUCH_STEP", admin.cases.AddStep, pb.AddStepRequest(**on(case, behind="nowhere", **step))),
        (
            "CANNOT_DECIDE",
            admin.cases.AddStep,
            pb.AddStepRequest(**on(case, behind="first", **{**step, "people": ["people/wangfang"]})),
        ),
        (
            "CANNOT_DECIDE",
            admin.cases.ReassignStep,
            pb.ReassignStepRequest(**on(case, step="third", people=["people/nobody"])),
        ),
        (
            "NOT_PERMITTED",
            lihua.cases.ReassignStep,
            pb.ReassignStepRequest(**on(case, step="third", people=["people/wuhao"])),
        ),
    ]
    for reason, call, request in refusals:
        with refused(reason):
            await call(request)
    assert await house.dump() == before


async def test_nobody_jumps_where_nothing_is_walked(house: House) -> None:
    case = await house.start_case()
    admin = await administrator(house)
    with refused("NOTHING_IS_WALKED"):
        await admin.cases.JumpCase(pb.JumpCaseRequest(**on(case, step="first")))
    await house.open_step(case, "three", "first")
    await admin.cases.SuspendCase(pb.SuspendCaseRequest(**on(case)))
    with refused("CASE_SUSPENDED"):
        await admin.cases.JumpCase(pb.JumpCaseRequest(**on(case, step="third")))
