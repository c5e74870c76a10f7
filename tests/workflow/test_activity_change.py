"""Every path of a change of an approved activity, on an engine that skips time."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.builders.routes import a_chain
from tests.workflow.town import Town, at_work
from workflows.contracts import RESUBMITTED, CaseOutcome


@pytest.fixture
async def town(idle_town: Town) -> AsyncIterator[Town]:
    """The activity has its 3000 already."""
    idle_town.process = "activity-change"
    idle_town.office.routes = {"change": a_chain("manager")}
    purse = idle_town.purse
    purse.state, purse.committed, purse.free = "committed", 3000, 7000
    async with at_work(idle_town) as town:
        yield town


async def test_what_a_change_asks_for_in_addition_is_reserved_while_the_old_terms_hold(town: Town) -> None:
    await town.start()
    await town.office.asked("manager")
    assert (town.purse.reserved, town.purse.committed) == (1000, 3000)
    await town.office.approves("manager")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.amendment.log == ["apply"]
    assert town.purse.log == ["change", "commit"]
    assert (town.purse.reserved, town.purse.committed, town.purse.free) == (0, 4000, 6000)
    assert "seal approval" in town.office.log


async def test_what_a_change_gives_up_is_free_once_it_is_approved(town: Town) -> None:
    town.amendment.budget = 1000
    await town.start()
    await town.office.asked("manager")
    assert (town.purse.reserved, town.purse.committed) == (0, 3000)
    await town.office.approves("manager")
    assert await town.ends() is CaseOutcome.APPROVED
    assert (town.purse.committed, town.purse.free) == (1000, 9000)


async def test_a_rejected_change_leaves_the_old_terms(town: Town) -> None:
    await town.start()
    await town.office.rejects("manager", comment="no")
    assert await town.ends() is CaseOutcome.REJECTED
    assert (town.amendment.log, town.amendment.reason) == (["reject"], "no")
    assert (town.purse.log, town.purse.held) == (["change", "abandon"], 3000)


async def test_a_returned_change_gives_back_what_was_reserved_and_asks_again(town: Town) -> None:
    await town.start()
    await town.office.returns("manager", comment="why?")
    await town.office.until(lambda _: town.amendment.state == "draft")
    assert town.purse.held == 3000
    town.amendment.budget = 3500
    await town.office.tells(RESUBMITTED, town.amendment.resubmit())
    await town.office.approves("manager", 2)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.amendment.log == ["return", "apply"]
    assert (town.purse.log, town.purse.committed) == (["change", "abandon", "change", "commit"], 3500)


async def test_a_change_taken_back_leaves_the_old_terms(town: Town) -> None:
    await town.start()
    await town.office.asked("manager")
    await town.office.withdraws("it is fine as it was")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert (town.amendment.log, town.amendment.reason) == (["withdraw"], "it is fine as it was")
    assert town.purse.held == 3000


async def test_a_change_that_no_budget_pays_for_goes_back_with_the_reason(town: Town) -> None:
    town.purse.free = 500
    await town.start()
    await town.office.until(lambda _: town.amendment.state == "draft")
    assert "meeting 2030-03" in town.amendment.reason
    town.amendment.budget = 3400
    await town.office.tells(RESUBMITTED, town.amendment.resubmit())
    await town.office.approves("manager")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.amendment.log == ["refuse", "apply"]
    assert town.purse.committed == 3400


async def test_a_change_of_an_activity_that_was_cancelled_meanwhile_reserves_nothing(town: Town) -> None:
    town.purse.state, town.purse.committed = "released", 0
    await town.start()
    await town.office.until(lambda _: town.amendment.state == "draft")
    await town.office.withdraws()
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert (town.amendment.log, town.purse.held) == (["refuse", "withdraw"], 0)


async def test_a_change_that_is_approved_after_the_end_changes_nothing(town: Town) -> None:
    town.amendment.over = True
    await town.start()
    await town.office.approves("manager")
    assert await town.ends() is CaseOutcome.REJECTED
    assert (town.amendment.log, town.purse.log) == (["come too late"], ["change", "abandon"])
    assert town.purse.held == 3000


async def test_a_lost_workflow_of_a_change_reserves_and_applies_nothing_twice(town: Town) -> None:
    await town.start()
    await town.office.returns("manager")
    await town.office.until(lambda _: town.amendment.state == "draft")
    version = town.amendment.resubmit()
    await town.office.tells(RESUBMITTED, version)
    await town.office.asked("manager", 2)
    await town.case.terminate()
    await town.start(again=True)
    await town.office.tells(RESUBMITTED, version)
    await town.office.approves("manager", 2)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.amendment.log == ["return", "apply"]
    assert town.purse.log == ["change", "abandon", "change", "commit"]


async def test_a_lost_workflow_asks_nobody_about_a_change_that_no_budget_paid_for(town: Town) -> None:
    town.purse.free = 500
    await town.start()
    await town.office.until(lambda _: town.amendment.state == "draft")
    town.purse.free = 50_000
    await town.case.terminate()
    await town.start(again=True)
    await town.office.tells(RESUBMITTED, town.amendment.resubmit())
    await town.office.approves("manager")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.amendment.log == ["refuse", "apply"]
    assert town.purse.log == ["change", "commit"]


async def test_a_rejected_change_is_decided_anew(town: Town) -> None:
    town.amendment.state = "rejected"
    await town.start(reopens="activity-change/CH-2030-000001/0", reopened_version=1)
    await town.office.approves("manager")
    assert await town.ends() is CaseOutcome.APPROVED
    assert (town.amendment.log, town.purse.committed) == (["reopen", "apply"], 4000)
