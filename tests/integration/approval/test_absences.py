"""AbsenceService: who may appoint whom, who sees it, who ends it, and what its timeline says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chassis.rpc.values import date_to_message
from kernel.clock import SystemClock, local_date
from kernel.errors import Refusal
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from zhupi.approval.v1 import absence_pb2 as pb
from zhupi.approval.v1.absence_pb2_grpc import AbsenceServiceStub
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest

TODAY = local_date(SystemClock().now())
DAY = dt.timedelta(days=1)


def absences(desk: Desk) -> AbsenceServiceStub:
    return AbsenceServiceStub(desk.channel)


def asking(deputy: str, **changes: Any) -> pb.CreateStandInRequest:
    asked = {"request_id": request_id(), "deputy": f"people/{deputy}", **changes}
    return pb.CreateStandInRequest(**asked)


async def appoint(desk: Desk, deputy: str, **changes: Any) -> pb.StandIn:
    return await absences(desk).CreateStandIn(asking(deputy, **changes))


async def refusal(desk: Desk, deputy: str, **changes: Any) -> Refusal:
    with pytest.raises(Refusal) as error:
        await appoint(desk, deputy, **changes)
    return error.value


async def test_whoever_goes_away_appoints_somebody_and_both_see_it(house: House) -> None:
    lihua, sunli, zhoumin = await house.desk("lihua"), await house.desk("sunli"), await house.desk("zhoumin")
    made = await appoint(
        lihua,
        "sunli",
        first_day=date_to_message(TODAY + DAY),
        last_day=date_to_message(TODAY + 9 * DAY),
        processes=["expense-claim"],
        organisations=["organisations/central"],
        reason="年假",
    )
    assert (made.person_title, made.deputy_title, made.state) == ("李华", "孙丽", pb.StandIn.STATE_PLANNED)
    for desk in (lihua, sunli):
        assert list((await absences(desk).ListStandIns(pb.ListStandInsRequest())).stand_ins) == [made]
        assert await absences(desk).GetStandIn(pb.GetStandInRequest(name=made.name)) == made
    assert not (await absences(zhoumin).ListStandIns(pb.ListStandInsRequest())).stand_ins
    with pytest.raises(Refusal) as error:
        await absences(zhoumin).GetStandIn(pb.GetStandInRequest(name=made.name))
    assert error.value.reason == "NOT_FOUND"


async def test_administrators_appoint_for_anybody_and_nobody_else_does(house: House) -> None:
    sunli, admin = await house.desk("sunli"), await house.desk("zhengnan", "administrator")
    assert (await refusal(sunli, "zhoumin", person="people/lihua")).reason == "NOT_PERMITTED"
    made = await appoint(admin, "sunli", person="people/lihua")
    assert (made.person, made.creator, made.state) == (
        "people/lihua",
        "people/zhengnan",
        pb.StandIn.STATE_IN_FORCE,
    )


async def test_what_cannot_be_is_refused_by_name_and_leaves_nothing_behind(house: House) -> None:
    lihua, sunli = await house.desk("lihua"), await house.desk("sunli")
    await appoint(lihua, "sunli")
    before = await house.dump(without=["requests"])
    over = date_to_message(TODAY - DAY)
    said = {
        "STAND_IN_FOR_ONESELF": await refusal(lihua, "lihua"),
        "STAND_IN_PERIOD_OVER": await refusal(lihua, "zhoumin", last_day=over),
        "UNKNOWN_PROCESS": await refusal(lihua, "zhoumin", processes=["no-such"]),
        "UNKNOWN_ORGANISATION": await refusal(lihua, "zhoumin", organisations=["organisations/mars"]),
        "CANNOT_STAND_IN": await refusal(lihua, "nobody"),
        "STAND_IN_CYCLE": await refusal(sunli, "lihua"),
    }
    assert {name: error.reason for name, error in said.items()} == {name: name for name in said}
    assert all(error.field or error.violations for error in said.values())
    assert said["STAND_IN_CYCLE"].values["chain"] == "sunli → lihua → sunli"
    assert await house.dump(without=["requests"]) == before


async def test_it_ends_at_once_and_only_once_by_whom_it_is_for(house: House) -> None:
    lihua, sunli = await house.desk("lihua"), await house.desk("sunli")
    made = await appoint(lihua, "sunli")

    def ending(**changes: Any) -> pb.EndStandInRequest:
        return pb.EndStandInRequest(**{"name": made.name, "request_id": request_id(), **changes})

    with pytest.raises(Refusal) as not_theirs:
        await absences(sunli).EndStandIn(ending())
    with pytest.raises(Refusal) as changed:
        await absences(lihua).EndStandIn(ending(etag="7"))
    ended = await absences(lihua).EndStandIn(ending(etag=made.etag))
    with pytest.raises(Refusal) as over:
        await absences(lihua).EndStandIn(ending())
    reasons = [error.value.reason for error in (not_theirs, changed, over)]
    assert reasons == ["NOT_PERMITTED", "ETAG_MISMATCH", "STAND_IN_EXPIRED"]
    assert (ended.state, ended.ender) == (pb.StandIn.STATE_ENDED, "people/lihua")
    assert not (await absences(lihua).ListStandIns(pb.ListStandInsRequest())).stand_ins
    past = await absences(sunli).ListStandIns(pb.ListStandInsRequest(show_past=True))
    assert [one.name for one in past.stand_ins] == [made.name]


async def test_its_timeline_says_who_appointed_and_who_ended_it(house: House) -> None:
    admin, sunli = await house.desk("zhengnan", "administrator"), await house.desk("sunli")
    made = await appoint(admin, "sunli", person="people/lihua")
    await absences(admin).EndStandIn(pb.EndStandInRequest(name=made.name, request_id=request_id()))
    told = (await sunli.timelines.ListTimeline(ListTimelineRequest(document=made.name))).entries
    assert [(row.kind, row.actor) for row in told] == [
        ("StandInAppointed", "people/zhengnan"),
        ("StandInEnded", "people/zhengnan"),
    ]
    zhoumin = await house.desk("zhoumin")
    with pytest.raises(Refusal):
        await zhoumin.timelines.ListTimeline(ListTimelineRequest(document=made.name))


async def test_many_are_read_page_by_page(house: House) -> None:
    lihua = await house.desk("lihua")
    made = [await appoint(lihua, deputy) for deputy in ("sunli", "zhoumin", "wuhao")]
    first = await absences(lihua).ListStandIns(pb.ListStandInsRequest(page_size=2))
    rest = await absences(lihua).ListStandIns(
        pb.ListStandInsRequest(page_size=2, page_token=first.next_page_token)
    )
    assert [one.name for one in (*first.stand_ins, *rest.stand_ins)] == [one.name for one in reversed(made)]
    assert not rest.next_page_token
