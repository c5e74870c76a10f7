"""Services that do not answer, signals that are late, early, lost or repeated, workflows that are lost altogether."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import timedelta

from tests.builders.routes import a_chain, in_layers
from tests.workflow.office import CASE
from tests.workflow.town import Town, at_work
from workflows.contracts import CASE_ACT, CLOSED, RESUBMITTED, STEP_RESCHEDULED, CaseAct, CaseOutcome
from workflows.policy.walk import PlannedStep


async def test_a_case_waits_for_an_approval_service_that_is_down(town: Town) -> None:
    town.office.outages = 10
    await town.start()
    await town.retry_until(lambda office: office.is_asked("manager"))
    town.office.outages = 10
    await town.office.approves("manager")
    await town.retry_until(lambda office: office.is_asked("review"))
    town.office.outages = 6
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.bank.paid == [("people/lihua", 800)]


async def test_a_case_is_seen_to_wait_for_the_owner_of_its_document(town: Town) -> None:
    await town.start()
    await town.office.asked("manager")
    town.desk.outages = 6
    await town.office.approves("manager")
    async with town.time_flies():
        await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.office.noted == [("approve/1", "waiting"), ("approve/1", "done"), ("pay/1", "done")]


async def test_what_the_owner_refuses_against_all_expectation_waits_for_people(town: Town) -> None:
    town.desk.state = "paid"
    await town.start()
    await town.office.approves("manager")
    async with town.time_flies():
        effect = await town.office.waits("approve")
    assert "approve" in effect.reason
    town.desk.state = "in approval"
    await town.retry()
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED


async def test_a_stage_for_which_nobody_is_found_is_seen_to_wait_until_somebody_is(town: Town) -> None:
    town.office.nobody_for = "finance"
    await town.start()
    await town.office.approves("manager")
    async with town.time_flies():
        effect = await town.office.waits("plan/finance")
    assert "Nobody could decide" in effect.reason
    town.office.nobody_for = ""
    await town.retry()
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert ("plan/finance/1", "done") in town.office.noted


async def test_a_step_for_which_nobody_is_found_keeps_no_neighbour_waiting(town: Town) -> None:
    """It is seen to wait, and tried on, while the branch beside it goes on to its end."""
    office = town.office
    office.routes["claim"] = [
        *in_layers(["manager"], ["finance", "quality"]),
        PlannedStep("archive", ("quality",)),
    ]
    office.nobody_at = "finance"
    await town.start()
    await office.approves("manager")
    await office.approves("quality")
    await office.approves("archive")
    await office.acknowledged("archive")
    async with town.time_flies():
        effect = await office.waits("claim/finance#1/open", 0)
    assert "Nobody could decide" in effect.reason
    office.nobody_at = ""
    await town.retry()
    await office.approves("finance")
    await office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED


async def test_a_step_for_which_nobody_is_found_is_tried_at_once_when_its_route_is_edited(town: Town) -> None:
    office, route = town.office, in_layers(["manager"], ["finance"])
    office.routes["claim"], office.nobody_at = route, "finance"
    await town.start()
    await office.approves("manager")
    async with town.time_flies():
        await office.until(lambda office: office.log.count("open finance#1") > 5)
    office.nobody_at = ""
    await office.edits("claim", route)
    await office.approves("finance")
    await office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED


async def test_a_return_beside_a_step_for_which_nobody_is_found_is_heard(town: Town) -> None:
    """What is to be walked again waits until it is known whether that step was opened, and no longer."""
    office = town.office
    office.routes["claim"] = in_layers(["manager"], ["finance", "quality"])
    office.nobody_at = "finance"
    await town.start()
    await office.approves("manager")
    await office.returns("quality", to="manager")
    await office.acknowledged("quality")
    office.nobody_at = ""
    await town.retry()
    await office.approves("manager", 2)
    for key in ("finance", "quality"):
        await office.approves(key, 2)
    await office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED


async def test_a_stage_for_which_nobody_is_found_keeps_no_withdrawn_case_from_ending(town: Town) -> None:
    town.office.nobody_for = "finance"
    await town.start()
    await town.office.approves("manager")
    async with town.time_flies():
        await town.office.waits("plan/finance")
    await town.office.withdraws("nobody decides it")
    assert await town.ends() is CaseOutcome.WITHDRAWN


async def test_signals_that_come_before_the_workflow_has_begun_are_not_lost(idle_town: Town) -> None:
    town = idle_town
    town.office.version = 3
    await town.start()
    await town.office.tells("something_else", 3)
    await town.office.withdraws("at once")
    async with at_work(town):
        assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.office.log == ["close withdrawn"]
    assert town.desk.reason == "at once"


async def test_signals_may_be_repeated(town: Town) -> None:
    await town.start()
    await town.office.returns("manager")
    await town.office.acknowledged("manager")
    version = town.desk.resubmit()
    for _ in range(2):
        await town.office.tells_of(f"{CASE}/claim/manager#1")
        await town.office.tells(RESUBMITTED, version)
    await town.office.approves("manager", 2)
    await town.office.returns("review")
    await town.office.acknowledged("review")
    await town.office.tells(RESUBMITTED, version)  # an old one: it does not submit the claim again
    await town.office.tells(RESUBMITTED, town.desk.resubmit())
    await town.office.tells_of(f"{CASE}/claim/manager#1")
    await town.office.approves("manager", 3)
    await town.office.approves("review", 2)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.desk.log == ["return", "approve", "return", "approve", "pass", "pay"]


async def test_a_lost_signal_is_sent_again_by_whoever_notices(town: Town) -> None:
    await town.start()
    await town.office.approves("manager", told=False)
    assert f"{CASE}/claim/manager#1" not in town.office.consumed
    await town.office.tells_of(f"{CASE}/claim/manager#1")
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED


async def test_a_workflow_that_was_lost_is_started_again_and_finds_out_where_it_was(town: Town) -> None:
    town.office.routes["claim"] = a_chain("manager", "director")
    town.bank.refusals = ["account closed"]
    await town.start()
    await town.office.approves("manager")
    await town.office.returns("director")
    await town.office.acknowledged("director")
    await town.office.tells(RESUBMITTED, town.desk.resubmit())
    await town.office.approves("manager", 2)
    await town.office.approves("director", 2)
    await town.office.approves("review")
    await town.office.asked("review", 2)
    done = list(town.desk.log)
    await town.case.terminate("lost")
    await town.start(again=True)
    await town.office.tells(RESUBMITTED, 2)  # the approval service keeps what it has told
    await town.office.approves("review", 2)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.desk.log == [*done, "pass", "pay"]
    assert town.bank.paid == [("people/lihua", 800)]
    assert list(town.bank.booked) == [f"{CASE}/pay/1", f"{CASE}/pay/2"]


async def test_a_lost_workflow_says_once_more_of_which_version_it_spoke_where_nobody_decided(
    town: Town,
) -> None:
    town.office.routes["claim"] = []
    await town.start()
    await town.office.returns("review")
    await town.office.acknowledged("review")
    await town.office.tells(RESUBMITTED, town.desk.resubmit())
    await town.office.asked("review", 2)
    await town.case.terminate("lost")
    await town.start(version=2, again=True)  # the approval service knows the present version only
    await town.office.tells(RESUBMITTED, 2)
    await town.office.approves("review", 2)
    async with asyncio.timeout(30):
        assert await town.ends() is CaseOutcome.APPROVED
    assert town.desk.log == ["approve", "return", "approve", "pass", "pay"]
    assert town.office.noted == [("pay/1", "done")]  # nothing waited


async def test_a_workflow_of_an_older_day_ends_as_its_case_has(town: Town) -> None:
    await town.start()
    await town.office.asked("manager")
    town.office.outcome = "withdrawn"  # which the engine does not remember
    closed = CaseAct("closed", CLOSED, args={"outcome": "withdrawn"})
    await town.office.say(CASE_ACT, asdict(closed))
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.desk.log == []


async def test_a_workflow_of_a_case_that_is_closed_does_nothing_more(town: Town) -> None:
    await town.start()
    await town.office.asked("manager")
    town.office.outcome = "rejected"
    await town.case.terminate("lost")
    await town.start(again=True)
    assert await town.ends() is CaseOutcome.REJECTED
    assert town.desk.log == []


async def test_a_workflow_whose_worker_died_after_it_had_closed_its_case_ends_as_it_had_closed_it(
    town: Town,
) -> None:
    await town.start()
    await town.office.asked("manager")
    town.office.outcome = "rejected"  # sealed, rejected, closed: the engine has heard of none of it
    await town.office.rejects("manager")
    assert await town.ends() is CaseOutcome.REJECTED
    assert town.desk.log == []


async def test_a_deadline_is_told_when_it_is_due_and_moves_when_the_step_is_rescheduled(town: Town) -> None:
    await town.start()
    step = (await town.office.asked("manager")).step
    now = (await town.case.describe()).start_time
    for revision, hours in ((1, 24), (2, 48)):
        at = {"remind": (now + timedelta(hours=hours)).isoformat()}
        await town.office.say(STEP_RESCHEDULED, {"step": step, "revision": revision, "at": at})
    async with town.time_flies():
        await town.office.until(lambda office: bool(office.fired))
    again = {"remind": (now + timedelta(hours=72)).isoformat()}
    await town.office.say(STEP_RESCHEDULED, {"step": step, "revision": 3, "at": again})
    async with town.time_flies():
        await town.office.until(lambda office: len(office.fired) == 2)
    await town.office.approves("manager")
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.office.fired == [(step, "remind", 1), (step, "remind", 2)]
    described = await town.case.describe()
    assert described.close_time is not None
    assert described.close_time - now >= timedelta(hours=72)
