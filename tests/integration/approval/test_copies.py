"""Copies that a policy sends as steps begin and end, and who has read them; over gRPC, on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import StepName
from services.approval.domain.time.timers import DELIVER
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from tests.builders.refusals import refused
from zhupi.approval.v1 import case_pb2, case_protocol_pb2, inbox_pb2, policy_pb2, work_item_pb2
from zhupi.approval.v1.inbox_pb2_grpc import InboxServiceStub
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest

POLICY = """
process: seal-use
title: {zh: 用章, en: Use of a seal}
administrators: [{post: process-administrator}]
stages:
  use:
    title: {zh: 用章, en: Use}
    steps:
      - key: begins
        title: {zh: 开始, en: Begins}
        approvers: [{manager: 1}]
        cc: {when: opened, people: [{person: wuhao}, {person: wangfang}]}
      - key: usual
        title: {zh: 上级, en: Manager}
        approvers: [{manager: 1}]
        cc: [{person: wuhao}]
      - key: always
        title: {zh: 总是, en: Always}
        approvers: [{manager: 1}]
        cc: {when: ended, people: [{person: wuhao}]}
      - key: taken-back
        title: {zh: 可悔, en: Taken back}
        approvers: [{manager: 1}]
        undo: 10m
        cc: [{person: wuhao}]
      - {key: review, title: {zh: 审核, en: Review}, approvers: [{post: finance-reviewer}]}
      - {key: told, title: {zh: 知会, en: Told}, automatic: notify, approvers: [{deciders_of: review}]}
      - key: checked
        title: {zh: 核对, en: Checked}
        automatic: approve
        cc: [{person: wuhao}, {deciders_of: review}]
      - {key: gone, title: {zh: 无人, en: Nobody}, approvers: [{manager: 1}], cc: [{person: wangfang}]}
"""


ENDS = """
process: seal-use
title: {zh: 用章, en: Use of a seal}
administrators: [{post: process-administrator}]
stages:
  use:
    title: {zh: 用章, en: Use}
    CC
    steps:
      - {key: first, title: {zh: 上级, en: First}, approvers: [{manager: 1}]}
      - {key: left, title: {zh: 左, en: Left}, approvers: [{person: sunli}], after: [first]}
      - {key: right, title: {zh: 右, en: Right}, approvers: [{person: zhoumin}], after: [first], undo: 10m}
