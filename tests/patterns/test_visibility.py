from __future__ import annotations

from google.protobuf.json_format import MessageToJson

from tests.builders.group.asked import Asked
from tests.builders.group.group import Group
from tests.builders.group.people import ADMINISTRATOR
from tests.builders.group.policies import person, post, step
from tests.builders.refusals import refused
from tests.patterns.scenario import Support, scenario
from zhupi.approval.v1.case_pb2 import Case
from zhupi.approval.v1.work_item_pb2 import GetWorkItemRequest
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest

NAMES = ("heli", "tangning", "xufei", "何丽", "唐宁", "徐飞")


async def seen_by(case: Asked, login: str) -> Case:
    return await (await case.desk(login)).get_case(case.name)


async def names_before(case: Asked, login: str) -> set[str]:
    """Whom of the three counsel the person reads of, on the case's page and on its timeline."""
    desk = await case.desk(login)
    page = await desk.get_case(case.name)
    rows = await desk.timelines.ListTimeline(ListTimelineRequest(document=case.name, page_size=200))
    written = "".join(MessageToJson(said, ensure_ascii=False) for said in (page, rows))
    return {name for name in NAMES if name in written}


@scenario(
    40,
    Support.YES,
    "`visible: {unallocated: everybody | candidates}` a step: on the case's page, in the preview and on the timeline.",
)
async def test_40_who_sees_work_that_nobody_has_yet_can_be_set(group: Group) -> None:
    shown = await group.under(step("sign", post("counsel")))
    await shown.item("heli")
    assert [item.step for item in (await seen_by(shown, "wangfang")).work_items] == ["sign"]
    assert "heli" in await names_before(shown, "wangfang")

    kept = await group.under(step("sign", post("counsel"), visible={"unallocated": "candidates"}))
    item = await kept.item("heli")
    assert not (await seen_by(kept, "wangfang")).work_items
    assert not await names_before(kept, "wangfang")
    with refused("NOT_FOUND"):
        await (await kept.desk("wangfang")).items.GetWorkItem(GetWorkItemRequest(name=item.name))
    assert (await seen_by(kept, "xufei")).work_items
    assert (await seen_by(kept, ADMINISTRATOR)).work_items
    await kept.approve("heli")
    # What is decided is no secret: whoever asks may read who has answered.
    [decided] = (await seen_by(kept, "wangfang")).work_items[:1]
    assert decided.decider == "people/heli"


@scenario(
    41,
    Support.YES,
    "`visible: {allocated: everybody | candidates | assignee}` a step, in the same places; what is decided is shown to all who see the case.",
)
async def test_41_who_sees_with_whom_work_is_can_be_set(group: Group) -> None:
    case = await group.under(
        step("reviewer", post("counsel"), visible={"allocated": "assignee"}), step("manager", person("lihua"))
    )
    item = await case.item("heli")
    assert (await seen_by(case, "wangfang")).work_items
    await (await case.desk("heli")).claim(item)
    assert not (await seen_by(case, "wangfang")).work_items
    assert not (await seen_by(case, "xufei")).work_items
    assert [item.assignee for item in (await seen_by(case, "heli")).work_items] == ["people/heli"]
    await case.approve("heli")
    await case.item("lihua")
    assert len((await seen_by(case, "wangfang")).work_items) == 2


async def test_41_colleagues_of_the_pool_may_see_who_was_faster_and_nobody_else(group: Group) -> None:
    case = await group.under(step("reviewer", post("counsel"), visible={"allocated": "candidates"}))
    await (await case.desk("heli")).claim(await case.item("heli"))
    assert [item.assignee for item in (await seen_by(case, "xufei")).work_items] == ["people/heli"]
    assert not (await seen_by(case, "wangfang")).work_items


async def test_41_whom_a_choice_would_fall_on_is_not_told_either(group: Group) -> None:
    picked = step("clerk", post("clerk"), choose="round_robin")
    open_to_all = await group.under(step("first", person("lihua")), picked)
    await open_to_all.item("lihua")
    assert "people/luoyi" in MessageToJson(await seen_by(open_to_all, "wangfang"))
    kept = {"unallocated": "candidates", "allocated": "assignee"}
    case = await group.under(step("first", person("lihua")), picked | {"visible": kept})
    await case.item("lihua")
    for login in ("luoyi", "songjia", "fengbo"):
        assert login not in MessageToJson(await seen_by(case, "wangfang"))
