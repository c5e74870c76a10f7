"""A leaver's hand-over: batch by batch, with a report, each case told, by administrators only."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.errors import Refusal
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from tests.integration.approval.test_absences import absences, appoint
from zhupi.approval.v1 import absence_pb2 as pb
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest


async def administrator(house: House) -> Desk:
    return await house.desk("zhengnan", "administrator")


def asking(person: str, to: str, **changes: Any) -> pb.HandOverRequest:
    asked = {
        "request_id": request_id(),
        "person": f"people/{person}",
        "to": f"people/{to}",
        "reason": "离职",
        **changes,
    }
    return pb.HandOverRequest(**asked)


async def test_everything_that_is_open_moves_batch_by_batch_and_each_case_says_so(house: House) -> None:
    admin, lihua, wuhao = await administrator(house), await house.desk("lihua"), await house.desk("wuhao")
    cases = [await house.open("single", "manager") for _ in range(3)]
    decided = await house.open("single", "manager")
    (item,) = await lihua.inbox(document=decided.document)
    await lihua.approve(item)

    first = await absences(admin).HandOver(asking("lihua", "wuhao", batch_size=2))
    assert [one.case for one in first.cases] == [case.name.resource for case in cases[:2]]
    assert first.next
    rest = await absences(admin).HandOver(asking("lihua", "wuhao", batch_size=50, behind=first.next))
    assert [(one.case, len(one.moved)) for one in rest.cases if one.moved] == [(cases[2].name.resource, 1)]
    assert not rest.next

    assert not await lihua.inbox()
    assert {one.case for one in await wuhao.inbox()} == {case.name.resource for case in cases}
    told = (await wuhao.timelines.ListTimeline(ListTimelineRequest(document=cases[0].name.resource))).entries
    (row,) = [row for row in told if row.kind == "WorkHandedOver"]
    assert (row.actor, row.details["reason"], row.details["to"]) == ("people/zhengnan", "离职", "wuhao")
    assert row.override
    for one in await wuhao.inbox():
        await wuhao.approve(one)


async def test_what_the_successor_may_not_decide_stays_and_is_named(house: House) -> None:
    admin = await administrator(house)
    own = await house.open("single", "manager")
    report = await absences(admin).HandOver(asking("lihua", "wangfang"))
    (one,) = report.cases
    assert (one.case, len(one.kept), list(one.moved)) == (own.name.resource, 1, [])
    lihua = await house.desk("lihua")
    assert [item.name for item in await lihua.inbox()] == list(one.kept)


async def test_stand_ins_move_with_the_first_batch_and_circles_are_left_out(house: House) -> None:
    admin, lihua, sunli = await administrator(house), await house.desk("lihua"), await house.desk("sunli")
    wuhao = await house.desk("wuhao")
    await appoint(sunli, "lihua")  # whoever leaves stands in for Sun Li
    await appoint(wuhao, "lihua")  # and for the successor, who cannot stand in for themselves
    await appoint(lihua, "zhoumin")  # and is stood in for
    report = await absences(admin).HandOver(asking("lihua", "wuhao"))
    assert [(one.person, one.deputy) for one in report.stand_ins] == [("people/sunli", "people/wuhao")]
    assert [one.person for one in report.dropped_stand_ins] == ["people/wuhao"]
    present = (await absences(admin).ListStandIns(pb.ListStandInsRequest())).stand_ins
    assert [(one.person, one.deputy) for one in present] == [("people/sunli", "people/wuhao")]


async def test_nobody_but_an_administrator_hands_over_and_only_to_somebody_else_who_is_there(
    house: House,
) -> None:
    admin, lihua = await administrator(house), await house.desk("lihua")
    await house.open("single", "manager")
    before = await house.dump(without=["requests"])
    refused = []
    for desk, request in (
        (lihua, asking("lihua", "wuhao")),
        (admin, asking("lihua", "lihua")),
        (admin, asking("lihua", "nobody")),
        (admin, asking("nobody", "lihua")),
    ):
        with pytest.raises(Refusal) as error:
            await absences(desk).HandOver(request)
        refused.append(error.value.reason)
    assert refused == ["NOT_PERMITTED", "HAND_OVER_TO_ONESELF", "CANNOT_TAKE_OVER", "NOT_FOUND"]
    assert await house.dump(without=["requests"]) == before


async def test_a_repeated_call_answers_what_it_answered(house: House) -> None:
    admin = await administrator(house)
    await house.open("single", "manager")
    request = asking("lihua", "wuhao")
    assert await absences(admin).HandOver(request) == await absences(admin).HandOver(request)


async def test_steps_ahead_ask_the_successor_when_they_open_and_the_report_names_them(house: House) -> None:
    admin = await administrator(house)
    case = await house.open("two", "first")
    report = await absences(admin).HandOver(asking("qianlei", "wuhao"))
    (one,) = report.cases
    assert (one.case, list(one.moved), list(one.planned_steps)) == (case.name.resource, [], ["second"])
    worker = await house.service()
    await worker.open_step(case, "two", "second")
    wuhao, qianlei = await house.desk("wuhao"), await house.desk("qianlei")
    assert [item.document for item in await wuhao.inbox()] == [case.document]
    assert not await qianlei.inbox()
    again = await absences(admin).HandOver(asking("qianlei", "wuhao"))
    assert not again.cases
