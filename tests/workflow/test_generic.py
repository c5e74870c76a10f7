"""Every path of a process without code through people's hands, on an engine that skips time."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.builders.routes import a_chain
from tests.workflow.town import Town, at_work
from workflows.contracts import GENERIC, RESUBMITTED, CaseOutcome


@pytest.fixture
async def town(idle_town: Town) -> AsyncIterator[Town]:
    idle_town.process = GENERIC
    idle_town.office.routes = {
        "business": a_chain("manager", "director"),
        "sealing": a_chain("keeper"),
        "archive": a_chain("archivist"),
    }
    async with at_work(idle_town) as town:
        yield town


async def test_a_document_passes_the_stages_of_its_policy_in_their_order(town: Town) -> None:
    await town.start()
    for key in ("manager", "director", "keeper"):
        await town.office.approves(key)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.papers.log == ["approve"]
    assert [line for line in town.office.log if line.startswith(("plan", "seal", "close"))] == [
        "plan business 1",
        "plan sealing 1",
        "seal approval",
        "close approved",
    ]


async def test_a_document_that_is_rejected_in_any_stage_has_come_to_its_end(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.approves("director")
    await town.office.rejects("keeper", comment="no such seal")
    assert await town.ends() is CaseOutcome.REJECTED
    assert (town.papers.state, town.papers.reason) == ("rejected", "no such seal")


async def test_a_returned_document_walks_the_stages_of_its_new_submission(
    town: Town,
) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.approves("director")
    await town.office.returns("keeper", comment="which copy?")
    await town.office.acknowledged("keeper")
    assert (town.papers.state, town.papers.reason) == ("draft", "which copy?")
    await town.office.tells(RESUBMITTED, town.papers.resubmit("sealing", "archive"))
    await town.office.approves("keeper", 2)
    await town.office.approves("archivist")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.papers.log == ["return", "approve"]


async def test_a_document_returned_to_an_earlier_step_stays_in_its_stage(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.returns("director", to="manager")
    for key in ("manager", "director"):
        await town.office.approves(key, 2)
    await town.office.approves("keeper")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.papers.log == ["approve"]


async def test_a_document_is_taken_back_in_any_stage_until_it_is_approved(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.approves("director")
    await town.office.asked("keeper")
    await town.office.withdraws("not needed")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert (town.papers.state, town.papers.reason) == ("draft", "not needed")


async def test_a_withdrawal_in_the_same_moment_wins_over_the_last_approval(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.approves("director")
    await town.office.approves("keeper", told=False)
    await town.office.withdraws(told=False)
    await town.office.tells_of(next(step for step in town.office.steps if "keeper" in step))
    await town.office.until(lambda office: office.log[-1] == "seal approval")
    await town.office.tells_of_withdrawal("")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.papers.log == ["withdraw"]


async def test_a_document_whose_case_begins_again_is_decided_once(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.approves("director")
    await town.office.asked("keeper")
    await town.case.terminate()
    await town.start(again=True)
    await town.office.approves("keeper")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.papers.log == ["approve"]
    assert len(town.office.steps) == 3


async def test_a_case_without_code_waits_for_an_approval_service_that_is_down(town: Town) -> None:
    town.papers.outages = 10
    await town.start()
    async with town.time_flies():
        await town.office.asked("manager")
    for key in ("manager", "director", "keeper"):
        await town.office.approves(key)
    assert await town.ends() is CaseOutcome.APPROVED
