"""What lies ahead of people is seen before its turn where the policy has it announced, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from services.approval.domain.cases.case import Case
from tests.builders.ahead import Early, early
from tests.builders.approval_desk import request_id
from tests.builders.approval_house import House
from tests.builders.refusals import refused
from zhupi.approval.v1 import case_pb2, upcoming_pb2
from zhupi.approval.v1.work_item_pb2 import Resume


@pytest.fixture
async def announced(house: House) -> Early:
    return await early(house)


async def test_people_see_what_is_planned_for_them_until_it_is_reached(announced: Early) -> None:
    case = await announced.begun("walk")
    assert await announced.steps("zhengnan") == ["last"]
    assert not await announced.steps("qianlei")  # their step says nothing about it
    (coming,) = await announced.seen("zhengnan")
    assert (coming.case.name, coming.case.title, coming.step_title.zh) == (
        case.name.resource,
        "郑州出差",
        "最后",
    )
    assert (coming.person, coming.person_title, coming.sure, coming.may_decide) == (
        "people/zhengnan",
        "郑楠",
        True,
        True,
    )
    assert (await announced.case("zhengnan", case)).document == case.document  # may see what it is about
    await announced.open(case, "walk", "second")
    assert await announced.steps("zhengnan") == ["last"]
    await announced.open(case, "walk", "last")
    assert not await announced.steps("zhengnan")
    assert len(await (await announced.house.desk("zhengnan")).inbox()) == 1


async def test_a_pool_sees_what_may_come_to_one_of_it(announced: Early) -> None:
    await announced.begun("pool")
    for person in ("sunli", "zhoumin"):
        (coming,) = await announced.seen(person)
        assert (coming.step, coming.sure, coming.may_decide) == ("shared", False, False)


async def test_what_lies_ahead_comes_page_by_page(announced: Early) -> None:
    cases = [await announced.begun("walk") for _ in range(3)]
    stub = (await announced.house.desk("zhengnan")).upcoming
    found, token = [], ""
    while True:
        asked = upcoming_pb2.ListUpcomingRequest(page_size=2, page_token=token)
        answer = await stub.ListUpcoming(asked)
        found += [step.case.name for step in answer.steps]
        if not (token := answer.next_page_token):
            break
    assert found == [case.name.resource for case in cases]
    with refused("PAGE_TOKEN_MALFORMED"):
        await stub.ListUpcoming(upcoming_pb2.ListUpcomingRequest(page_token="x"))


async def test_nothing_lies_ahead_once_the_stage_is_over(announced: Early) -> None:
    for outcome in ("reject", "give_back"):
        case = await announced.begun("walk")
        assert await announced.steps("zhengnan") == ["last"]
        lihua = await announced.house.desk("lihua")
        await getattr(lihua, outcome)((await lihua.inbox(document=case.document))[0])
        assert not await announced.steps("zhengnan")


async def test_nothing_lies_ahead_of_a_case_that_is_given_up(announced: Early) -> None:
    case = await announced.begun("walk")
    await (await announced.house.desk("wangfang")).withdraw(case)
    assert not await announced.steps("zhengnan")


@pytest.mark.parametrize(
    ("resume", "ahead"), [(Resume.RESUME_WALK_AGAIN, ["last"]), (Resume.RESUME_COME_BACK, ["last"])]
)
async def test_what_was_returned_lies_ahead_of_who_returned_it(
    announced: Early, resume: Resume.ValueType, ahead: list[str]
) -> None:
    case = await announced.begun("walk")
    await announced.approve("lihua", case)
    await announced.open(case, "walk", "second")
    await announced.approve("qianlei", case)
    await announced.open(case, "walk", "last")
    assert not await announced.steps("zhengnan")
    zhengnan = await announced.house.desk("zhengnan")
    (item,) = await zhengnan.inbox()
    await zhengnan.give_back(item, step="first", resume=resume)
    assert await announced.steps("zhengnan") == ahead


def on(case: Case, **changes: Any) -> dict[str, Any]:
    return {"name": case.name.resource, "request_id": request_id(), "reason": "调整分工", **changes}


async def test_an_edited_route_is_seen_by_those_whom_it_asks_now(announced: Early) -> None:
    case = await announced.begun("walk")
    admin = await announced.house.desk("zhengnan", "administrator")
    given = on(case, step="last", people=["people/sunli"])
    await admin.cases.ReassignStep(case_pb2.ReassignStepRequest(**given))
    assert not await announced.steps("zhengnan")
    assert await announced.steps("sunli") == ["last"]
    taken = on(case, step="last")
    await admin.cases.RemoveStep(case_pb2.RemoveStepRequest(**taken))
    assert not await announced.steps("sunli")


async def test_a_jump_leaves_nothing_ahead_that_it_has_passed_over(announced: Early) -> None:
    case = await announced.begun("long")
    assert await announced.steps("qianlei") == ["middle"]
    admin = await announced.house.desk("zhengnan", "administrator")
    jumped = on(case, step="end")
    await admin.cases.JumpCase(case_pb2.JumpCaseRequest(**jumped))
    assert not await announced.steps("qianlei")
    assert await announced.steps("sunli") == ["end"]


async def test_an_edit_does_not_bring_back_what_a_jump_has_passed_over(announced: Early) -> None:
    """Found while the machine of the engine learned to edit routes: it stood in people's lists once more."""
    case = await announced.begun("long")
    admin = await announced.house.desk("zhengnan", "administrator")
    await admin.cases.JumpCase(case_pb2.JumpCaseRequest(**on(case, step="end")))
    await announced.open(case, "long", "end")
    given = on(case, step="end", people=["people/wuhao"])
    await admin.cases.ReassignStep(case_pb2.ReassignStepRequest(**given))
    assert not await announced.steps("qianlei")
