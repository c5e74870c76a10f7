"""Who decides, with what is known when a step opens: choices, turns, hands, separation of duties; over gRPC, on PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest

from services.approval.domain.cases.case import Case
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from tests.builders.refusals import refused
from zhupi.approval.v1 import case_pb2, policy_pb2, route_pb2, work_item_pb2
from zhupi.approval.v1.fact_pb2 import Fact, PersonList, TextList

POLICY = """
process: purchase
title: {zh: 采购, en: Purchase}
facts:
  requests: {type: texts, title: {zh: 申请单, en: requests}, default: []}
  reviewers: {type: people, title: {zh: 评审人, en: reviewers}, default: []}
administrators: [{post: process-administrator}]
separation:
  two-hands:
    title: {zh: 验收与付款分离, en: receiving and paying}
    steps: [hands/receive, hands/pay]
  asked-before:
    title: {zh: 申请人不付款, en: who asked does not pay}
    related: requests
    parties: [requester, deciders]
    steps: [related/pay]
  decided-before:
    title: {zh: 审批人不再申请, en: who decided does not ask}
    related: requests
    parties: [deciders]
    requester: true
stages:
  choice:
    title: {zh: 选择, en: Choice}
    steps:
      - {key: manager, title: {zh: 上级, en: Manager}, approvers: [{manager: 1}]}
      - key: expert
        title: {zh: 专家, en: Expert}
        mode: all
        approvers: [{chosen_by: manager, most: 2, among: [{post: finance-reviewer}]}]
      - {key: again, title: {zh: 复核, en: Again}, mode: any, approvers: [{deciders_of: expert}]}
  second-thoughts:
    title: {zh: 再想想, en: Second thoughts}
    steps:
      - {key: manager, title: {zh: 上级, en: Manager}, approvers: [{manager: 1}], undo: 10m}
      - {key: expert, title: {zh: 专家, en: Expert}, approvers: [{chosen_by: manager, among: [{post: finance-reviewer}]}]}
  turns:
    title: {zh: 轮流, en: Turns}
    steps:
      - {key: review, title: {zh: 审核, en: Review}, approvers: [{post: finance-reviewer}], choose: round_robin}
  hands:
    title: {zh: 两手, en: Two hands}
    steps:
      - {key: receive, title: {zh: 验收, en: Receive}, approvers: [{post: finance-reviewer}]}
      - {key: pay, title: {zh: 付款, en: Pay}, approvers: [{post: finance-reviewer}], after: []}
  related:
    title: {zh: 关联, en: Related}
    steps:
      - {key: pay, title: {zh: 付款, en: Pay}, approvers: [{post: finance-reviewer}]}
  one-hand:
    title: {zh: 一手, en: One hand}
    one_hand: true
    steps:
      - {key: first, title: {zh: 一, en: One}, approvers: [{post: finance-reviewer}]}
      - {key: second, title: {zh: 二, en: Two}, approvers: [{post: finance-reviewer}]}
  practice:
    title: {zh: 熟手, en: Practice}
    steps:
      - {key: review, title: {zh: 审核, en: Review}, approvers: [{post: finance-reviewer}], choose: most_experienced}
  named:
    title: {zh: 指定, en: Named}
    steps:
      - key: review
        title: {zh: 评审, en: Review}
        on_empty: administrator
        mode: all
        approvers: [{chosen_by: requester, fact: reviewers, most: 2, among: [{post: finance-reviewer}]}]
