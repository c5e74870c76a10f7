from __future__ import annotations

from typing import Any

from google.type.money_pb2 import Money as MoneyMessage

from chassis.rpc.values import money_to_message
from kernel.money import Money
from tests.builders.group import claims
from tests.builders.group.group import Group
from tests.builders.group.policies import person, post, step
from tests.builders.refusals import refused
from tests.patterns.scenario import Support, scenario
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest, WorkItem

YES = Support.YES


def yuan(amount: int) -> MoneyMessage:
    return money_to_message(Money.of(amount))


@scenario(
    21,
    YES,
    "`ClaimWorkItem` takes an offered item into one's own list; it is decided whenever that person likes.",
)
async def test_21_who_claims_has_it_and_others_have_not(group: Group) -> None:
    case = await group.under(step("sign", post("counsel")))
    item = await case.item("heli")
    claimed = await (await group.desk("heli")).claim(item)
    assert claimed.state == WorkItem.STATE_ALLOCATED
    with refused("WORK_ITEM_TAKEN"):
        await (await group.desk("xufei")).claim(item)
    await case.approve("heli")
    await case.passes()


@scenario(22, YES, "`StartWorkItem`: whoever has an item in their list begins it when they like.")
async def test_22_somebody_begins_what_lies_in_their_list(group: Group) -> None:
    case = await group.under(step("sign", person("heli")))
    assert (await case.item("heli")).state == WorkItem.STATE_ALLOCATED
    assert (await case.act("heli", "StartWorkItem")).state == WorkItem.STATE_STARTED
    await case.approve("heli")
    await case.passes()


@scenario(23, YES, "Deciding an offered item claims and starts it in the same transaction.")
async def test_23_an_offered_item_is_decided_without_claiming_it_first(group: Group) -> None:
    case = await group.under(step("sign", post("counsel")))
    done = await case.approve("tangning")
    assert (done.state, done.assignee) == (WorkItem.STATE_DONE, "people/tangning")
    assert not await case.inbox("heli")
    await case.passes()


@scenario(
    24,
    YES,
    "Who is asked, and thus what a list holds, is said by the policy; `order:` of a policy says in which order its work is found, until somebody asks for another.",
)
async def test_24_the_policy_says_in_which_order_work_is_found(group: Group) -> None:
    await group.publish(claims.policy_of(step("sign", person("tangning")), order="largest_first"))
    amounts = (300, 100, 200)
    cases = {amount: await group.once_more(by="machao", amount=amount) for amount in amounts}
    for case in cases.values():
        await case.item("tangning")

    async def listed() -> list[int]:
        desk = await group.desk("tangning")
        found = await desk.inbox(process=claims.PROCESS, requester="people/machao")
        return [amount for item in found for amount, case in cases.items() if case.document == item.document]

    assert await listed() == [300, 200, 100]
    await group.publish(claims.policy_of(step("sign", person("tangning")), order="oldest_first"))
    assert await listed() == [300, 100, 200]


@scenario(
    25,
    YES,
    "`ListWorkItems` narrows by process, requester, organisation, amount, age, what is overdue, and words in Chinese or pinyin, in the order asked for.",
)
async def test_25_people_narrow_and_sort_their_own_lists(group: Group) -> None:
    await group.publish(claims.policy_of(step("sign", person("xufei"))))
    amounts = (300, 100, 200)
    cases = {amount: await group.once_more(by="machao", amount=amount) for amount in amounts}
    for case in cases.values():
        await case.item("xufei")

    async def listed(**asked: Any) -> list[int]:
        found = await (await group.desk("xufei")).inbox(requester="people/machao", **asked)
        return [amount for item in found for amount, case in cases.items() if case.document == item.document]

    assert await listed(order=ListWorkItemsRequest.ORDER_LARGEST_FIRST) == [300, 200, 100]
    assert await listed(order=ListWorkItemsRequest.ORDER_OLDEST_FIRST) == [300, 100, 200]
    assert await listed(amount_from=yuan(150), amount_to=yuan(250)) == [200]
    assert await listed(query="bangong", order=ListWorkItemsRequest.ORDER_OLDEST_FIRST) == [300, 100, 200]
    assert await listed(query="差旅") == []


@scenario(
    26,
    YES,
    "Items of a list are independent: whichever one likes is decided next, the newest before the oldest too.",
)
async def test_26_people_decide_the_newer_before_the_older(group: Group) -> None:
    older = await group.under(step("sign", person("heli")))
    newer = await group.once_more()
    await older.item("heli")
    await newer.approve("heli")
    await newer.passes()
    await older.approve("heli")
    await older.passes()
