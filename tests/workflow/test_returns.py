"""Returns that come straight back to whoever made them, within a stage and from the requester."""

from __future__ import annotations

from tests.builders.routes import a_chain
from tests.workflow.office import CASE
from tests.workflow.town import Town
from workflows.contracts import RESUBMITTED, CaseOutcome, Resume


def opened(town: Town) -> list[str]:
    return [line.removeprefix("open ") for line in town.office.log if line.startswith("open")]


async def test_a_claim_comes_straight_back_and_keeps_the_decisions_between(town: Town) -> None:
    town.office.routes["claim"] = a_chain("manager", "director", "vp")
    await town.start()
    await town.office.approves("manager")
    await town.office.approves("director")
    await town.office.returns("vp", to="manager", resume=Resume.COME_BACK)
    await town.office.approves("manager", 2)
    await town.office.approves("vp", 2)
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert opened(town) == ["manager#1", "director#1", "vp#1", "manager#2", "vp#2", "review#1"]


async def test_what_finance_gets_straight_back_from_the_claimant_asks_nobody_else_again(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.returns("review", resume=Resume.COME_BACK)
    await town.office.acknowledged("review")
    await town.office.tells(RESUBMITTED, town.desk.resubmit())
    await town.office.approves("review", 2)
    assert await town.ends() is CaseOutcome.APPROVED
    assert opened(town) == ["manager#1", "review#1", "review#2"]
    assert town.desk.log == ["approve", "return", "approve", "pass", "pay"]


async def test_only_the_round_after_the_return_comes_straight_back(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.returns("review", resume=Resume.COME_BACK)
    await town.office.acknowledged("review")
    await town.office.tells(RESUBMITTED, town.desk.resubmit())
    await town.office.returns("review", 2)
    await town.office.acknowledged("review", 2)
    await town.office.tells(RESUBMITTED, town.desk.resubmit())
    await town.office.approves("manager", 2)
    await town.office.approves("review", 3)
    assert await town.ends() is CaseOutcome.APPROVED
    assert f"{CASE}/claim/manager#3" not in town.office.steps


async def test_a_stage_that_could_not_begin_at_once_is_planned_as_one_that_came_straight_back(
    town: Town,
) -> None:
    office = town.office
    office.routes["finance"] = a_chain("review", "audit")
    await town.start()
    await office.approves("manager")
    await office.approves("review")
    await office.returns("audit", resume=Resume.COME_BACK)
    await office.acknowledged("audit")
    office.routes["claim"] = a_chain("manager", "legal")
    await office.tells(RESUBMITTED, town.desk.resubmit())
    await office.asked("legal")
    office.outages_of_beginning = 4
    # What was taken in is reported meanwhile, and nothing is planned by that.
    await office.approves("legal")
    await office.acknowledged("legal")
    async with town.time_flies():
        await office.asked("audit", 2)
    await office.approves("audit", 2)
    assert await town.ends() is CaseOutcome.APPROVED
    assert opened(town) == ["manager#1", "review#1", "audit#1", "legal#1", "audit#2"]
