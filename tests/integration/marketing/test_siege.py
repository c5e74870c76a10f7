"""Whatever is sent to the marketing service, it answers or refuses in words, and a refusal changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from google.type.date_pb2 import Date

from chassis.postgres.database import Database
from tests.builders.activities import terms
from tests.builders.callers import calling
from tests.builders.edge import Edge
from tests.builders.hostile import Known
from tests.builders.marketing_desk import Desk, serve
from tests.builders.pages import not_refused
from tests.builders.protos import methods
from tests.builders.siege import EXAMPLES, Siege, lay
from tests.integration.marketing.conftest import MIGRATIONS

SERVED = [
    *methods("zhupi.marketing."),
    *methods("zhupi.common.v1.TimelineService"),
    *methods("zhupi.common.v1.DeliveryService"),
]
CALLERS = {
    "lihua": (),
    "boss": (),
    "stranger": (),
    "zhaolei": ("market",),
    "root": ("administrator", "operator", "market"),
}
ACTIVITIES = [f"activities/AC-2026-{n:06}" for n in range(1, 8)]
CHANGES = ["activityChanges/CH-2026-000001", "activityChanges/CH-2026-000002"]
EVIDENCE = [f"evidence/01980000-0000-7000-8000-00000000000{n}" for n in range(1, 4)]
CLASSES = ["academic-meeting", "display", "academic", "store"]
KNOWN: Known = {
    "subject": [*ACTIVITIES, "budgets/henan/2026-03/meeting", ""],
    "name": [*ACTIVITIES, *CHANGES, *EVIDENCE],
    "activity": ACTIVITIES,
    "document": [*ACTIVITIES, *CHANGES],
    "etag": [str(n) for n in range(1, 8)],
    "version": [0, 1, 2],
    "title": ["学术会议", "门店陈列"],
    "activity_class": CLASSES,
    "key": CLASSES,
    "parent": ["academic", "store", ""],
    "customers": [f"customers/C00000{n}" for n in range(1, 4)],
    "customer": ["customers/C000001"],
    "product": ["P1"],
    "code": ["P1", "P2"],
    "display_name": ["阿托伐他汀钙片", "易拉宝"],
    "expense_type": ["meeting", "travel"],
    "month": ["2026-03", "", "2026-04"],
    "id": ["1", "2", ""],
    "line": ["1", "2"],
    "units": [0, 1, 5, 3000, -1, 999_999_999_999_999],
    "year": [2026],
    "day": [2, 9, 10, 11],
    "quantity": [1, 10],
    "attendance": [0, 40],
    "evidence": EVIDENCE,
    "file_name": ["现场.jpg", "签到.pdf", "计划.xlsx"],
    "content_type": ["image/jpeg", "application/pdf"],
    "content": [b"\xff\xd8\xff\xe0photo", b"%PDF-1.7", b""],
    "sha256": [""],
    "place": ["郑州", ""],
    "latitude_e6": [34_750_000],
    "longitude_e6": [113_620_000],
    "note": ["签到处"],
    "text": ["布置会场", "two\nlines"],
    "attachments": ["attachments/1"],
    "organisation": ["organisations/henan", "organisations/hebei", ""],
    "requester": ["people/lihua", ""],
    "reason": ["不办", "two\nlines"],
    "purpose": ["改期"],
    "result": ["到会四十人"],
    "n": [1, 2],
    "zh": ["会议"],
    "en": ["Meeting"],
    "reminder_days": [7, 12],
    "escalation_days": [17],
    "overdue_days": [20],
    "claimable_days": [90],
    "longest_days": [180],
    "at_least": [1, 2],
    "page_size": [0, 1, 200],
}


@asynccontextmanager
async def besieged(url: str, edge: Edge) -> AsyncIterator[Siege]:
    """An activity in each of the states that people and cases do something in, and everybody who could call."""
    database = Database(url, name="marketing")
    desk = Desk(database)
    await desk.draft()
    await desk.submit(await desk.draft(terms(customers=("C000001",))))
    approved = await desk.approved(terms(customers=("C000002",)))
    running = await desk.running(terms(customers=("C000003",)))
    await desk.over(terms(customers=("C000004",)))
    await desk.closing(terms(customers=("C000005",)))
    await desk.settled(terms(customers=()))
    await desk.bring(running)
    await desk.change(approved, replace(approved.terms, city="洛阳"))
    await desk.submit_change(await desk.change(running, replace(running.terms, city="洛阳")))
    async with calling(edge, "marketing", lambda server: serve(server, desk)) as callers:
        channels = {person: await callers.channel(person, *roles) for person, roles in CALLERS.items()}
        yield Siege(
            database, {**channels, "worker": await callers.service("worker", lambda channel: channel)}
        )
    await database.close()


@pytest.mark.timeout(600)
def test_hostile_requests_are_refused_in_words_and_change_nothing(
    migrated_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    edge = Edge(tmp_path_factory.mktemp("siege"))
    siege = lay(lambda: besieged(migrated_database(MIGRATIONS), edge), SERVED, KNOWN)
    assert not siege.faults, siege.report()
    assert siege.answers["OK"] > EXAMPLES // 30  # it is not only refusing


async def test_every_list_refuses_a_page_that_there_is_not_and_names_the_field(
    migrated_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    edge = Edge(tmp_path_factory.mktemp("lists"))
    day = Date(year=2026, month=3, day=9)
    needed = {"document": ACTIVITIES[0], "activity": ACTIVITIES[0], "first_day": day, "last_day": day}
    async with besieged(migrated_database(MIGRATIONS), edge) as siege:
        assert await not_refused(siege.channels["root"], SERVED, needed) == []
