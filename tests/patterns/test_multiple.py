from __future__ import annotations

from tests.builders.group.group import Group
from tests.builders.group.policies import person, step
from tests.patterns.scenario import Support, scenario
from zhupi.approval.v1.work_item_pb2 import AddSignerRequest, WorkItem


@scenario(42, Support.YES, "Nothing limits how many items somebody has started; each is decided by itself.")
async def test_42_somebody_has_several_items_under_way(group: Group) -> None:
    first = await group.under(step("sign", person("heli")))
    second = await group.once_more()
    third = await group.once_more()
    for case in (first, second, third):
        assert (await case.act("heli", "StartWorkItem")).state == WorkItem.STATE_STARTED
    for case in (second, third, first):
        await case.approve("heli")
    for case in (first, second, third):
        await case.passes()


@scenario(
    43,
    Support.YES,
    "`AddSigner` before, after or beside oneself, also by one who was added; `AskForInformation` from anybody; `CarbonCopy`.",
)
async def test_43_somebody_has_others_join_in(group: Group) -> None:
    case = await group.under(step("sign", person("heli")))
    await case.act("heli", "AddSigner", person="people/tangning", place=AddSignerRequest.PLACE_BEFORE)
    await case.act("tangning", "AddSigner", person="people/xufei", place=AddSignerRequest.PLACE_BESIDE)
    assert not await case.inbox("heli")
    await case.approve("tangning")
    await case.approve("xufei")
    await case.approve("heli")
    await case.passes()
