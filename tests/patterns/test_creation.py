from __future__ import annotations

from tests.builders.group import claims
from tests.builders.group.asked import OVER
from tests.builders.group.group import Group
from tests.builders.group.people import COUNSEL
from tests.builders.group.policies import person, post, said, step
from tests.builders.refusals import refused
from tests.patterns.scenario import Support, scenario
from zhupi.approval.v1.case_pb2 import CASE_OUTCOME_REJECTED
from zhupi.approval.v1.work_item_pb2 import AddSignerRequest, Choice, WorkItem

YES = Support.YES


@scenario(1, YES, "A step names a person: `approvers: [{person: heli}]`.")
async def test_01_a_step_for_one_person_comes_to_nobody_else(group: Group) -> None:
    case = await group.under(step("sign", person("heli")))
    assert (await case.item("heli")).assignee == "people/heli"
    assert not await case.inbox("tangning")
    await case.approve("heli")
    await case.passes()


@scenario(2, YES, "A step names a post: whoever holds it today is asked; a new holder needs no new policy.")
async def test_02_a_step_for_a_post_comes_to_all_who_hold_it(group: Group) -> None:
    case = await group.under(step("sign", post("counsel")))
    item = await case.item("xufei")
    assert set(item.candidates) == {f"people/{login}" for login in COUNSEL}
    assert not await case.inbox("sunli")
    with refused("NOT_YOUR_WORK_ITEM"):
        await (await group.desk("sunli")).approve(item)
    await case.approve("tangning")
    await case.passes()


@scenario(
    3,
    YES,
    "`chosen_by: first`: who decides the earlier step names people with the decision, freely or `among:` some; `field:` a person in the form; `deciders_of:` a step. The route says what is open yet.",
)
async def test_03_who_is_asked_is_said_by_who_decides_before(group: Group) -> None:
    case = await group.under(
        step("first", person("sunli")), step("second", {"chosen_by": "first", "among": [post("counsel")]})
    )
    item = await case.item("sunli")
    [_, second] = (await case.case()).routes[0].steps
    assert second.deferred
    with refused("CHOICE_NEEDED"):
        await (await case.desk("sunli")).approve(item)
    await case.approve("sunli", choices=[Choice(step="second", people=["people/tangning"])])
    assert (await case.item("tangning", "second")).assignee == "people/tangning"
    assert not await case.inbox("heli")
    await case.approve("tangning")
    await case.passes()


@scenario(
    4,
    YES,
    "`withhold:` a step says which acts its people may not do: release, transfer, delegate, add signers, ask, suspend, return; `skippable`, `redo`, `undo`, `returns` which more they may. What overrides people takes an administrator (Cedar).",
)
async def test_04_what_people_may_do_beside_deciding_is_said_beforehand(group: Group) -> None:
    case = await group.under(
        step("first", person("sunli")),
        step("sign", person("heli"), withhold=["transfer", "add_signer", "return"]),
    )
    await case.act("sunli", "TransferWorkItem", person="people/zhoumin")
    await case.approve("zhoumin")
    item = await case.item("heli")
    with refused("ACT_WITHHELD"):
        await case.act("heli", "TransferWorkItem", person="people/xufei")
    with refused("ACT_WITHHELD"):
        await case.act("heli", "AddSigner", person="people/xufei", place=AddSignerRequest.PLACE_AFTER)
    with refused("ACT_WITHHELD"):
        await case.give_back("heli")
    assert (await case.item("heli")).etag == item.etag
    await case.act("heli", "DelegateWorkItem", person="people/xufei")
    await case.act("xufei", "HandBackWorkItem")
    await case.approve("heli")
    await case.passes()


@scenario(
    5,
    YES,
    "`separation:` in the policy, over steps of the case, of other stages and of related documents; held when people are chosen and again when they act. The requester never decides.",
)
async def test_05_who_has_decided_one_step_is_left_out_of_the_other(group: Group) -> None:
    rule = {
        "four-eyes": {
            "title": said("four eyes"),
            "steps": [f"{claims.STAGE}/first", f"{claims.STAGE}/second"],
        }
    }
    case = await group.under(step("first", post("counsel")), step("second", post("counsel")), separation=rule)
    await case.approve("heli")
    item = await case.item("tangning", "second")
    assert set(item.candidates) == {"people/tangning", "people/xufei"}
    with refused("NOT_YOUR_WORK_ITEM"):
        await (await group.desk("heli")).approve(item)
    await case.approve("xufei")
    await case.passes()


