"""Other services as this one asks them, really asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import pytest

from chassis.postgres.database import Database
from chassis.rpc.client import channel
from services.marketing.neighbours import ApprovalCalendar, ApprovalCases, CustomerService
from tests.builders import customer_desk
from tests.builders.approval_house import House, a_house
from tests.builders.callers import calling
from tests.builders.customers import a_file
from tests.builders.edge import Edge


@pytest.fixture
async def house(edge: Edge, migrated_database: Callable[[str], str], tmp_path: Path) -> AsyncIterator[House]:
    database = Database(migrated_database("services/approval/migrations"), name="approval")
    async with a_house(edge, database, tmp_path / "files") as house:
        yield house
    await database.close()


async def test_working_days_are_those_of_the_calendar_over_the_year_s_end_too(
    house: House, edge: Edge
) -> None:
    settings = edge.settings("marketing", peers={"approval": house.server.address})
    async with channel(settings, "approval") as opened:
        calendar = ApprovalCalendar(opened)
        # The Monday of the grave-sweeping days, 6 April 2026, is off.
        assert await calendar.after("henan", date(2026, 4, 3), 1) == date(2026, 4, 7)
        # The Saturday before the spring festival, 14 February 2026, is worked.
        assert await calendar.after("henan", date(2026, 2, 13), 1) == date(2026, 2, 14)
        # Years that nobody has announced yet have their weekdays.
        assert await calendar.after("henan", date(2028, 12, 29), 1) == date(2029, 1, 1)


async def test_customers_are_those_that_the_caller_may_see(
    edge: Edge, migrated_database: Callable[[str], str]
) -> None:
    database = Database(migrated_database("services/customer/migrations"), name="customer")
    desk = customer_desk.Desk(database)
    made = await desk.create(a_file())
    async with calling(edge, "customer", lambda server: customer_desk.serve(server, desk)) as callers:
        for person, seen in (("lihua", True), ("stranger", False)):
            known = await CustomerService(await callers.channel(person)).of([made.number, "C999999"])
            assert set(known) == ({made.number} if seen else set())
        lihua = await CustomerService(await callers.channel("lihua")).of([made.number])
        assert (lihua[made.number].salesperson, lihua[made.number].state) == (
            "lihua",
            "CUSTOMER_STATE_POTENTIAL",
        )
    await database.close()


async def test_who_takes_part_in_a_case_is_known_to_approval(house: House) -> None:
    case = await house.start_case()
    for person, takes_part in (("wangfang", True), ("nobody", False)):
        cases = ApprovalCases((await house.desk(person)).channel)
        assert await cases.may_see(case.document) == takes_part
    assert not await ApprovalCases((await house.desk("wangfang")).channel).may_see(
        "activities/AC-2026-000001"
    )