"""


async def ends(house: House, cc: str) -> Case:
    """The stage with its first step decided, and both others before the people."""
    admin = await house.desk("zhengnan", "administrator")
    yaml = ENDS.replace("CC", cc)
    await admin.policies.PublishPolicy(policy_pb2.PublishPolicyRequest(request_id=request_id(), yaml=yaml))
    case = await a_case(house, "first")
    lihua = await house.desk("lihua")
    await lihua.approve(await only_item(lihua))
    for key in ("left", "right"):
        await house.open_step(case, "use", key)
    return case


async def told_of_the_end(house: House, case: Case) -> list[str]:
    rows = await house.rows(
        f"SELECT details FROM timeline WHERE document = '{case.name.resource}' AND kind = 'StageCopied'"
    )
    return [" ".join(row.details["people"]) for row in rows]


async def test_people_are_told_once_a_stage_has_passed_and_nobody_can_take_it_back(house: House) -> None:
    case = await ends(house, "cc: [{person: wuhao}, {deciders_of: left}]")
    sunli, zhoumin = await house.desk("sunli"), await house.desk("zhoumin")
    await zhoumin.approve(await only_item(zhoumin))
    await sunli.approve(await only_item(sunli))
    assert await told_of_the_end(house, case) == []  # one of both may still be taken back
    await the_window_ends(house, StepName(case.name, "use", "right", 1))
    assert await told_of_the_end(house, case) == ["wuhao sunli"]
    assert await copies_of(house, "wuhao") == ["A copy for you: “Use”, approved"]


@pytest.mark.parametrize(("when", "people"), [("ended", ["wuhao"]), ("approved", [])])
async def test_people_are_told_of_a_stage_that_was_turned_down_where_the_policy_says_so(
    house: House, when: str, people: list[str]
) -> None:
    case = await ends(house, f"cc: {{when: {when}, people: [{{person: wuhao}}]}}")
    sunli = await house.desk("sunli")
    await sunli.reject(await only_item(sunli))
    assert await told_of_the_end(house, case) == people


async def test_a_return_to_an_earlier_step_ends_no_stage(house: House) -> None:
    case = await ends(house, "cc: {when: ended, people: [{person: wuhao}]}")
    sunli = await house.desk("sunli")
    await sunli.give_back(await only_item(sunli), step="first")
    assert await told_of_the_end(house, case) == []


async def test_a_stage_has_not_passed_while_what_was_approved_is_about_to_be_walked_again(
    house: House,
) -> None:
    """Left has approved, right has returned it to first; that done, left is asked once more, however quick right is."""
    case = await ends(house, "cc: [{person: wuhao}]")
    lihua, sunli, zhoumin = [await house.desk(name) for name in ("lihua", "sunli", "zhoumin")]
    await sunli.approve(await only_item(sunli))
    await zhoumin.give_back(await only_item(zhoumin), step="first")
    await the_window_ends(house, StepName(case.name, "use", "right", 1))
    past = case_protocol_pb2.StagePast(turns=1, void={"first": 1, "left": 1, "right": 1})
    worker = await house.service()
    await worker.open_step(case, "use", "first", visit=2, past=past)
    await lihua.approve(await only_item(lihua))
    await worker.open_step(case, "use", "right", visit=2, past=past)
    await zhoumin.approve(await only_item(zhoumin))
    await the_window_ends(house, StepName(case.name, "use", "right", 2))
    assert await told_of_the_end(house, case) == []
    await worker.open_step(case, "use", "left", visit=2, past=past)
    await sunli.approve(await only_item(sunli))
    assert await told_of_the_end(house, case) == ["wuhao"]


async def test_a_return_to_the_requester_ends_it(house: House) -> None:
    case = await ends(house, "cc: {when: ended, people: [{person: wuhao}]}")
    sunli = await house.desk("sunli")
    await sunli.give_back(await only_item(sunli))
    assert await told_of_the_end(house, case) == ["wuhao"]


@pytest.fixture
async def sealed(house: House) -> House:
    """The house with the policy published."""
    admin = await house.desk("zhengnan", "administrator")
    await admin.policies.PublishPolicy(policy_pb2.PublishPolicyRequest(request_id=request_id(), yaml=POLICY))
    return house


async def a_case(house: House, *keys: str) -> Case:
    """With these steps opened one after another."""
    case = await house.start_case(process="seal-use", policy="policies/seal-use/versions/1")
    for key in keys:
        await house.open_step(case, "use", key)
    return case


async def only_item(desk: Desk) -> work_item_pb2.WorkItem:
    [item] = await desk.inbox()
    return item


async def copies_of(house: House, person: str) -> list[str]:
    """What stands in their folder, latest first."""
    desk = await house.desk(person)
    asked = ListWorkItemsRequest(box=ListWorkItemsRequest.BOX_COPIES)
    return [one.text.en for one in (await desk.items.ListWorkItems(asked)).notices]


async def sentences(house: House, case: Case) -> list[str]:
    """What the timeline says of copies by policy."""
    desk = await house.desk("wangfang")
    asked = ListTimelineRequest(document=case.name.resource)
    entries = (await desk.timelines.ListTimeline(asked)).entries
    assert {one.actor for one in entries if one.kind == "StepCopied"} <= {"system"}
    return [one.sentence.en for one in entries if one.kind == "StepCopied"]


async def test_people_are_told_when_a_step_opens_and_may_see_the_case_then(sealed: House) -> None:
    wuhao = await sealed.desk("wuhao")
    before = await a_case(sealed)
    with refused("NOT_FOUND"):
        await wuhao.get_case(before.name.resource)
    case = await a_case(sealed, "begins")
    assert (await wuhao.get_case(case.name.resource)).name == case.name.resource
    assert await copies_of(sealed, "wuhao") == ["A copy for you: “Begins”, begun"]
    assert await copies_of(sealed, "wangfang") == []  # the requester knows
    assert await sentences(sealed, case) == ["A copy of Begins was sent to wuhao, as the policy says"]
    whole = await sealed.dump()
    await sealed.open_step(case, "use", "begins")
    assert await sealed.dump() == whole
    lihua = await sealed.desk("lihua")
    await lihua.approve(await only_item(lihua))
    assert len(await copies_of(sealed, "wuhao")) == 1


async def test_people_are_told_when_a_step_is_approved_but_not_of_a_rejection(sealed: House) -> None:
    lihua = await sealed.desk("lihua")
    case = await a_case(sealed, "usual")
    assert await copies_of(sealed, "wuhao") == []
    await lihua.approve(await only_item(lihua))
    assert await copies_of(sealed, "wuhao") == ["A copy for you: “Manager”, approved"]
    assert len(await sentences(sealed, case)) == 1
    other = await a_case(sealed, "usual")
    await lihua.reject(await only_item(lihua))
    assert await sentences(sealed, other) == []


async def test_with_ended_they_are_told_of_every_outcome_but_not_of_a_withdrawal(sealed: House) -> None:
    lihua, wangfang = await sealed.desk("lihua"), await sealed.desk("wangfang")
    await a_case(sealed, "always")
    await lihua.reject(await only_item(lihua))
    assert await copies_of(sealed, "wuhao") == ["A copy for you: “Always”, rejected"]
    await a_case(sealed, "always")
    await lihua.give_back(await only_item(lihua))
    assert (await copies_of(sealed, "wuhao"))[0] == "A copy for you: “Always”, returned"
    case = await a_case(sealed, "always")
    await wangfang.withdraw(case)
    assert len(await copies_of(sealed, "wuhao")) == 2


async def test_of_what_may_be_taken_back_they_are_told_once_it_no_longer_may(sealed: House) -> None:
    lihua = await sealed.desk("lihua")
    case = await a_case(sealed, "taken-back")
    item = await only_item(lihua)
    await lihua.approve(item)
    assert await copies_of(sealed, "wuhao") == []
    asked = work_item_pb2.UndoDecisionRequest(name=item.name, request_id=request_id())
    again = await lihua.items.UndoDecision(asked)
    await lihua.approve(again)
    await the_window_ends(sealed, StepName(case.name, "use", "taken-back", 1))
    assert await copies_of(sealed, "wuhao") == ["A copy for you: “Taken back”, approved"]
    assert len(await sentences(sealed, case)) == 1


async def the_window_ends(house: House, step: StepName) -> None:
    """As if the time within which the decision may be taken back had passed; the workflow says so twice."""
    async with house.parts.units() as uow:
        await uow.cases.lock(step.case)
        before = await uow.steps.find(step)
        assert before is not None
        past = datetime.now(UTC) - timedelta(minutes=1)
        uow.steps.save(before, before.timed(before.timers.set(DELIVER, past)), past)
        await uow.commit()
    worker = await house.service()
    for n in (1, 2):
        fired = case_protocol_pb2.FireTimerRequest(case=str(step.case), step=str(step), timer=DELIVER, n=n)
        await worker.protocol.FireTimer(fired)


async def test_whom_an_earlier_step_brings_is_told_when_the_system_tells_or_decides(sealed: House) -> None:
    sunli = await sealed.desk("sunli")
    case = await a_case(sealed, "review")
    await sunli.approve(await only_item(sunli))
    await sealed.open_step(case, "use", "told")
    assert await copies_of(sealed, "sunli") == ["Told"]
    await sealed.open_step(case, "use", "checked")
    assert (await copies_of(sealed, "sunli"))[0] == "A copy for you: “Checked”, approved"
    assert await copies_of(sealed, "wuhao") == ["A copy for you: “Checked”, approved"]
    assert await copies_of(sealed, "zhoumin") == []  # asked, but did not decide
    rules = await sealed.rows("SELECT rules FROM steps WHERE key = 'checked'")
    assert rules[0].rules["copying"] == {"when": "approved"}


async def test_where_nobody_is_found_the_step_goes_on(sealed: House) -> None:
    lihua = await sealed.desk("lihua")
    case = await a_case(sealed, "gone")
    done = await lihua.approve(await only_item(lihua))
    assert done.state == work_item_pb2.WorkItem.STATE_DONE
    assert await sentences(sealed, case) == []


async def test_requester_and_administrators_see_who_has_read_a_copy_and_others_do_not(sealed: House) -> None:
    lihua, wuhao = await sealed.desk("lihua"), await sealed.desk("wuhao")
    wangfang, admin = await sealed.desk("wangfang"), await sealed.desk("zhengnan", "administrator")
    case = await a_case(sealed, "begins")
    sent = inbox_pb2.CarbonCopyRequest(
        name=case.name.resource, request_id=request_id(), people=["people/sunli"]
    )
    await InboxServiceStub(lihua.channel).CarbonCopy(sent)
    asked = ListWorkItemsRequest(box=ListWorkItemsRequest.BOX_COPIES)
    [notice] = (await wuhao.items.ListWorkItems(asked)).notices
    marked = inbox_pb2.MarkReadRequest(request_id=request_id(), names=[notice.name])
    await InboxServiceStub(wuhao.channel).MarkRead(marked)
    for desk in (wangfang, admin):
        shown = (await desk.get_case(case.name.resource)).copies
        assert [(one.person, one.author, one.kind) for one in shown] == [
            ("people/sunli", "people/lihua", case_pb2.Copy.KIND_BY_PERSON),
            ("people/wuhao", "", case_pb2.Copy.KIND_BY_POLICY),
        ]
        assert [one.HasField("read_time") for one in shown] == [False, True]
        assert shown[1].text.zh == "抄送给您：“开始”开始审批"
        assert [one.person_title for one in shown] == ["孙丽", "吴昊"]
    for desk in (lihua, wuhao):
        assert not (await desk.get_case(case.name.resource)).copies
