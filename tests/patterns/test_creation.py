from __future__ import annotations

from tests.builders.group.group import Group
from tests.builders.group.people import COUNSEL
from tests.builders.group.policies import person, post, step
from tests.builders.refusals import refused
from tests.patterns.scenario import Support, scenario
from zhupi.approval.v1.work_item_pb2 import WorkItem

YES = Support.YES


@scenario(1, YES, "A step names a person: `approvers: [{person: heli}]`.")
async def test_01_a_step_for_one_person_comes_to_nobody_else(group: Group) -> None:
    case = await group.under(step("sign", person("heli")))
    assert (await case.item("heli")).assignee == "people/heli"
    assert not await case.inbox("tangning")
    await case.approve("heli")
    await case.passes()


@scenario(2, YES, "A step names a post: whoever holds it today is asked; a new holder needs no new policy.")
async def test_02_a_step_for_a_post_comes_to_all_who_hold_it(group: Group) -> None:
    case = await group.under(step("sign", post("counsel")))
    item = await case.item("xufei")
    assert set(item.candidates) == {f"people/{login}" for login in COUNSEL}
    assert not await case.inbox("sunli")
    with refused("NOT_YOUR_WORK_ITEM"):
        await (await group.desk("sunli")).approve(item)
    await case.approve("tangning")
    await case.passes()


@scenario(
    10,
    YES,
    "Line managers any number of levels up, posts in the requester's organisation, above it, or nearest to it.",
)
async def test_10_the_requesters_place_says_who_is_asked(group: Group) -> None:
    nearest = post("regional-director", **{"in": "nearest"})
    case = await group.under(step("manager", {"manager": 1}), step("director", nearest))
    await case.approve("lihua")
    item = await case.item("zhaoqiang")
    assert "大区经理" in item.why.zh or "regional-director" in item.why.en
    await case.approve("zhaoqiang")
    await case.passes()
    # Somebody else's place says something else: Li Hua herself reports to Zhao Qiang.
    hers = await group.once_more(by="lihua")
    assert (await hers.item("zhaoqiang")).state == WorkItem.STATE_ALLOCATED
