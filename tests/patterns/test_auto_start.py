from __future__ import annotations

from tests.builders.group.group import Group
from tests.builders.group.policies import person, post, step
from tests.patterns.scenario import Support, scenario
from zhupi.approval.v1.work_item_pb2 import WorkItem

YES = Support.YES


@scenario(36, YES, "`begins: on_creation`: the item is there as started, by whoever it is for.")
async def test_36_work_has_begun_when_it_is_there(group: Group) -> None:
    case = await group.under(step("sign", person("heli"), begins="on_creation"))
    assert (await case.item("heli")).state == WorkItem.STATE_STARTED


@scenario(37, YES, "`begins: on_allocation`: whoever takes it has begun it.")
async def test_37_work_begins_when_it_becomes_somebodys(group: Group) -> None:
    case = await group.under(step("sign", post("counsel"), begins="on_allocation"))
    item = await case.item("heli")
    assert item.state == WorkItem.STATE_OFFERED
    assert (await case.act("heli", "ClaimWorkItem")).state == WorkItem.STATE_STARTED
