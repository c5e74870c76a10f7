"""The marketing service over gRPC: who sees what, repeated requests, lists, the calendar, files, the configuration."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from uuid import uuid4

import pytest
from google.type.date_pb2 import Date

from kernel.errors import Code, Refusal
from services.marketing.terms_mapping import terms_to_message
from tests.builders.activities import a_line, terms
from tests.builders.callers import Callers
from tests.builders.marketing_desk import STRANGER, Desk
from zhupi.common.v1.sheet_pb2 import SHEET_FORMAT_CSV
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest
from zhupi.common.v1.timeline_pb2_grpc import TimelineServiceStub
from zhupi.marketing.v1 import activity_pb2 as pb
from zhupi.marketing.v1 import configuration_pb2 as configuration
from zhupi.marketing.v1.activity_pb2_grpc import ActivityServiceStub
from zhupi.marketing.v1.configuration_pb2_grpc import ActivityConfigurationServiceStub


def an_id() -> str:
    return str(uuid4())


async def refused(call: object, code: Code, reason: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await call  # type: ignore[misc]  # a call of any stub
    assert (caught.value.code, caught.value.reason) == (code, reason)
    return caught.value


async def test_a_repeated_creation_answers_what_it_answered(callers: Callers, desk: Desk) -> None:
    activities = await callers.person("lihua", ActivityServiceStub)
    creation = pb.CreateActivityRequest(request_id=an_id(), terms=terms_to_message(terms()))
    first = await activities.CreateActivity(creation)
    assert await activities.CreateActivity(creation) == first
    assert (first.name, first.organisation) == ("activities/AC-2026-000001", "organisations/henan")
    assert await desk.kinds(first.name) == ["ActivityCreated"]


async def test_everything_that_is_wrong_is_said_at_once_with_its_place(callers: Callers, desk: Desk) -> None:
    activities = await callers.person("lihua", ActivityServiceStub)
    wrong = terms(customers=("C999999",), activity_class="academic", lines=(a_line(expense_type="yacht"),))
    asked = pb.CreateActivityRequest(request_id=an_id(), terms=terms_to_message(wrong))
    with pytest.raises(Refusal) as caught:
        await activities.CreateActivity(asked)
    assert {violation.field: violation.rule for violation in caught.value.violations} == {
        "terms.customers[0]": "UNKNOWN_CUSTOMER",
        "terms.activity_class": "CLASS_HAS_SUBCLASSES",
        "terms.lines[0].expense_type": "UNKNOWN_EXPENSE_TYPE",
    }


async def test_who_sees_an_activity(callers: Callers, desk: Desk) -> None:
    draft = await desk.draft()
    asked = pb.GetActivityRequest(name=draft.name)
    boss = await callers.person("boss", ActivityServiceStub)
    await refused(boss.GetActivity(asked), Code.NOT_FOUND, "NOT_FOUND")
    await desk.submit(draft)
    for person, *roles in (["lihua"], ["boss"], ["zhaolei", "market"], ["sunli", "finance"]):
        stub = await callers.person(person, ActivityServiceStub, *roles)
        assert (await stub.GetActivity(asked)).name == draft.name
        assert len((await stub.ListActivities(pb.ListActivitiesRequest())).activities) == 1
    for person in ("zhangwei", "stranger"):
        stub = await callers.person(person, ActivityServiceStub)
        await refused(stub.GetActivity(asked), Code.NOT_FOUND, "NOT_FOUND")
        assert not (await stub.ListActivities(pb.ListActivitiesRequest())).activities


async def test_lists_are_narrowed_by_whatever_is_asked_for(callers: Callers, desk: Desk) -> None:
    meeting = await desk.submit()
    store = await desk.draft(
        terms(
            title="门店陈列",
            activity_class="display",
            customers=("C000002",),
            products=(),
            start_date=date(2026, 4, 1),
            end_date=date(2026, 5, 1),
        )
    )
    over = await desk.over(terms(customers=("C000003",)))
    await desk.submit(await desk.draft(terms(customers=("C000009",)), STRANGER), STRANGER)
    lihua = await callers.person("zhaolei", ActivityServiceStub, "market")
    cases = {
        (("state", pb.Activity.STATE_DRAFT),): {store.name},
        (("activity_class", "store"),): {store.name},
        (("customer", "customers/C000001"),): {meeting.name},
        (("product", "P1"), ("requester", "people/lihua")): {meeting.name, over.name},
        (("organisation", "organisations/north"), ("month", "2026-04")): {store.name},
        (("query", "陈列"),): {store.name},
        (("overdue", True),): set(),
    }
    for said, found in cases.items():
        asked = pb.ListActivitiesRequest(filter=pb.ActivityFilter(**dict(said)))
        assert {one.name for one in (await lihua.ListActivities(asked)).activities} == found, said


async def test_a_list_goes_on_where_its_page_ended(callers: Callers, desk: Desk) -> None:
    made = [(await desk.draft()).name for _ in range(5)]
    lihua = await callers.person("lihua", ActivityServiceStub)
    found, token = [], ""
    while True:
        page = await lihua.ListActivities(pb.ListActivitiesRequest(page_size=2, page_token=token))
        found += [one.name for one in page.activities]
        token = page.next_page_token
        if not token:
            break
    assert found == made[::-1]


async def test_a_calendar_shows_what_takes_place_in_its_days_by_their_first(
    callers: Callers, desk: Desk
) -> None:
    later = await desk.approved(
        terms(customers=("C000002",), start_date=date(2026, 3, 20), end_date=date(2026, 3, 25))
    )
    sooner = await desk.approved()
    await desk.draft(terms(customers=("C000003",)))
    await desk.cancel(await desk.approved(terms(customers=("C000004",))))
    lihua = await callers.person("lihua", ActivityServiceStub)
    asked = pb.ListCalendarRequest(
        first_day=Date(year=2026, month=3, day=10), last_day=Date(year=2026, month=3, day=20)
    )
    page = await lihua.ListCalendar(asked)
    assert [one.activity for one in page.entries] == [sooner.name, later.name]
    asked.last_day.year = 2025
    await refused(lihua.ListCalendar(asked), Code.INVALID_ARGUMENT, "DATES_REVERSED")
    asked.last_day.year = 2028
    await refused(lihua.ListCalendar(asked), Code.INVALID_ARGUMENT, "CALENDAR_TOO_LONG")


async def test_an_export_has_activities_and_their_lines(callers: Callers, desk: Desk) -> None:
    settled = await desk.settled(None, 2800, 2000)
    lihua = await callers.person("lihua", ActivityServiceStub)
    asked = pb.ExportActivitiesRequest(format=SHEET_FORMAT_CSV)
    content = b"".join([chunk.content async for chunk in lihua.ExportActivities(asked)])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    (activities,) = (text for name, text in sheets.items() if "activities" in name)
    (lines,) = (text for name, text in sheets.items() if "lines" in name)
    assert settled.number in activities
    assert "4800.00" in activities
    assert f"{settled.number},1,meeting,2026-03,3000.00,CNY,2800.00,2800.00" in lines


async def test_market_management_publishes_what_holds_for_all(callers: Callers, desk: Desk) -> None:
    market = await callers.person("zhaolei", ActivityConfigurationServiceStub, "market")
    present = await market.GetActivityConfiguration(configuration.GetActivityConfigurationRequest())
    present.longest_days = 1
    publishing = configuration.PublishActivityConfigurationRequest(
        request_id=an_id(), etag=present.etag, configuration=present
    )
    assert (await market.PublishActivityConfiguration(publishing)).version == 1
    publishing.request_id = an_id()
    await refused(market.PublishActivityConfiguration(publishing), Code.ABORTED, "ETAG_MISMATCH")
    lihua = await callers.person("lihua", ActivityConfigurationServiceStub)
    publishing.request_id = an_id()
    with pytest.raises(Refusal) as caught:
        await lihua.PublishActivityConfiguration(publishing)
    assert caught.value.code is Code.PERMISSION_DENIED
    activities = await callers.person("lihua", ActivityServiceStub)
    creation = pb.CreateActivityRequest(request_id=an_id(), terms=terms_to_message(terms()))
    await refused(activities.CreateActivity(creation), Code.INVALID_ARGUMENT, "ACTIVITY_TOO_LONG")


async def test_whoever_may_see_an_activity_may_read_its_timeline(callers: Callers, desk: Desk) -> None:
    draft = await desk.draft()
    asked = ListTimelineRequest(document=draft.name)
    lihua = await callers.person("lihua", TimelineServiceStub)
    assert [entry.kind for entry in (await lihua.ListTimeline(asked)).entries] == ["ActivityCreated"]
    stranger = await callers.person("stranger", TimelineServiceStub)
    await refused(stranger.ListTimeline(asked), Code.NOT_FOUND, "NOT_FOUND")
