"""Returns out of and into steps of several people: where other engines lost the work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tests.builders.approval_desk import request_id
from tests.builders.group.asked import Asked
from tests.builders.group.group import Group
from tests.builders.group.people import ADMINISTRATOR, COUNSEL
from tests.builders.group.policies import person, post, step
from tests.builders.refusals import reason_of
from zhupi.approval.v1.case_pb2 import JumpCaseRequest
from zhupi.approval.v1.work_item_pb2 import WorkItem


async def states(case: Asked, key: str, visit: int) -> Sequence[WorkItem.State]:
    return sorted(item.state for item in await case.items(key, visit))


async def test_ruoyi_668_a_return_out_of_a_countersign_asks_all_of_the_step_before_again(
    group: Group,
) -> None:
    """[YunaiV/ruoyi-vue-pro #668](https://github.com/YunaiV/ruoyi-vue-pro/issues/668): Two steps, the second one 会签.
    Somebody of the second returned it to the first; no new task was made there, and nobody could find the case any
    more. It happened, a comment says, where the step returned to was itself 会签 or 或签. Here the return cancels what
    is open of the second step, asks everyone of the first again, and then everyone of the second.
    """
    case = await group.under(
        step("first", person("heli"), person("tangning"), mode="all"),
        step("second", person("sunli"), person("zhoumin"), mode="all"),
    )
    await case.approve("heli")
    await case.approve("tangning")
    await case.approve("sunli")
    await case.give_back("zhoumin", step="first")
    for login in ("heli", "tangning"):
        assert (await case.item(login, "first", 2)).state == WorkItem.STATE_ALLOCATED
    assert not await case.inbox("sunli")
    await case.approve("heli")
    await case.approve("tangning")
    # What Sun Li had approved before the return does not count any more: she is asked again like Zhou Min.
    for login in ("sunli", "zhoumin"):
        assert (await case.item(login, "second", 2)).state == WorkItem.STATE_ALLOCATED
        await case.approve(login)
    await case.passes()


async def test_ruoyi_668_a_return_with_others_undecided_leaves_nothing_open_behind(group: Group) -> None:
    """[YunaiV/ruoyi-vue-pro #668](https://github.com/YunaiV/ruoyi-vue-pro/issues/668): The same, returned into a 或签
    while a colleague has not decided yet: what was still open of the step is cancelled, and visible as such.
    """
    case = await group.under(
        step("first", person("heli"), person("tangning"), mode="any"),
        step("second", person("sunli"), person("zhoumin"), mode="all"),
    )
    await case.approve("tangning")
    await case.item("sunli")
    await case.give_back("zhoumin", step="first")
    assert (await case.item("heli", "first", 2)).state == WorkItem.STATE_ALLOCATED
    assert await states(case, "second", 1) == [WorkItem.STATE_DONE, WorkItem.STATE_CANCELLED]
    await case.is_open("first")
    await case.approve("heli")
    await case.approve("sunli")
    await case.approve("zhoumin")
    await case.passes()


async def test_ruoyi_727_a_return_into_a_step_of_several_people_asks_all_of_them(group: Group) -> None:
    """[YunaiV/ruoyi-vue-pro #727](https://github.com/YunaiV/ruoyi-vue-pro/issues/727): Steps A, B, C, of which A asks
    several people. B returned to A; B was shown as returned, but no task of A was made, and the case stood still. Here
    everyone of A has the work again, and it goes on through B to C.
    """
    case = await group.under(
        step("a", *(person(login) for login in COUNSEL), mode="all"),
        step("b", person("sunli")),
        step("c", person("zhoumin")),
    )
    for login in COUNSEL:
        await case.approve(login)
    await case.give_back("sunli", step="a")
    for login in COUNSEL:
        await case.item(login, "a", 2)
    for login in COUNSEL:
        await case.approve(login)
    await case.approve("sunli")
    await case.approve("zhoumin")
    await case.passes()


async def test_ruoyi_867_one_of_two_steps_side_by_side_may_return(group: Group) -> None:
    """[YunaiV/ruoyi-vue-pro #867](https://github.com/YunaiV/ruoyi-vue-pro/issues/867): Where steps ran side by side,
    returning was refused: parallel tasks could not be returned. Here a return out of one branch ends the others with it,
    and they are walked again together.
    """
    case = await group.under(
        step("first", person("heli")),
        step("left", person("sunli"), after=["first"]),
        step("right", person("zhoumin"), after=["first"]),
        step("last", person("tangning"), after=["left", "right"]),
    )
    await case.approve("heli")
    await case.item("zhoumin")
    await case.give_back("sunli", step="first")
    assert (await case.item("heli", "first", 2)).state == WorkItem.STATE_ALLOCATED
    await case.is_open("first")
    await case.approve("heli")
    assert (await case.item("sunli", "left", 2)).visit == 2
    await case.approve("sunli")
    await case.approve("zhoumin")
    await case.approve("tangning")
    await case.passes()


async def test_flowable_2669_a_step_that_is_walked_again_counts_from_nothing(group: Group) -> None:
    """[flowable-engine #2669](https://github.com/flowable/flowable-engine/issues/2669): A step of several people that
    should end with the first approval was left by a jump while undecided; when the process came to it again, its
    completion condition stayed false after the first approval, since it was computed from what the first walk had left
    behind. Here each visit has its own items and counts only those.
    """
    case = await group.under(
        step("a", person("heli")),
        step("b", *(person(login) for login in ("sunli", "zhoumin", "tangning")), mode="any"),
        step("c", person("xufei")),
    )
    await case.approve("heli")
    await case.give_back("sunli", step="a")
    await case.approve("heli")
    await case.item("zhoumin", "b", 2)
    await case.approve("tangning")
    await case.item("xufei", "c")
    assert await states(case, "b", 2) == [WorkItem.STATE_DONE, *[WorkItem.STATE_CANCELLED] * 2]
    await case.approve("xufei")
    await case.passes()


async def test_flowable_2669_a_step_that_was_left_by_a_jump_counts_from_nothing_too(group: Group) -> None:
    """[flowable-engine #2669](https://github.com/flowable/flowable-engine/issues/2669): The same with the jump itself: an
    administrator goes on with C while B is undecided, C returns to A, and B is walked anew.
    """
    case = await group.under(
        step("a", person("heli")),
        step("b", *(person(login) for login in ("sunli", "zhoumin", "tangning")), mode="any"),
        step("c", person("xufei")),
    )
    await case.approve("heli")
    await case.item("sunli", "b")
    jump = JumpCaseRequest(name=case.name, request_id=request_id(), step="c", reason="加急")
    await (await group.desk(ADMINISTRATOR)).cases.JumpCase(jump)
    await case.item("xufei", "c")
    await case.is_open("c")
    await case.give_back("xufei", step="a")
    await case.approve("heli")
    await case.item("sunli", "b", 2)
    await case.approve("tangning")
    await case.item("xufei", "c", 2)
    assert await states(case, "b", 2) == [WorkItem.STATE_DONE, *[WorkItem.STATE_CANCELLED] * 2]
    await case.approve("xufei")
    await case.passes()


async def test_flowable_1487_all_of_a_countersign_may_decide_in_the_same_moment(group: Group) -> None:
    """[flowable-engine #1487](https://github.com/flowable/flowable-engine/issues/1487): Several tasks of one process
    were completed at the same time; the calls failed with an optimistic locking exception and were not tried again. Here
    decisions about one case wait for each other for milliseconds: all are taken, the step ends once.
    """
    everyone = (*COUNSEL, "sunli", "zhoumin", "lihua", "zhaoqiang", "qianlei")
    case = await group.under(
        step("all", *(person(login) for login in everyone), mode="all"), step("last", post("general-manager"))
    )
    items = {login: await case.item(login) for login in everyone}
    desks = {login: await case.desk(login) for login in everyone}
    said = await asyncio.gather(*(reason_of(desks[login].approve(items[login])) for login in everyone))
    assert said == ["ok"] * len(everyone)
    await case.approve("qianlei")
    await case.passes()
    assert len(await case.items("last")) == 1


async def test_flowable_1487_one_item_that_is_decided_many_times_at_once_is_decided_once(
    group: Group,
) -> None:
    """[flowable-engine #1487](https://github.com/flowable/flowable-engine/issues/1487): The other half of the thread, one
    task completed many times at once: exactly one call is taken, every other is told that the item has changed.
    """
    case = await group.under(step("any", post("counsel")))
    item = await case.item("heli")
    desks = [await case.desk(login) for login in COUNSEL]
    said = await asyncio.gather(*(reason_of(desk.approve(item)) for desk in desks * 3))
    assert said.count("ok") == 1
    assert set(said) <= {"ok", "ETAG_MISMATCH", "WORK_ITEM_CLOSED"}
    await case.passes()
