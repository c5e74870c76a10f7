"""What people are offered to do: to whom what, with what it takes and what will happen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from services.approval.domain.cases.case import Case
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from tests.builders.refusals import refused
from tests.integration.approval.test_item_acts import a_case, mine
from zhupi.approval.v1.act_pb2 import ListActsRequest, ListActsResponse
from zhupi.approval.v1.case_pb2 import SuspendCaseRequest
from zhupi.common.v1.act_pb2 import Act, ActKind, Need


async def offered(desk: Desk, name: str, **page: object) -> ListActsResponse:
    return await desk.acts.ListActs(ListActsRequest(name=name, **page))


def kinds(acts: Sequence[Act]) -> list[str]:
    return [ActKind.Name(act.kind).removeprefix("ACT_KIND_") for act in acts]


def the(kind: str, acts: Sequence[Act]) -> Act:
    (act,) = [act for act in acts if act.kind == ActKind.Value(f"ACT_KIND_{kind}")]
    return act


def needs(act: Act) -> dict[str, Need]:
    return {need.field: need for need in act.needs}


async def test_whoever_decides_is_offered_it_with_what_comes_of_it(house: House) -> None:
    case = await a_case(house, "plain")
    lihua = await house.desk("lihua")
    acts = (await offered(lihua, case.name.resource)).acts
    approve = the("APPROVE", acts)
    assert approve.method == "zhupi.approval.v1.WorkItemService/ApproveWorkItem"
    assert approve.name == (await mine(lihua)).name
    assert "财务" in approve.outcome.zh
    assert "Finance" in approve.outcome.en
    assert not needs(approve)["comment"].required
    assert needs(the("REJECT", acts))["comment"].required
    assert the("REJECT", acts).outcome.zh == "审批结束：拒绝"
    assert {"TRANSFER", "DELEGATE", "ADD_SIGNER", "ASK", "SET_ASIDE", "START", "URGE"} <= set(kinds(acts))
    assert not {"ABSTAIN", "RELEASE", "CLAIM", "TERMINATE_CASE"} & set(kinds(acts))


async def test_it_waits_for_the_others_of_its_step(house: House) -> None:
    case = await a_case(house, "lenient")
    acts = (await offered(await house.desk("lihua"), case.name.resource)).acts
    assert "还差1人" in the("APPROVE", acts).outcome.zh
    assert "1 of 2" in the("APPROVE", acts).outcome.en
    assert "ABSTAIN" in kinds(acts)


async def test_the_requester_may_withdraw_and_reads_of_the_work_of_others(house: House) -> None:
    case = await a_case(house, "plain")
    acts = (await offered(await house.desk(case.requester), case.name.resource)).acts
    assert {"WITHDRAW", "COMMENT", "COPY", "URGE"} == set(kinds(acts))


async def test_administrators_are_offered_overrides_that_take_a_reason(house: House) -> None:
    case = await a_case(house, "plain")
    acts = (await offered(await house.desk("zhengnan", "administrator"), case.name.resource)).acts
    for kind in ("SUSPEND_CASE", "TERMINATE_CASE", "JUMP", "REASSIGN_STEP", "ADD_STEP", "REASSIGN_WORK_ITEM"):
        act = the(kind, acts)
        assert act.override, kind
        assert needs(act)["reason"].required, kind
    assert [option.value for option in needs(the("JUMP", acts))["step"].options] == [
        "plain",
        "pool",
        "lenient",
    ]


async def test_what_is_missing_is_told_with_why(house: House) -> None:
    case = await a_case(house, "plain")
    lihua = await house.desk("lihua")
    administrator = await house.desk("zhengnan", "administrator")
    suspend = the("SUSPEND_CASE", (await offered(administrator, case.name.resource)).acts)
    await administrator.cases.SuspendCase(
        SuspendCaseRequest(name=suspend.name, request_id=request_id(), etag=suspend.etag, reason="核查")
    )
    answer = await offered(lihua, case.name.resource)
    assert "APPROVE" not in kinds(answer.acts)
    missing = {ActKind.Name(one.kind): one for one in answer.missing}
    assert missing["ACT_KIND_APPROVE"].reason == "CASE_SUSPENDED"
    assert missing["ACT_KIND_APPROVE"].why.zh.endswith("已挂起")


async def test_of_a_work_item_only_its_own_acts_are_listed(house: House) -> None:
    await a_case(house, "plain", "pool")
    item = await mine(await house.desk("lihua"))
    acts = (await offered(await house.desk("lihua"), item.name)).acts
    assert {act.name for act in acts} == {item.name}


async def test_who_may_not_see_the_case_is_told_nothing(house: House) -> None:
    case = await a_case(house, "plain")
    stranger = await house.desk("sunli")
    with refused("NOT_FOUND"):
        await offered(stranger, case.name.resource)


async def test_acts_come_page_by_page(house: House) -> None:
    case = await a_case(house, "plain")
    lihua = await house.desk("lihua")
    whole = await offered(lihua, case.name.resource)
    found: list[Act] = []
    token = ""
    while True:
        page = await offered(lihua, case.name.resource, page_size=4, page_token=token)
        assert len(page.acts) <= 4
        found += page.acts
        if not (token := page.next_page_token):
            break
    assert found == list(whole.acts)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_act_and_all_it_takes_is_said_in_both_languages(house: House, language: str) -> None:
    case: Case = await a_case(house, "plain", "pool", "lenient")
    for who, *roles in (("lihua",), ("zhengnan", "administrator"), (case.requester,)):
        for act in (await offered(await house.desk(who, *roles), case.name.resource)).acts:
            assert getattr(act.title, language)
            assert getattr(act.outcome, language)
            for need in act.needs:
                assert getattr(need.label, language), f"{act.method} {need.field}"
                assert need.kind, f"{act.method} {need.field}"
