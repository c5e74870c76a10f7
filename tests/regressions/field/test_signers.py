"""Signers who are added to a step or taken out of it while it runs."""

from __future__ import annotations

from tests.builders.group.group import Group
from tests.builders.group.policies import person, step
from zhupi.approval.v1.case_pb2 import CASE_OUTCOME_REJECTED
from zhupi.approval.v1.work_item_pb2 import AddSignerRequest, WorkItem

BEFORE, AFTER, BESIDE = (
    AddSignerRequest.PLACE_BEFORE,
    AddSignerRequest.PLACE_AFTER,
    AddSignerRequest.PLACE_BESIDE,
)


async def test_ruoyi_pr_566_an_added_signer_may_reject(group: Group) -> None:
    """[YunaiV/ruoyi-vue-pro PR 566](https://github.com/YunaiV/ruoyi-vue-pro/pull/566): Once somebody had added a signer
    to their task (加签), the task could not be rejected any more; the change that mended it was not taken as it was. Here
    the word of every signer of a seat counts like that of its approver: one rejection ends the case, whoever else is
    still asked.
    """
    case = await group.under(
        step("sign", person("heli"), person("sunli"), mode="all"), step("last", person("zhoumin"))
    )
    await case.act("heli", "AddSigner", person="people/tangning", place=BEFORE)
    await case.reject("tangning")
    assert await case.ends() == CASE_OUTCOME_REJECTED
    assert not await case.open_items()


async def test_ruoyi_pr_566_who_has_added_a_signer_may_reject_without_waiting_for_them(group: Group) -> None:
    """[YunaiV/ruoyi-vue-pro PR 566](https://github.com/YunaiV/ruoyi-vue-pro/pull/566): The other way round: whoever added
    a signer beside themselves rejects at once, and the added item is no longer needed.
    """
    case = await group.under(step("sign", person("heli")))
    await case.act("heli", "AddSigner", person="people/tangning", place=BESIDE)
    await case.item("tangning")
    await case.reject("heli")
    assert await case.ends() == CASE_OUTCOME_REJECTED
    assert {item.state for item in await case.items("sign")} == {
        WorkItem.STATE_DONE,
        WorkItem.STATE_CANCELLED,
    }


async def test_flowable_2036_a_signer_added_to_one_who_decides_alone_in_turn_is_asked_next(
    group: Group,
) -> None:
    """[flowable-engine #2036](https://github.com/flowable/flowable-engine/issues/2036): In a step whose people decide one
    after another, and which had one, a second was added; completing the first task then threw an exception instead of
    asking the second. Here whoever is added after somebody is asked when they have approved, and the step ends after both.
    """
    case = await group.under(step("sign", person("heli"), mode="sequential"), step("last", person("sunli")))
    await case.act("heli", "AddSigner", person="people/tangning", place=AFTER)
    assert not await case.inbox("tangning")
    await case.approve("heli")
    assert not await case.inbox("sunli")
    await case.approve("tangning")
    await case.approve("sunli")
    await case.passes()


async def test_flowable_3642_people_are_put_into_a_sequence_and_taken_out_of_it(group: Group) -> None:
    """[flowable-engine #3642](https://github.com/flowable/flowable-engine/issues/3642): How does one insert somebody into
    a step whose people decide one after another, or remove them? What works for people who decide side by side did
    nothing there; the question was closed. Here adding and removing are the same act in every mode.
    """
    case = await group.under(step("sign", person("heli"), person("tangning"), mode="sequential"))
    await case.act("heli", "AddSigner", person="people/xufei", place=AFTER)
    await case.act("heli", "AddSigner", person="people/sunli", place=AFTER)
    added = {item.assignee or item.candidates[0]: item for item in await case.items("sign")}
    await case.act("heli", "RemoveSigner", added["people/sunli"], reason="不需要了")
    await case.approve("heli")
    assert not await case.inbox("tangning")
    await case.approve("xufei")
    await case.approve("tangning")
    await case.passes()
    assert not [item for item in await case.items("sign") if item.decider == "people/sunli"]


async def test_flowable_3133_after_adding_and_removing_the_rest_completes_the_step(group: Group) -> None:
    """[flowable-engine #3133](https://github.com/flowable/flowable-engine/issues/3133): People were added to a step, one
    of them was removed, and completing a task then failed: the counters by which the step knows its end had not been
    adjusted. Here nothing is counted that could be out of date: a step asks its items whenever one of them changes.
    """
    case = await group.under(
        step("sign", person("heli"), person("sunli"), mode="all"), step("last", person("zhoumin"))
    )
    for login in ("tangning", "xufei", "wuhao"):
        await case.act("heli", "AddSigner", person=f"people/{login}", place=BESIDE)
    await case.act("heli", "RemoveSigner", await case.item_for("xufei"), reason="不需要了")
    for login in ("heli", "tangning", "sunli"):
        await case.approve(login)
    assert not await case.inbox("zhoumin")
    await case.approve("wuhao")
    await case.approve("zhoumin")
    await case.passes()
