"""Work that is offered to a group."""

from __future__ import annotations

from tests.builders.group.group import Group
from tests.builders.group.people import ADMINISTRATOR, COUNSEL
from tests.builders.group.policies import post, step
from tests.builders.refusals import refused
from zhupi.approval.v1.work_item_pb2 import WorkItem


async def test_camunda_58633_who_is_in_the_group_sees_and_claims_and_nobody_is_overruled(
    group: Group,
) -> None:
    """[camunda #58633](https://github.com/camunda/camunda/issues/58633): *This thread could not be found; what is played is
    what its neighbours tell.* In #51814 members of a candidate group were refused when they took a task, because the list
    asked to assign it, an act that may overrule somebody, instead of to claim it; in #55576 tasks could not be seen by a
    group whose title differed from its key. Here whoever holds the post sees the item and may claim it, by that alone;
    claiming never takes it from a colleague, and whoever is not in the pool, administrators included, cannot claim.
    """
    case = await group.under(step("sign", post("counsel")))
    item = await case.item("heli")
    for login in COUNSEL:
        assert await case.inbox(login)
    with refused("NOT_A_CANDIDATE"):
        await (await group.desk(ADMINISTRATOR)).claim(item)
    claimed = await (await group.desk("heli")).claim(item)
    assert claimed.state == WorkItem.STATE_ALLOCATED
    with refused("WORK_ITEM_TAKEN"):
        await (await group.desk("tangning")).claim(claimed)
    assert (await case.item("heli")).assignee == "people/heli"
    await case.approve("heli")
    await case.passes()
