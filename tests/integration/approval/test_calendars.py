"""Business calendars over gRPC: seen by everybody, changed by administrators, the nearest organisation heard first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from google.type.date_pb2 import Date

from kernel.clock import SystemClock, local_date
from kernel.errors import Code, Refusal
from services.approval.domain.time.official import official_year
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from zhupi.approval.v1 import calendar_pb2 as pb
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest

THIS_YEAR = local_date(SystemClock().now()).year
UNKNOWN = next(year for year in range(THIS_YEAR, THIS_YEAR + 10) if official_year(year) is None)


async def the_year(desk: Desk, organisation: str = "henan", year: int = UNKNOWN) -> pb.CalendarYear:
    name = f"calendars/{organisation}/{year}"
    return await desk.calendars.GetCalendarYear(pb.GetCalendarYearRequest(name=name))


async def set_day(desk: Desk, organisation: str = "henan", **changes: Any) -> pb.CalendarYear:
    """The tenth of November, off unless said otherwise."""
    day = pb.SetCalendarDaysRequest.Day(day=Date(year=UNKNOWN, month=11, day=10), reason="盘点")
    day.working = changes.pop("working", False)
    asked = {
        "name": f"calendars/{organisation}/{UNKNOWN}",
        "request_id": request_id(),
        "days": [day],
        **changes,
    }
    return await desk.calendars.SetCalendarDays(pb.SetCalendarDaysRequest(**asked))


async def publish(desk: Desk, **changes: Any) -> pb.PublishedYear:
    asked = {
        "year": UNKNOWN,
        "request_id": request_id(),
        "days_off": [Date(year=UNKNOWN, month=10, day=day) for day in range(1, 8)],
        "source": "国办发明电",
        **changes,
    }
    return await desk.calendars.PublishYear(pb.PublishYearRequest(**asked))


async def test_a_year_that_nobody_has_announced_is_provisional_until_it_is_published(house: House) -> None:
    wangfang, zhengnan = await house.desk("wangfang"), await house.desk("zhengnan", "administrator")
    before = await the_year(wangfang)
    assert (before.provisional, before.origin, list(before.days)) == (True, before.ORIGIN_WEEKDAYS, [])
    published = await publish(zhengnan)
    after = await the_year(wangfang)
    assert (after.provisional, after.origin, after.source) == (False, after.ORIGIN_PUBLISHED, "国办发明电")
    assert {(one.day.month, one.working) for one in after.days} == {(10, False)}
    assert after.working_days == published.working_days < before.working_days
    with pytest.raises(Refusal) as refused:
        await publish(zhengnan, etag="0")
    assert refused.value.reason == "ETAG_MISMATCH"
    assert (await publish(zhengnan, etag=published.etag, days_off=[])).working_days == before.working_days


async def test_what_an_organisation_says_holds_below_it_until_somebody_nearer_says_otherwise(
    house: House,
) -> None:
    zhengnan = await house.desk("zhengnan", "administrator")
    await set_day(zhengnan, "hq")
    (said,) = (await the_year(zhengnan)).days
    assert (said.working, said.reason, said.organisation) == (False, "盘点", "organisations/hq")
    nearer = await set_day(zhengnan, "central", working=True)
    assert [one.organisation for one in (await the_year(zhengnan)).days] == ["organisations/central"]
    day = [one.day for one in nearer.days]
    removed = pb.RemoveCalendarDaysRequest(
        name=nearer.name, request_id=request_id(), days=day, etag=nearer.etag
    )
    await zhengnan.calendars.RemoveCalendarDays(removed)
    assert [one.organisation for one in (await the_year(zhengnan)).days] == ["organisations/hq"]
    rows = await zhengnan.timelines.ListTimeline(ListTimelineRequest(document=nearer.name))
    assert [row.kind for row in rows.entries] == ["CalendarDaysSet", "CalendarDaysRemoved"]


async def test_two_who_change_the_same_year_at_once_do_not_overwrite_each_other(house: House) -> None:
    zhengnan = await house.desk("zhengnan", "administrator")
    seen = await the_year(zhengnan)
    await set_day(zhengnan, etag=seen.etag)
    with pytest.raises(Refusal) as refused:
        await set_day(zhengnan, etag=seen.etag)
    assert (refused.value.code, refused.value.reason) == (Code.ABORTED, "ETAG_MISMATCH")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "calendars/nowhere/2026"}, "NOT_FOUND"),
        ({"name": f"calendars/henan/{THIS_YEAR + 11}"}, "DAY_OUTSIDE_YEAR"),
        ({"name": f"calendars/henan/{UNKNOWN - 1}"}, "DAY_OUTSIDE_YEAR"),
        ({"name": "calendars/henan"}, "NAME_MALFORMED"),
    ],
)
async def test_what_cannot_be_set_is_refused_and_nothing_changes(
    house: House, changes: dict[str, Any], reason: str
) -> None:
    zhengnan = await house.desk("zhengnan", "administrator")
    before = await house.dump()
    with pytest.raises(Refusal) as refused:
        await set_day(zhengnan, **changes)
    assert refused.value.reason == reason or reason == "NOT_FOUND"
    assert await house.dump() == before


async def test_an_announcement_that_cannot_be_meant_is_refused(house: House) -> None:
    zhengnan = await house.desk("zhengnan", "administrator")
    monday = date.fromisocalendar(UNKNOWN, 40, 1)
    day = Date(year=UNKNOWN, month=monday.month, day=monday.day)
    for changes, reason in (
        ({"year": THIS_YEAR + 11}, "YEAR_OUT_OF_REACH"),
        ({"days_off": [day, day]}, "DAY_TWICE"),
        ({"days_worked": [day]}, "NOT_A_WORKED_DAY"),
        ({"days_off": [Date(year=UNKNOWN - 1, month=10, day=1)]}, "DAY_OUTSIDE_YEAR"),
    ):
        with pytest.raises(Refusal) as refused:
            await publish(zhengnan, **changes)
        assert refused.value.reason == reason, changes


async def test_only_administrators_change_calendars(house: House) -> None:
    lihua = await house.desk("lihua")
    for call in (publish, set_day):
        with pytest.raises(Refusal) as refused:
            await call(lihua)
        assert refused.value.code is Code.PERMISSION_DENIED
