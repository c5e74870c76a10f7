"""What expense tells of the budget behind an activity is kept, the newest, and its case hears when all is claimed."""

from __future__ import annotations

from google.type.money_pb2 import Money

from chassis.rpc.values import time_to_message
from services.marketing.books import allotment_from_message
from services.marketing.domain.activity import Activity
from services.marketing.use_cases import allotments
from tests.builders.activities import NOW
from tests.builders.marketing_desk import WORKER, Desk
from zhupi.approval.v1.events_pb2 import CaseFact
from zhupi.expense.v1.allotment_pb2 import Allotment, AllotmentLine
from zhupi.expense.v1.events_pb2 import AllotmentChanged


def told(activity: str, version: int, *, fully: bool = False, spent: int = 0) -> AllotmentChanged:
    amount = Money(currency_code="CNY", units=spent)
    return AllotmentChanged(
        activity=activity,
        version=version,
        state=Allotment.STATE_SETTLED,
        lines=[AllotmentLine(id="1", expense_type="meeting", month="2026-03", spent=amount)],
        fully_claimed=fully,
        time=time_to_message(NOW),
    )


async def hear(desk: Desk, message: AllotmentChanged) -> None:
    await desk.do(allotments.take_allotment, allotment_from_message(message), WORKER)


async def facts(desk: Desk, activity: Activity) -> int:
    return (await desk.messages(activity.name)).count("CaseFact")


async def test_the_case_hears_once_that_all_is_claimed(desk: Desk) -> None:
    settled = await desk.settled()
    before = await facts(desk, settled)
    await hear(desk, told(settled.name, 4, spent=3000))
    assert await facts(desk, settled) == before
    await hear(desk, told(settled.name, 5, fully=True, spent=5000))
    await hear(desk, told(settled.name, 6, fully=True, spent=5000))
    assert await facts(desk, settled) == before + 1
    fact = CaseFact.FromString(await desk.body(settled.name))
    assert (fact.name, fact.fact_id) == ("all_claimed", "all_claimed/5")


async def test_what_is_older_than_what_is_known_changes_nothing(desk: Desk) -> None:
    settled = await desk.settled()
    await hear(desk, told(settled.name, 5, spent=300))
    await hear(desk, told(settled.name, 4, fully=True))
    async with desk.uow() as uow:
        known = await uow.allotments.of(settled.number)
    assert known is not None
    assert (known.version, known.fully_claimed) == (5, False)
    assert known.said["lines"][0]["spent"]["units"] == "300"


async def test_an_allotment_without_an_activity_is_kept_to_be_found(desk: Desk) -> None:
    await hear(desk, told("activities/AC-2020-000001", 1, fully=True))
    async with desk.uow() as uow:
        assert await uow.allotments.of("AC-2020-000001") is not None