@scenario(
    6, YES, "`one_hand: true` a stage: whoever takes its first item has all that follow and that they may do."
)
async def test_06_one_person_has_all_of_the_case(group: Group) -> None:
    pools = [step(key, post("counsel")) for key in ("first", "second", "third")]
    case = await group.under(*pools, one_hand=True)
    await case.approve("tangning")
    for key in ("second", "third"):
        item = await case.item("tangning", key)
        assert item.assignee == "people/tangning"
        assert not await case.inbox("heli")
        await case.approve("tangning")
    await case.passes()


@scenario(7, YES, "`choose: {familiar: first}`: who decided that step, where they are among those who may.")
async def test_07_who_knows_the_case_has_its_later_step(group: Group) -> None:
    case = await group.under(
        step("first", post("counsel")),
        step("between", person("sunli")),
        step("last", post("counsel"), choose={"familiar": "first"}),
    )
    await case.approve("xufei")
    await case.approve("sunli")
    item = await case.item("xufei", "last")
    assert item.candidates == ["people/xufei"]
    await case.approve("xufei")
    await case.passes()


@scenario(8, YES, "`capability:` of the directory, at all, `at_least` to a degree or of one value.")
async def test_08_people_are_found_by_what_they_can_do(group: Group) -> None:
    case = await group.under(step("sign", {"capability": "contract-law", "at_least": 2}))
    item = await case.item("xufei")
    assert item.candidates == ["people/xufei"]
    await case.approve("xufei")
    await case.passes()
    either = await group.under(step("sign", {"capability": "contract-law"}))
    assert set((await either.item("heli")).candidates) == {"people/heli", "people/xufei"}


@scenario(
    9,
    YES,
    "`choose: most_experienced`: who has decided this step most often; `deciders_of:` an earlier step.",
)
async def test_09_people_are_found_by_what_they_have_done(group: Group) -> None:
    for login in ("luoyi", "fengbo", "fengbo"):
        earlier = await group.under(step("appraise", post("clerk")))
        await earlier.approve(login)
        await earlier.passes()
    case = await group.under(step("appraise", post("clerk"), choose="most_experienced"))
    assert (await case.item("fengbo")).candidates == ["people/fengbo"]


@scenario(
    10,
    YES,
    "Line managers any number of levels up, posts in the requester's organisation, above it, or nearest to it.",
)
async def test_10_the_requesters_place_says_who_is_asked(group: Group) -> None:
    nearest = post("regional-director", **{"in": "nearest"})
    case = await group.under(step("manager", {"manager": 1}), step("director", nearest))
    await case.approve("lihua")
    item = await case.item("zhaoqiang")
    assert "大区经理" in item.why.zh or "regional-director" in item.why.en
    await case.approve("zhaoqiang")
    await case.passes()
    # Somebody else's place says something else: Li Hua herself reports to Zhao Qiang.
    hers = await group.once_more(by="lihua")
    assert (await hers.item("zhaoqiang")).state == WorkItem.STATE_ALLOCATED


@scenario(
    11,
    YES,
    "`automatic: approve | reject | notify` a step, where its condition holds: decided by the system when it is reached, under the policy's rule, and written down as that.",
)
async def test_11_a_step_is_decided_without_anybody(group: Group) -> None:
    case = await group.under(
        step("first", person("heli")),
        step("small", automatic="approve", when="amount < yuan(1000)"),
        step("news", person("xufei"), automatic="notify"),
    )
    await case.approve("heli")
    await case.passes()
    rules = await case.told("StepDecidedByRule")
    assert [(row.actor, row.details["automatic"]) for row in rules] == [
        ("system", "approve"),
        ("system", "notify"),
    ]
    assert not [item for item in await case.items("news") if item.state not in OVER]
    denied = await group.under(step("never", automatic="reject", when="amount >= yuan(1000)"), amount=1500)
    assert await denied.ends() == CASE_OUTCOME_REJECTED
