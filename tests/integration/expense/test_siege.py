"""Whatever is sent to the expense service, it answers or refuses in words, and a refusal changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from chassis.postgres.database import Database
from services.expense.service import add_services
from tests.builders.allotment_desk import AllotmentDesk, a_term, on_activity
from tests.builders.callers import calling
from tests.builders.edge import Edge
from tests.builders.expense_desk import Desk
from tests.builders.hostile import Known
from tests.builders.pages import not_refused
from tests.builders.protos import methods
from tests.builders.siege import EXAMPLES, Siege, lay
from tests.integration.expense.conftest import MIGRATIONS

SERVED = [
    *methods("zhupi.expense."),
    *methods("zhupi.common.v1.TimelineService"),
    *methods("zhupi.common.v1.DeliveryService"),
]
CALLERS = {
    "lihua": (),
    "boss": (),
    "stranger": (),
    "wangfang": ("finance",),
    "root": ("administrator", "operator", "finance"),
}
KNOWN: Known = {
    "name": [
        *(f"claims/EC-2026-{n:06}" for n in range(1, 9)),
        *(f"allotments/AC-2026-{n:06}" for n in range(1, 5)),
        "budgets/henan/2026-11/travel",
        "months/2026-11",
    ],
    "document": [
        "claims/EC-2026-000001",
        "claims/EC-2026-000003",
        "budgets/henan/2026-11/travel",
        "allotments/AC-2026-000001",
    ],
    "allotment": [f"allotments/AC-2026-{n:06}" for n in range(1, 5)],
    "activity": [f"activities/AC-2026-{n:06}" for n in range(1, 6)],
    "activity_line": ["activities/AC-2026-000003/lines/1", ""],
    "month": ["2026-11", "2026-12"],
    "budget": ["budgets/henan/2026-11/travel"],
    "source": ["budgets/henan/2026-11/travel"],
    "target": ["budgets/henan/2026-12/travel", "budgets/hebei/2026-11/meeting"],
    "title": ["拜访客户", "x"],
    "reason": ["不符合规定", "two\nlines"],
    "description": ["出租车"],
    "expense_type": ["travel", "meeting", "hotel"],
    "code": ["travel", "meeting", "4100201130", ""],
    "number": ["12345678", "1" * 20],
    "seller": ["郑州大酒店"],
    "city": ["郑州"],
    "id": ["1", "2", ""],
    "line_id": ["1"],
    "etag": [str(n) for n in range(1, 5)],
    "version": [0, 1, 2],
    "units": [0, 1, 5, 100, -1, 999_999_999_999_999],
    "organisation": ["organisations/henan", "organisations/hebei"],
    "claimant": ["people/lihua", "people/boss"],
    "payment": ["PAY-2026-000001"],
    "month_from": ["2026-01"],
    "month_to": ["2026-12"],
    "page_size": [0, 1, 200],
    "attachments": ["attachments/0190aaaa-0000-7000-8000-000000000000"],
    "content": [b"PK\x03\x04"],
}


@asynccontextmanager
async def besieged(url: str, edge: Edge) -> AsyncIterator[Siege]:
    """Claims in every state, and everybody who could call."""
    database = Database(url, name="expense")
    desk = Desk(database)
    await desk.set_catalogue()
    await desk.load_budget()
    await desk.create()
    await desk.submitted()
    await desk.approve(await desk.submitted())
    await desk.pass_finance(await desk.approve(await desk.submitted()))
    await desk.pay(await desk.pass_finance(await desk.approve(await desk.submitted())))
    await desk.delete(await desk.create())
    allotments = AllotmentDesk(desk)
    await allotments.reserve(a_term(100))
    await allotments.committed(a_term(100), activity="AC-2026-000002")
    await allotments.settled(100, "AC-2026-000003")
    await desk.submitted(on_activity(1, activity="AC-2026-000003"))
    await allotments.settled(100, "AC-2026-000004")
    await allotments.close("AC-2026-000004")

    def register(server: object) -> None:
        add_services(server, database, desk.directory, desk.planner, desk.files, desk.clock)  # type: ignore[arg-type]  # the server it is given

    async with calling(edge, "expense", register) as callers:
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
    needed = {
        "document": "claims/EC-2026-000001",
        "budget": "budgets/henan/2026-11/travel",
        "allotment": "allotments/AC-2026-000001",
    }
    async with besieged(migrated_database(MIGRATIONS), edge) as siege:
        assert await not_refused(siege.channels["root"], SERVED, needed) == []
