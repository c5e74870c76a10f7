"""Allotments over gRPC: who may move them, who may look at them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from google.type.money_pb2 import Money as MoneyMessage

from chassis.postgres.database import Database
from kernel.errors import Code
from services.expense.service import add_services
from tests.builders.allotment_desk import AllotmentDesk, on_activity
from tests.builders.callers import Callers, calling
from tests.builders.edge import Edge
from tests.builders.expense_desk import Desk
from tests.integration.expense.test_grpc import refused
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest
from zhupi.common.v1.timeline_pb2_grpc import TimelineServiceStub
from zhupi.expense.v1 import allotment_pb2 as pb
from zhupi.expense.v1.allotment_pb2_grpc import AllotmentCaseServiceStub, AllotmentServiceStub

NAME = "allotments/AC-2026-000001"


@pytest.fixture(scope="session")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    home: Path = tmp_path_factory.mktemp("allotments-home")
    return Edge(home)


@pytest.fixture
async def callers(edge: Edge, database: Database, desk: Desk) -> AsyncIterator[Callers]:
    def register(server: object) -> None:
        add_services(server, database, desk.directory, desk.planner, desk.files, desk.clock)  # type: ignore[arg-type]  # the server it is given

    async with calling(edge, "expense", register) as callers:
        yield callers


def reserving(units: int = 100) -> pb.ReserveAllotmentRequest:
    term = pb.AllotmentTerm(
        id="1", expense_type="travel", month="2026-11", amount=MoneyMessage(currency_code="CNY", units=units)
    )
    return pb.ReserveAllotmentRequest(
        activity="activities/AC-2026-000001",
        request_id=str(uuid4()),
        version=1,
        organisation="organisations/henan",
        title="订货会",
        lines=[term],
    )


async def test_only_the_worker_moves_an_allotment(callers: Callers) -> None:
    for stub in (
        await callers.person("root", AllotmentCaseServiceStub, "finance", "administrator"),
        await callers.service("approval", AllotmentCaseServiceStub),
    ):
        await refused(stub.ReserveAllotment(reserving()), Code.PERMISSION_DENIED, "NOT_PERMITTED")
    worker = await callers.service("worker", AllotmentCaseServiceStub)
    reserved = await worker.ReserveAllotment(reserving())
    assert (reserved.name, reserved.state, reserved.reserved.units) == (
        NAME,
        pb.Allotment.STATE_RESERVED,
        100,
    )
    refusal = await refused(
        worker.ReserveAllotment(reserving(10_001)), Code.FAILED_PRECONDITION, "OVER_BUDGET"
    )
    assert refusal.values["budget"] == "budgets/henan/2026-11/travel"


async def test_an_allotment_is_seen_like_the_budgets_of_its_organisation(
    callers: Callers, desk: Desk
) -> None:
    await AllotmentDesk(desk).settled(100)
    claim = await desk.submitted(on_activity(30))
    for person, roles in (("lihua", ()), ("boss", ()), ("wangfang", ("finance",))):
        stub = await callers.person(person, AllotmentServiceStub, *roles)
        assert (await stub.GetAllotment(pb.GetAllotmentRequest(name=NAME))).in_flight.units == 30
        (draw,) = (await stub.ListAllotmentDraws(pb.ListAllotmentDrawsRequest(allotment=NAME))).draws
        assert (draw.claim, draw.line, draw.amount.units, draw.paid) == (claim.name, "1", 30, False)
        found = (await stub.ListAllotments(pb.ListAllotmentsRequest(query="订货会"))).allotments
        assert [one.name for one in found] == [NAME]
        none = pb.ListAllotmentsRequest(state=pb.Allotment.STATE_CLOSED)
        assert not (await stub.ListAllotments(none)).allotments
    stranger = await callers.person("stranger", AllotmentServiceStub)
    await refused(stranger.GetAllotment(pb.GetAllotmentRequest(name=NAME)), Code.NOT_FOUND, "NOT_FOUND")
    assert not (await stranger.ListAllotments(pb.ListAllotmentsRequest())).allotments
    timeline = await callers.person("boss", TimelineServiceStub)
    rows = (await timeline.ListTimeline(ListTimelineRequest(document=NAME))).entries
    assert [row.kind for row in rows][:2] == ["AllotmentReserved", "AllotmentCommitted"]
