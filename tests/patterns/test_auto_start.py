from __future__ import annotations

from tests.builders.group.group import Group
from tests.builders.group.policies import person, post, step
from tests.patterns.scenario import Support, scenario
from zhupi.approval.v1.work_item_pb2 import (
    THEN_NEXT_IN_THE_CASE,
    THEN_NEXT_OF_THE_SAME_KIND,
    WorkItem,
)

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


@scenario(
    38,
    YES,
    "A decision with `then: NEXT_OF_THE_SAME_KIND` answers the next item of the same step, from the caller's list or pools, started.",
)
async def test_38_the_next_of_the_same_kind_comes_at_once(group: Group) -> None:
    first = await group.under(step("pile", post("counsel")))
    second = await group.once_more()
    await second.item("heli")
    done = await first.approve("heli", then=THEN_NEXT_OF_THE_SAME_KIND)
    assert done.next.document == second.document
    assert done.next.state == WorkItem.STATE_STARTED
    assert not await second.inbox("xufei")
    last = await (await group.desk("heli")).approve(done.next, then=THEN_NEXT_OF_THE_SAME_KIND)
    assert not last.next.name
    await first.passes()
    await second.passes()


@scenario(
    39,
    YES,
    "A decision with `then: NEXT_IN_THE_CASE`: the next item of the case in whose pool or list the caller is begins for them as soon as it is there.",
)
async def test_39_the_next_of_the_same_case_begins_as_soon_as_it_is_there(group: Group) -> None:
    case = await group.under(step("first", post("counsel")), step("second", post("counsel")))
    await case.approve("heli", then=THEN_NEXT_IN_THE_CASE)
    item = await case.item("heli", "second")
    assert (item.state, item.assignee) == (WorkItem.STATE_STARTED, "people/heli")
    assert not await case.inbox("xufei")
    await case.approve("heli")
    await case.passes()
