from __future__ import annotations

from tests.builders.group.group import Group
from tests.builders.group.policies import post, step
from tests.patterns.scenario import Support, scenario
from zhupi.approval.v1.work_item_pb2 import WorkItem

YES = Support.YES


@scenario(29, YES, "`ReleaseWorkItem` puts a claimed item back into its pool.")
async def test_29_what_is_released_is_offered_to_all_of_the_pool_again(group: Group) -> None:
    case = await group.under(step("sign", post("counsel")))
    heli = await group.desk("heli")
    await heli.release(await heli.claim(await case.item("heli")))
    item = await case.item("xufei")
    assert item.state == WorkItem.STATE_OFFERED
    assert await case.inbox("heli")
    await case.approve("xufei")
    await case.passes()
