"""The life of an activity from its request to its end, and who wins where a person and a moment meet."""

from __future__ import annotations

from chassis.timeline.store import verify
from services.marketing.domain.life import ActivityState
from tests.builders.marketing_desk import Desk


async def test_an_activity_goes_from_its_request_to_its_end(desk: Desk) -> None:
    activity = await desk.settled(None, 2800, 2000)
    assert activity.state is ActivityState.SETTLED
    assert [str(cost.amount.amount) for cost in activity.claimable] == ["2800.00", "2000.00"]
    closed = await desk.close(activity)
    assert (closed.state, closed.case_open, closed.version) == (ActivityState.CLOSED, False, 2)
    assert await desk.kinds(activity.name) == [
        "ActivityCreated",
        "ActivitySubmitted",
        "ActivityApproved",
        "ActivityStarted",
        "ActivityEnded",
        "ClosureEdited",
        "ClosureSubmitted",
        "ActivitySettled",
        "ActivityClosed",
    ]
    assert await desk.messages(activity.name) == [
        "ActivitySubmitted",
        "CaseRequested",
        "ActivityApproved",
        "ActivityMoved",
        "ActivityMoved",
        "ClosureSubmitted",
        "CaseFact",
        "ActivityMoved",
        "ActivityMoved",
    ]
    assert (await verify(desk.database)).breaks == []