"""
REVIEWERS = ("sunli", "zhoumin")


@pytest.fixture
async def bought(house: House) -> House:
    """The house with the policy published."""
    admin = await house.desk("zhengnan", "administrator")
    await admin.policies.PublishPolicy(policy_pb2.PublishPolicyRequest(request_id=request_id(), yaml=POLICY))
    return house


async def a_case(house: House, stage: str, key: str, **changes: object) -> Case:
    asked = {"process": "purchase", "policy": "policies/purchase/versions/1", **changes}
    return await house.open(stage, key, **asked)


async def only_item(desk: Desk, case: Case) -> work_item_pb2.WorkItem:
    [item] = [item for item in await desk.inbox() if item.case == case.name.resource]
    return item


async def those_asked(house: House, case: Case) -> list[str]:
    """Who has an item of the case before them."""
    found = []
    for person in (*REVIEWERS, "zhengnan", "lihua", "wangfang"):
        desk = await house.desk(person)
        if any(item.case == case.name.resource for item in await desk.inbox()):
            found.append(person)
    return found


def choosing(step: str, *people: str) -> work_item_pb2.Choice:
    return work_item_pb2.Choice(step=step, people=[f"people/{person}" for person in people])


async def test_whom_a_decision_named_that_was_taken_back_nobody_has_named(bought: House) -> None:
    case = await a_case(bought, "second-thoughts", "manager")
    lihua = await bought.desk("lihua")
    approved = await lihua.approve(await only_item(lihua, case), choices=[choosing("expert", "zhoumin")])
    undone = work_item_pb2.UndoDecisionRequest(
        name=approved.name, etag=approved.etag, request_id=request_id()
    )
    await lihua.items.UndoDecision(undone)
    item = await only_item(lihua, case)
    with refused("CHOICE_NEEDED", step="expert"):
        await lihua.approve(item)
    await lihua.approve(item, choices=[choosing("expert", "sunli")])
    await bought.open_step(case, "second-thoughts", "expert")
    assert await those_asked(bought, case) == ["sunli"]


async def test_an_approver_names_those_of_a_later_step_with_the_decision(bought: House) -> None:
    case = await a_case(bought, "choice", "manager")
    lihua = await bought.desk("lihua")
    item = await only_item(lihua, case)
    before = await bought.dump()
    with refused("CHOICE_NEEDED", step="expert"):
        await lihua.approve(item)
    with refused("CHOICE_NOT_ASKED", step="again"):
        await lihua.approve(item, choices=[choosing("again", "sunli")])
    with refused("PERSON_NOT_OFFERED", person="wuhao"):
        await lihua.approve(item, choices=[choosing("expert", "wuhao")])
    with refused("TOO_MANY_CHOSEN"):
        await lihua.approve(item, choices=[choosing("expert", "sunli", "zhoumin", "wuhao")])
    with refused("CHOSEN_TWICE"):
        await lihua.approve(item, choices=[choosing("expert", "sunli"), choosing("expert", "zhoumin")])
    assert await bought.dump() == before
    await lihua.approve(item, choices=[choosing("expert", "zhoumin")])
    await bought.open_step(case, "choice", "expert")
    assert await those_asked(bought, case) == ["zhoumin"]
    zhoumin = await bought.desk("zhoumin")
    expert = await only_item(zhoumin, case)
    assert expert.why.zh == "“上级”的审批人选择的周敏"
    await zhoumin.approve(expert)
    await bought.open_step(case, "choice", "again")
    assert (await only_item(zhoumin, case)).step == "again"


async def test_a_route_says_what_is_open_yet(bought: House) -> None:
    case = await a_case(bought, "choice", "manager")
    route = await (await bought.service()).plan(case, "choice")
    assert [len(step.approvers) for step in route.steps] == [1, 0, 0]
    [choice] = route.steps[1].deferred
    assert (choice.until, choice.by) == (route_pb2.Deferred.UNTIL_CHOICE, "choice/manager")
    assert choice.text.en == "chosen by who decides “Manager”"
    admin = await bought.desk("zhengnan", "administrator")
    preview = await admin.policies.PreviewRoute(
        policy_pb2.PreviewRouteRequest(process="purchase", requester="people/wangfang")
    )
    [turn] = next(one for one in preview.routes if one.stage == "turns").steps[0].deferred
    assert (turn.until, list(turn.expected)) == (route_pb2.Deferred.UNTIL_PICK, ["people/sunli"])


async def test_whoever_decided_before_may_be_gone_when_they_are_asked_again(bought: House) -> None:
    case = await a_case(bought, "choice", "again")
    assert await those_asked(bought, case) == ["zhengnan"]


async def test_turns_go_round_also_when_many_open_at_once(bought: House) -> None:
    cases = [
        await bought.start_case(process="purchase", policy="policies/purchase/versions/1") for _ in range(6)
    ]
    await asyncio.gather(*(bought.open_step(case, "turns", "review") for case in cases))
    asked = [await those_asked(bought, case) for case in cases]
    assert sorted(asked) == [["sunli"]] * 3 + [["zhoumin"]] * 3
    rows = await bought.rows("SELECT person, n FROM turns WHERE place = 'turns/review' ORDER BY n")
    assert [row.n for row in rows] == [5, 6, 6]


async def test_nobody_decides_two_steps_that_are_kept_apart(bought: House) -> None:
    case = await a_case(bought, "hands", "receive")
    await bought.open_step(case, "hands", "pay")
    sunli, zhoumin = await bought.desk("sunli"), await bought.desk("zhoumin")
    mine = {item.step: item for item in await sunli.inbox() if item.case == case.name.resource}
    await sunli.approve(mine["receive"])
    before = await bought.dump()
    with refused("SEPARATION_OF_DUTIES", rule="two-hands", person="sunli"):
        await sunli.approve(mine["pay"])
    with refused("SEPARATION_OF_DUTIES", rule="two-hands", person="sunli"):
        await sunli.claim(mine["pay"])
    theirs = await only_item(zhoumin, case)
    with refused("SEPARATION_OF_DUTIES", rule="two-hands", person="sunli"):
        await zhoumin.transfer(theirs, "sunli")
    assert await bought.dump() == before
    assert (await zhoumin.approve(theirs)).state == work_item_pb2.WorkItem.STATE_DONE


async def test_who_decided_before_is_not_even_asked_where_it_is_known_when_the_step_opens(
    bought: House,
) -> None:
    case = await a_case(bought, "hands", "receive")
    sunli = await bought.desk("sunli")
    await sunli.approve(await only_item(sunli, case))
    await bought.open_step(case, "hands", "pay")
    assert await those_asked(bought, case) == ["zhoumin"]


async def test_who_took_part_in_a_related_case_is_kept_apart_from_this_one(bought: House) -> None:
    earlier = await a_case(bought, "hands", "receive")
    sunli = await bought.desk("sunli")
    await sunli.approve(await only_item(sunli, earlier))
    facts = {"requests": Fact(texts=TextList(values=[earlier.document]))}
    case = await a_case(bought, "related", "pay", facts=facts)
    assert await those_asked(bought, case) == ["zhoumin"]


async def test_who_decided_a_related_case_may_not_even_ask(bought: House) -> None:
    earlier = await a_case(bought, "hands", "receive")
    sunli = await bought.desk("sunli")
    await sunli.approve(await only_item(sunli, earlier))
    facts = {"requests": Fact(texts=TextList(values=[earlier.document]))}

    async def previewed(person: str) -> None:
        asked = policy_pb2.PreviewRouteRequest(process="purchase", requester=f"people/{person}", facts=facts)
        await (await bought.desk(person)).policies.PreviewRoute(asked)

    with refused("SEPARATION_OF_DUTIES", rule="decided-before", person="sunli"):
        await previewed("sunli")
    await previewed("wangfang")


async def test_a_stage_stays_in_the_hand_that_took_its_first_item(bought: House) -> None:
    case = await a_case(bought, "one-hand", "first")
    assert await those_asked(bought, case) == ["sunli", "zhoumin"]
    zhoumin = await bought.desk("zhoumin")
    await zhoumin.claim(await only_item(zhoumin, case))
    await zhoumin.approve(await only_item(zhoumin, case))
    await bought.open_step(case, "one-hand", "second")
    assert await those_asked(bought, case) == ["zhoumin"]


async def test_the_most_experienced_is_asked(bought: House) -> None:
    first = await a_case(bought, "practice", "review")
    assert await those_asked(bought, first) == ["sunli"]
    sunli, zhoumin = await bought.desk("sunli"), await bought.desk("zhoumin")
    await sunli.transfer(await only_item(sunli, first), "zhoumin")
    await zhoumin.approve(await only_item(zhoumin, first))
    second = await a_case(bought, "practice", "review")
    assert await those_asked(bought, second) == ["zhoumin"]


async def test_the_requester_chooses_by_a_fact(bought: House) -> None:
    facts = {"reviewers": Fact(people=PersonList(people=["people/zhoumin"]))}
    case = await a_case(bought, "named", "review", facts=facts)
    assert await those_asked(bought, case) == ["zhoumin"]
    nobody = await a_case(bought, "named", "review")
    assert await those_asked(bought, nobody) == ["zhengnan"]
    wrong = {"reviewers": Fact(people=PersonList(people=["people/wuhao"]))}
    desk = await bought.desk("wangfang")
    with refused("PERSON_NOT_OFFERED", person="wuhao"):
        await desk.policies.PreviewRoute(
            policy_pb2.PreviewRouteRequest(process="purchase", requester="people/wangfang", facts=wrong)
        )
    # What was not refused at submission is not refused any more: they may have moved since.
    moved = await a_case(bought, "named", "review", facts=wrong)
    assert await those_asked(bought, moved) == ["zhengnan"]


async def test_an_administrator_gives_a_step_to_nobody_who_is_kept_apart_from_it(bought: House) -> None:
    case = await a_case(bought, "hands", "receive")
    sunli = await bought.desk("sunli")
    await sunli.approve(await only_item(sunli, case))
    await bought.open_step(case, "hands", "pay")
    admin = await bought.desk("zhengnan", "administrator")

    def giving(person: str) -> case_pb2.ReassignStepRequest:
        return case_pb2.ReassignStepRequest(
            name=case.name.resource,
            request_id=request_id(),
            reason="出差",
            step="pay",
            people=[f"people/{person}"],
        )

    before = await bought.dump()
    with refused("SEPARATION_OF_DUTIES", rule="two-hands", person="sunli"):
        await admin.cases.ReassignStep(giving("sunli"))
    assert await bought.dump() == before
    await admin.cases.ReassignStep(giving("wuhao"))
