"""Servers whose clocks do not agree: what was done later is later, whatever the time is said to be."""

from __future__ import annotations

from datetime import timedelta

from kernel.actor import Actor
from kernel.clock import FixedClock, SystemClock
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from tests.stateful.engine.inside import Servicers
from zhupi.approval.v1 import case_pb2, case_protocol_pb2


async def test_a_stage_planned_by_a_server_whose_clock_is_behind_is_the_one_under_way(house: House) -> None:
    """Found by the machine of the engine, to which two stages were planned at the same moment."""
    case, now = await house.start_case(), SystemClock().now()

    def desk(actor: Actor, *, late: timedelta = timedelta()) -> Desk:
        return Servicers(house.parts, FixedClock(now - late)).desk(actor)

    worker, administrator = (
        Actor(service="worker"),
        Actor(person="zhengnan", roles=frozenset({"administrator"})),
    )
    first = case_protocol_pb2.BeginStageRequest(case=str(case.name), stage="single", round=1)
    begun = await desk(worker).protocol.BeginStage(first)
    (item,) = (await desk(administrator).get_case(case.name.resource)).work_items
    await desk(Actor(person=item.assignee.removeprefix("people/"))).approve(item)
    second = case_protocol_pb2.BeginStageRequest(
        case=str(case.name), stage="two", round=1, consumed=[begun.opened[0].step]
    )
    await desk(worker, late=timedelta(seconds=5)).protocol.BeginStage(second)
    given = case_pb2.ReassignStepRequest(
        name=case.name.resource,
        request_id=request_id(),
        reason="出差",
        step="second",
        people=["people/wuhao"],
    )
    shown = await desk(administrator).cases.ReassignStep(given)
    assert [route.stage for route in shown.routes] == ["single", "two"]
    assert list(shown.routes[1].steps[1].approvers[0].candidates) == ["people/wuhao"]
