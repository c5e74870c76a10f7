"""The directory and the policies over gRPC: taken in whole or not at all, found, handed out, planned with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from chassis.files.sheets import SheetFormat
from chassis.rpc.values import money_to_message
from kernel.money import Money
from services.approval.directory_sheets import write_directory
from services.approval.domain.people.directory import Directory, Organisation, Person
from tests.builders.approval import a_directory, with_people
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import POLICY, House, the_group
from tests.builders.refusals import refused
from zhupi.approval.v1 import directory_pb2 as pb
from zhupi.approval.v1 import policy_pb2
from zhupi.approval.v1.fact_pb2 import Fact
from zhupi.common.v1 import sheet_pb2

XLSX, CSV = sheet_pb2.SHEET_FORMAT_XLSX, sheet_pb2.SHEET_FORMAT_CSV


async def take_in(desk: Desk, directory: Directory | bytes, **header: Any) -> sheet_pb2.ImportReport:
    content = directory if isinstance(directory, bytes) else write_directory(directory, SheetFormat.CSV)
    said = sheet_pb2.ImportHeader(**{"request_id": request_id(), "format": CSV, **header})

    async def parts() -> AsyncIterator[pb.ImportDirectoryRequest]:
        yield pb.ImportDirectoryRequest(header=said)
        for start in range(0, len(content), 65536):
            yield pb.ImportDirectoryRequest(content=content[start : start + 65536])

    return await desk.directory.ImportDirectory(parts())


async def person(desk: Desk, name: str) -> pb.Person:
    return await desk.directory.GetPerson(pb.GetPersonRequest(name=f"people/{name}"))


async def found(desk: Desk, **asked: Any) -> list[str]:
    people = (await desk.directory.ListPeople(pb.ListPeopleRequest(**asked))).people
    return [one.name.removeprefix("people/") for one in people]


async def test_a_new_directory_takes_the_place_of_the_old_one(house: House) -> None:
    admin = await house.desk("zhengnan", "administrator")
    moved = with_people(a_directory(), Person("wangfang", "王芳", "hubei", "S2"))
    report = await take_in(admin, moved)
    assert (report.applied, report.version, len(report.refusals)) == (True, 2, 0)
    shown = await person(admin, "wangfang")
    assert (shown.organisation, shown.organisation_title, shown.grade) == (
        "organisations/hubei",
        "湖北办",
        "S2",
    )
    assert shown.pinyin == "wangfang wf"
    assert shown.manager == "people/lihua"


async def test_a_person_has_the_roles_of_their_posts(house: House) -> None:
    desk = await house.desk("wangfang")
    sunli = await person(desk, "sunli")
    assert (list(sunli.posts), list(sunli.roles), sunli.active) == (["finance-reviewer"], ["finance"], True)
    assert list((await person(desk, "zhengnan")).roles) == ["administrator"]
    with refused("NOT_FOUND"):
        await person(desk, "nobody")


async def test_a_directory_with_wrong_rows_is_refused_row_by_row_and_changes_nothing(house: House) -> None:
    admin = await house.desk("zhengnan", "administrator")
    wrong = with_people(a_directory(), Person("wangfang", "王芳", "nowhere"), Person("lihua", "", "henan"))
    before = await house.dump()
    report = await take_in(admin, wrong)
    assert (report.applied, report.version) == (False, 1)
    assert {(row.sheet, row.column, row.rule) for row in report.refusals} >= {
        ("people", "organisation", "UNKNOWN_ORGANISATION"),
        ("people", "name", "REQUIRED"),
    }
    assert all(row.line > 1 and row.sentence.zh and row.sentence.en for row in report.refusals)
    cycle = replace(
        a_directory(),
        organisations=tuple(
            replace(one, parent="henan") if one.id == "hq" else one for one in a_directory().organisations
        ),
    )
    assert not (await take_in(admin, cycle)).applied
    assert not (await take_in(admin, a_directory(), dry_run=True)).applied
    with refused("FILE_NOT_READABLE"):
        await take_in(admin, b"not a zip")
    assert await house.dump() == before


async def test_only_administrators_take_in_and_hand_out(house: House) -> None:
    desk = await house.desk("wangfang")
    before = await house.dump()
    with refused("NOT_PERMITTED"):
        await take_in(desk, a_directory())
    with refused("NOT_PERMITTED"):
        async for _ in desk.directory.ExportDirectory(pb.ExportDirectoryRequest(format=CSV)):
            pass
    with refused("NOT_PERMITTED"):
        await desk.policies.PublishPolicy(
            policy_pb2.PublishPolicyRequest(request_id=request_id(), yaml=POLICY)
        )
    assert await house.dump() == before


@pytest.mark.parametrize("format", [XLSX, CSV])
async def test_what_is_handed_out_can_be_taken_in_again(house: House, format: sheet_pb2.SheetFormat) -> None:
    admin = await house.desk("zhengnan", "administrator")
    stream = admin.directory.ExportDirectory(pb.ExportDirectoryRequest(format=format))
    content = b"".join([chunk.content async for chunk in stream])
    assert (await take_in(admin, content, format=format)).applied
    async with house.parts.units() as uow:
        assert await uow.directories.current() == replace(the_group(), version=2)


async def test_people_are_found_by_name_pinyin_initials_place_and_post(house: House) -> None:
    desk = await house.desk("wangfang")
    for query in ("王芳", "芳", "wangf", "wf", "WangFang"):
        assert "wangfang" in await found(desk, query=query)
    assert await found(desk, organisation="organisations/central") == ["lihua", "wangfang", "zhaoqiang"]
    assert await found(desk, post="finance-reviewer") == ["sunli", "zhoumin"]
    assert await found(desk, query="李", organisation="organisations/east") == []
    pages, token = [], ""
    while True:
        page = await desk.directory.ListPeople(pb.ListPeopleRequest(page_size=20, page_token=token))
        pages.append(len(page.people))
        if not (token := page.next_page_token):
            break
    assert pages == [20, 20, 18]
    places = (await desk.directory.ListOrganisations(pb.ListOrganisationsRequest())).organisations
    assert [(place.name, place.parent) for place in places][:2] == [
        ("organisations/anhui", "organisations/east"),
        ("organisations/central", "organisations/hq"),
    ]


def asking(amount: str = "100", **changes: Any) -> policy_pb2.PreviewRouteRequest:
    asked: dict[str, Any] = {
        "process": "expense-claim",
        "requester": "people/wangfang",
        "facts": {"amount": Fact(money=money_to_message(Money.of(amount)))},
    }
    return policy_pb2.PreviewRouteRequest(**{**asked, **changes})


async def test_a_preview_is_the_route_that_the_case_then_takes(house: House) -> None:
    wangfang, worker = await house.desk("wangfang"), await house.service()
    previewed = await wangfang.policies.PreviewRoute(asking())
    assert previewed.policy == "policies/expense-claim/versions/1"
    case = await house.start_case()
    planned = [await worker.plan(case, route.stage) for route in previewed.routes]
    for route in planned:
        route.ClearField("document_version")  # what is previewed is no version yet
    assert list(previewed.routes) == planned


async def test_previews_that_cannot_be_are_refused(house: House) -> None:
    wangfang = await house.desk("wangfang")
    for reason, request in (
        ("NO_POLICY", asking(process="leave")),
        ("UNKNOWN_REQUESTER", asking(requester="people/nobody")),
        ("MISSING_FACT", asking(facts={})),
        ("FACT_OF_WRONG_TYPE", asking(facts={"amount": Fact(text="100")})),
        ("NOBODY_TO_APPROVE", asking(requester="people/qianlei")),
    ):
        with refused(reason):
            await wangfang.policies.PreviewRoute(request)


async def test_a_policy_is_examined_published_and_pinned(house: House) -> None:
    admin, worker = await house.desk("zhengnan", "administrator"), await house.service()
    before_it = await house.start_case()
    wrong = POLICY.replace("manager: 1", "person: nobody").replace("{amount: {type", "{amount: {typ")
    problems = (await admin.policies.ValidatePolicy(policy_pb2.ValidatePolicyRequest(yaml=wrong))).problems
    assert problems
    assert all(problem.path and problem.rule and problem.sentence.zh for problem in problems)
    before = await house.dump()
    with refused("POLICY_NOT_VALID") as refusal:
        await admin.policies.PublishPolicy(
            policy_pb2.PublishPolicyRequest(request_id=request_id(), yaml=wrong)
        )
    assert len(refusal.value.violations) >= len(problems)
    assert await house.dump() == before
    changed = POLICY.replace("title: {zh: 单人, en: Single}", "title: {zh: 一人, en: One}")
    published = await admin.policies.PublishPolicy(
        policy_pb2.PublishPolicyRequest(request_id=request_id(), yaml=changed)
    )
    assert published.name == "policies/expense-claim/versions/2"
    assert (await worker.plan(before_it, "single")).stage_title.zh == "单人"
    after_it = await house.start_case(policy="policies/expense-claim/versions/2")
    assert (await worker.plan(after_it, "single")).stage_title.zh == "一人"
    in_force = await admin.policies.GetPolicy(policy_pb2.GetPolicyRequest(name="policies/expense-claim"))
    assert in_force == published
    former = await admin.policies.GetPolicy(
        policy_pb2.GetPolicyRequest(name="policies/expense-claim/versions/1")
    )
    assert former.yaml == POLICY
    listed = (await admin.policies.ListPolicies(policy_pb2.ListPoliciesRequest())).policies
    assert [one.version for one in listed] == [2]
    versions = policy_pb2.ListPoliciesRequest(process="expense-claim")
    assert [one.version for one in (await admin.policies.ListPolicies(versions)).policies] == [2, 1]


async def test_an_organisation_that_moves_takes_its_head_s_sight_with_it(house: House) -> None:
    case = await house.open("single", "manager")
    zhaoqiang, admin = await house.desk("zhaoqiang"), await house.desk("zhengnan", "administrator")
    assert (await zhaoqiang.get_case(case.document)).name
    places = tuple(
        Organisation(one.id, one.title, "east") if one.id == "henan" else one
        for one in a_directory().organisations
    )
    assert (await take_in(admin, replace(a_directory(), organisations=places))).applied
    with refused("NOT_FOUND"):
        await zhaoqiang.get_case(case.document)
