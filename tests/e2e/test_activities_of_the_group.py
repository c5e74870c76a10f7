"""The demo's activities, lived through the RPCs of a running installation."""

from __future__ import annotations

from tests.e2e.running import Zhupi
from zhupi.marketing.v1.activity_pb2 import Activity

# One in every state.
COUNT = str(len(Activity.State.keys()) - 1)


def test_the_groups_activities_live_until_they_are_in_every_state_with_photos(zhupi: Zhupi) -> None:
    assert zhupi.ask("demo", "activities", "--count", COUNT) == {"found": "loaded", "rows": int(COUNT)}
    listed = zhupi.ask("activity", "list", "--limit", "0", who="zhongzhiqiang")
    by_state = {one["state"]: one["name"] for one in listed if " D0" in one["terms"]["title"]}
    deleted = zhupi.ask("activity", "list", "--state", "deleted", who="zhongzhiqiang")
    assert {*by_state, *(one["state"] for one in deleted)} == {*Activity.State.keys()} - {"STATE_UNSPECIFIED"}
    for state in ("RUNNING", "TO_CLOSE", "CLOSURE_IN_APPROVAL", "SETTLED", "CLOSED"):
        number = by_state[f"STATE_{state}"].removeprefix("activities/")
        kinds = [one["kind"] for one in zhupi.ask("activity", "evidence", number, who="zhongzhiqiang")]
        assert kinds.count("EVIDENCE_KIND_PHOTO") == 2, state
    closed = by_state["STATE_CLOSED"].removeprefix("activities/")
    allotment = zhupi.ask("allotment", "show", closed, who="sunli")
    spent = allotment.get("allotment", allotment)
    assert spent["fullyClaimed"]
    assert zhupi.ask("demo", "activities", "--count", COUNT) == {"found": "unchanged", "rows": int(COUNT)}


def test_the_story_of_an_activity_ends_with_its_last_payment(zhupi: Zhupi) -> None:
    told = zhupi.ask("demo", "activity")
    assert told["activity"]["state"] == "STATE_CLOSED"
    number = told["activity"]["name"].removeprefix("activities/")
    (claim,) = zhupi.ask("claim", "list", "--activity", number, who="lihua")
    assert claim["state"] == "STATE_PAID"
