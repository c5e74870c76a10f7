"""People who are named while the case runs."""

from __future__ import annotations

from tests.builders.group.group import Group
from tests.builders.group.policies import person, step
from zhupi.approval.v1.work_item_pb2 import Choice


async def test_flowable_4135_other_people_are_chosen_after_a_return(group: Group) -> None:
    """[flowable-engine #4135](https://github.com/flowable/flowable-engine/issues/4135): A step C asks several people, one
    after another, whom the approver of an earlier step A names. C returned to A; A named other people, but the model given
    did not ask them. Here the choice is taken with the decision and read when C opens: a new decision of A is a new choice.
    """
    case = await group.under(
        step("a", person("sunli")), step("c", {"chosen_by": "a", "most": 3}, mode="sequential")
    )
    await case.approve("sunli", choices=[Choice(step="c", people=["people/heli", "people/tangning"])])
    await case.approve("heli")
    await case.give_back("tangning", step="a")
    await case.item("sunli", "a", 2)
    await case.approve("sunli", choices=[Choice(step="c", people=["people/xufei", "people/zhoumin"])])
    await case.item("xufei", "c", 2)
    assert not await case.inbox("heli")
    assert not await case.inbox("tangning")
    await case.approve("xufei")
    await case.approve("zhoumin")
    await case.passes()
