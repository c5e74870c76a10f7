"""Cases that administrators have go on elsewhere: jumps, and routes that are edited under way."""

from __future__ import annotations

from dataclasses import replace

from tests.builders.routes import a_chain
from tests.workflow.office import CASE
from tests.workflow.town import Town
from workflows.contracts import CaseOutcome
from workflows.policy.walk import PlannedStep


def opened(town: Town) -> list[str]:
    return [line.removeprefix("open ") for line in town.office.log if line.startswith("open")]


async def test_a_claim_jumps_over_those_who_are_away(town: Town) -> None:
    town.office.routes["claim"] = a_chain("manager", "director", "vp")
    await town.start()
    await town.office.approves("manager")
    await town.office.asked("director")
    await town.office.jumps("claim", "vp", over=["manager", "director"], drops=["director", "vp"])
    await town.office.approves("vp")
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert opened(town) == ["manager#1", "director#1", "vp#1", "review#1"]


async def test_a_claim_that_jumps_back_is_walked_again_from_there(town: Town) -> None:
    town.office.routes["claim"] = a_chain("manager", "director")
    await town.start()
    await town.office.approves("manager")
    await town.office.asked("director")
    await town.office.jumps("claim", "manager", over=[], drops=["manager", "director"])
    await town.office.approves("manager", 2)
    await town.office.approves("director", 2)
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED


async def test_a_lost_workflow_finds_its_way_through_the_jumps_of_before(town: Town) -> None:
    town.office.routes["claim"] = a_chain("manager", "director")
    await town.start()
    await town.office.approves("manager")
    await town.office.asked("director")
    await town.office.jumps("claim", "manager", over=[], drops=["manager", "director"])
    await town.office.approves("manager", 2)
    await town.office.asked("director", 2)
    await town.case.terminate("lost")
    await town.start(again=True)
    await town.office.approves("director", 2)
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert f"{CASE}/claim/manager#3" not in town.office.steps
    assert f"{CASE}/claim/director#3" not in town.office.steps


async def test_a_step_put_into_the_route_under_way_is_walked_and_one_taken_out_is_not(town: Town) -> None:
    chain = a_chain("manager", "director", "vp")
    town.office.routes["claim"] = chain
    await town.start()
    await town.office.asked("manager")
    await town.office.edits("claim", [chain[0], replace(chain[1], skipped=True), chain[2]])
    legal = replace(chain[1], key="legal", after=("vp",))
    await town.office.edits("claim", [chain[0], replace(chain[1], skipped=True), chain[2], legal])
    await town.office.approves("manager")
    await town.office.approves("vp")
    await town.office.approves("legal")
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert opened(town) == ["manager#1", "vp#1", "legal#1", "review#1"]


async def test_a_lost_workflow_stands_again_where_returns_had_brought_it(town: Town) -> None:
    """The long branch is found again later than the return that has voided its end."""
    town.office.routes["claim"] = [
        *a_chain("long1", "long2"),
        PlannedStep("manager"),
        PlannedStep("quality", ("manager",)),
        PlannedStep("cfo", ("long2", "manager")),
    ]
    office = town.office
    await town.start()
    for key in ("long1", "long2", "manager", "cfo"):
        await office.approves(key)
    await office.returns("quality", to="manager")
    await office.approves("manager", 2)
    await office.approves("quality", 2)
    await office.asked("cfo", 2)
    await office.acknowledged("quality", 2)
    await town.case.terminate("lost")
    await town.start(again=True)
    await office.approves("cfo", 2)
    await office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    once = [f"{key}#1" for key in ("long1", "long2", "manager", "quality", "cfo", "review")]
    assert sorted(opened(town)) == sorted([*once, "manager#2", "quality#2", "cfo#2"])


async def test_a_workflow_of_an_engine_that_was_put_back_begins_its_walk_again(town: Town) -> None:
    """What it opens had been opened after a return of which it knows nothing."""
    town.office.routes["claim"] = a_chain("manager", "director")
    office = town.office
    await town.start()
    await office.asked("manager")
    office.has_turned("claim", {"manager": 1, "director": 1})
    await office.tells_of(f"{CASE}/claim/manager#1")
    await office.approves("manager", 2)
    await office.approves("director", 2)
    await office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
