"""All that activities hold, told page by page to whoever compares it with what they believe."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis.postgres.database import Database
from kernel.errors import Code
from services.expense.service import add_services
from services.marketing.books import ExpenseBooks
from tests.builders.allotment_desk import AllotmentDesk, a_term, on_activity
from tests.builders.callers import Callers, calling
from tests.builders.edge import Edge
from tests.builders.expense import a_key
from tests.builders.expense_desk import Desk
from tests.integration.expense.test_grpc import refused
from zhupi.expense.v1 import allotment_books_pb2 as pb
from zhupi.expense.v1.allotment_books_pb2_grpc import AllotmentBooksServiceStub
from zhupi.expense.v1.allotment_pb2 import Allotment

OTHER = "AC-2026-000002"


@pytest.fixture(scope="session")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    home: Path = tmp_path_factory.mktemp("books-home")
    return Edge(home)


@pytest.fixture
async def callers(edge: Edge, database: Database, desk: Desk) -> AsyncIterator[Callers]:
    def register(server: object) -> None:
        add_services(server, database, desk.directory, desk.planner, desk.files, desk.clock)  # type: ignore[arg-type]  # the server it is given

    async with calling(edge, "expense", register) as callers:
        yield callers


async def test_allotments_are_told_by_number_as_their_events_told_them(callers: Callers, desk: Desk) -> None:
    allotments = AllotmentDesk(desk)
    await allotments.settled(100, OTHER)
    await allotments.committed(a_term(200))
    marketing = await callers.service("marketing", AllotmentBooksServiceStub)
    first = await marketing.ReadAllotments(pb.ReadAllotmentsRequest(limit=1))
    (one,) = first.allotments
    assert (one.activity, one.version, one.state) == (
        "activities/AC-2026-000001",
        2,
        Allotment.STATE_COMMITTED,
    )
    assert (one.organisation, one.lines[0].committed.units) == ("organisations/henan", 200)
    assert first.more
    rest = await marketing.ReadAllotments(pb.ReadAllotmentsRequest(after=one.activity))
    assert [told.activity for told in rest.allotments] == [f"activities/{OTHER}"]
    assert not rest.more


async def test_budgets_tell_what_activities_hold_and_what_claims_on_them_spent(
    callers: Callers, desk: Desk
) -> None:
    await desk.load_budget(5000, a_key(month="2026-10"))
    allotments = AllotmentDesk(desk)
    await allotments.settled(100, OTHER)
    await desk.pay(
        await desk.pass_finance(await desk.approve(await desk.submitted(on_activity(30, activity=OTHER))))
    )
    await desk.submitted(on_activity(20, activity=OTHER))
    await desk.submitted()  # of a budget of its own: nothing of an activity's
    await allotments.committed(a_term(200))
    await allotments.change(a_term(250), a_term(70, "2", "2026-10"))
    marketing = await callers.service("marketing", AllotmentBooksServiceStub)
    first = await marketing.ReadActivityBudgets(pb.ReadActivityBudgetsRequest(limit=1))
    rest = await marketing.ReadActivityBudgets(pb.ReadActivityBudgetsRequest(after=first.budgets[-1].budget))
    assert (first.more, rest.more) == (True, False)
    assert [
        (held.budget, held.reserved.units, held.committed.units, held.spent.units)
        for held in (*first.budgets, *rest.budgets)
    ] == [("budgets/henan/2026-10/travel", 70, 0, 0), ("budgets/henan/2026-11/travel", 50, 270, 30)]


async def test_people_look_at_allotments_elsewhere(callers: Callers) -> None:
    root = await callers.person("root", AllotmentBooksServiceStub, "finance", "operator")
    await refused(root.ReadAllotments(pb.ReadAllotmentsRequest()), Code.PERMISSION_DENIED, "NOT_PERMITTED")
    await refused(
        root.ReadActivityBudgets(pb.ReadActivityBudgetsRequest()), Code.PERMISSION_DENIED, "NOT_PERMITTED"
    )


async def test_marketing_reads_them_over_the_wire(callers: Callers, desk: Desk) -> None:
    await AllotmentDesk(desk).committed(a_term(200))
    books = await callers.service("marketing", ExpenseBooks)
    (told,), more = await books.allotments("", 100)
    assert (told.activity, told.version, told.state, more) == (
        "AC-2026-000001",
        2,
        "STATE_COMMITTED",
        False,
    )
    assert [share.amounts["committed"].minor for share in told.shares] == [200_00]
    assert await books.allotments(f"activities/{told.activity}", 100) == ((), False)
    (sums,), _ = await books.budgets("", 100)
    assert (sums.budget, sums.committed.minor, sums.spent.minor) == (
        "budgets/henan/2026-11/travel",
        200_00,
        0,
    )
    assert await books.budgets(sums.budget, 100) == ((), False)
