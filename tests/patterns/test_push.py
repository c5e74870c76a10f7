from __future__ import annotations

from tests.builders.group import claims
from tests.builders.group.group import Group
from tests.builders.group.people import ADMINISTRATOR, COUNSEL
from tests.builders.group.policies import person, post, step
from tests.patterns.scenario import Support, scenario
from zhupi.approval.v1.inbox_pb2 import Notice
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest, WorkItem

YES = Support.YES


@scenario(
    12,
    YES,
    "`offer: true` a step: who is asked alone has the item only once they take it, and may put it back; until then it is on offer, and a deadline may bring it to others.",
)
async def test_12_what_is_offered_to_one_is_theirs_only_if_they_take_it(group: Group) -> None:
    case = await group.under(step("sign", person("heli"), offer=True))
    item = await case.item("heli")
    assert (item.state, item.assignee) == (WorkItem.STATE_OFFERED, "")
    await case.act("heli", "ClaimWorkItem")
    await case.act("heli", "ReleaseWorkItem")
    assert (await case.item("heli")).state == WorkItem.STATE_OFFERED
    await case.approve("heli")
    await case.passes()


@scenario(13, YES, "A pool: every candidate sees the item, the first to claim or decide it has it.")
async def test_13_what_is_offered_to_several_leaves_the_others_once_one_takes_it(group: Group) -> None:
    case = await group.under(step("sign", post("counsel")))
    item = await case.item("heli")
    assert item.state == WorkItem.STATE_OFFERED
    assert not item.assignee
    for login in COUNSEL:
        assert await case.inbox(login)
    await (await group.desk("xufei")).claim(item)
    assert not await case.inbox("heli")
    assert not await case.inbox("tangning")
    assert (await case.item("xufei")).state == WorkItem.STATE_ALLOCATED


@scenario(14, YES, "Where one person could decide, the item is theirs at once.")
async def test_14_what_is_allocated_to_one_is_theirs_without_an_act(group: Group) -> None:
    case = await group.under(step("sign", person("heli")))
    item = await case.item("heli")
    assert item.state == WorkItem.STATE_ALLOCATED
    assert item.assignee == "people/heli"


@scenario(
    15,
    YES,
    "`choose: random`: the lot is drawn from the name of the step, so that it can be drawn again and proved.",
)
async def test_15_chance_says_who_gets_it(group: Group) -> None:
    await group.publish(claims.policy_of(step("sign", post("counsel"), choose="random")))
    drawn: set[str] = set()
    for _ in range(12):
        case = await group.once_more()
        item = await case.first_item()
        [login] = item.candidates
        drawn.add(login)
        if len(drawn) > 1:
            return
    raise AssertionError(f"twelve times {drawn}")


@scenario(16, YES, "`choose: round_robin`: whose turn is longest ago; the turn is taken when the step opens.")
async def test_16_people_take_turns(group: Group) -> None:
    await group.publish(claims.policy_of(step("turns", post("clerk"), choose="round_robin")))
    had = [list((await (await group.once_more()).first_item()).candidates) for _ in range(4)]
    assert len({login for [login] in had[:3]}) == 3
    assert had[3] == had[0]


@scenario(17, YES, "`choose: least_loaded`: of those who could, the one with the fewest open items.")
async def test_17_who_has_the_least_to_do_gets_it(group: Group) -> None:
    for login in ("luoyi", "fengbo"):
        busy = await group.under(step("sign", person(login)))
        await busy.item(login)
    least = await group.under(step("sign", post("clerk"), choose="least_loaded"))
    item = await least.item("songjia")
    assert item.candidates == ["people/songjia"]
    assert "least" in item.why.en
    assert not await least.inbox("luoyi")


@scenario(
    18,
    YES,
    "`announce: early` a step: as soon as the route is planned its people read of it (待阅), and may see the case and what stands before them.",
)
async def test_18_people_hear_of_their_work_before_it_may_begin(group: Group) -> None:
    case = await group.under(
        step("first", person("heli")),
        step("second", person("tangning"), announce="early"),
        step("third", person("xufei")),
    )
    await case.item("heli")
    desk = await case.desk("tangning")
    asked = ListWorkItemsRequest(box=ListWorkItemsRequest.BOX_TO_READ, document=case.document)
    [notice] = (await desk.items.ListWorkItems(asked)).notices
    assert notice.kind == Notice.KIND_ANNOUNCED
    assert [item.step for item in (await desk.get_case(case.name)).work_items] == ["first"]
    assert not await case.inbox("tangning")
    assert not (await (await case.desk("xufei")).items.ListWorkItems(asked)).notices
    await case.approve("heli")
    await case.approve("tangning")
    await case.approve("xufei")
    await case.passes()


@scenario(
    19,
    YES,
    "A step's items are made when those before it have approved, and lie in the inboxes from then on.",
)
async def test_19_a_step_comes_to_people_when_it_may_begin(group: Group) -> None:
    case = await group.under(step("first", person("heli")), step("second", person("tangning")))
    await case.item("heli")
    assert not await case.inbox("tangning")
    await case.approve("heli")
    assert (await case.item("tangning")).step == "second"


@scenario(
    20,
    YES,
    "`on_empty: administrator`: work that could begin lies with administrators until they give it to somebody. In a step of `mode: sequential` each item comes to its person only when those before have decided.",
)
async def test_20_in_a_sequential_step_work_comes_to_people_later_than_it_could(group: Group) -> None:
    case = await group.under(step("sign", person("heli"), person("tangning"), mode="sequential"))
    await case.item("heli")
    [waiting] = [item for item in await case.open_items() if "people/tangning" in item.candidates]
    assert waiting.state == WorkItem.STATE_WAITING
    assert not await case.inbox("tangning")
    await case.approve("heli")
    assert (await case.item("tangning")).name == waiting.name


async def test_20_work_without_anybody_waits_for_who_gives_it_out(group: Group) -> None:
    nobody = post("regional-director", **{"in": {"organisation": "east"}})
    case = await group.under(step("sign", nobody, on_empty="administrator"))
    assert (await case.item(ADMINISTRATOR)).assignee == f"people/{ADMINISTRATOR}"
    assert not await case.inbox("xufei")
    await case.act(ADMINISTRATOR, "TransferWorkItem", person="people/xufei")
    await case.approve("xufei")
    await case.passes()
