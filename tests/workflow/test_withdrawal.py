"""Taking a claim back, in every phase. Until the payment is sealed it works; from then on it is refused by others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.builders.routes import in_layers
from tests.workflow.office import CASE, Office
from tests.workflow.town import Town
from workflows.contracts import CaseOutcome


async def test_a_claim_withdrawn_while_its_chain_decides_cancels_what_is_open(town: Town) -> None:
    town.office.routes["claim"] = in_layers(["director", "controller"])
    await town.start()
    await town.office.asked("director")
    await town.office.asked("controller")
    await town.office.withdraws("booked twice")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert (town.desk.state, town.desk.budget, town.desk.reason) == ("draft", "free", "booked twice")
    assert not town.office.open_steps
    assert town.office.outcome == "withdrawn"


async def test_a_claim_withdrawn_while_finance_reviews_frees_the_budget(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.asked("review")
    await town.office.withdraws()
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.desk.log == ["approve", "withdraw"]
    assert town.desk.budget == "free"


async def test_a_claim_withdrawn_after_it_was_returned_is_not_waited_for(town: Town) -> None:
    await town.start()
    await town.office.returns("manager")
    await town.office.acknowledged("manager")
    await town.office.withdraws()
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.desk.log == ["return", "withdraw"]


@pytest.mark.parametrize("decide", [Office.approves, Office.rejects], ids=["approval", "rejection"])
async def test_a_withdrawal_that_came_before_the_seal_wins_over_the_last_decision(
    town: Town, decide: Callable[..., Awaitable[None]]
) -> None:
    await town.start()
    await town.office.approves("manager")
    await decide(town.office, "review", told=False)
    await town.office.withdraws(told=False)
    await town.office.tells_of(f"{CASE}/finance/review#1")
    await town.office.until(lambda office: "seal" in office.log[-1])
    await town.office.tells_of_withdrawal("I pay it myself")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert not town.bank.booked
    assert (town.desk.state, town.desk.budget, town.desk.reason) == ("draft", "free", "I pay it myself")


async def test_a_withdrawal_is_told_in_the_words_of_its_signal_however_late_that_comes(
    town: Town, engine: WorkflowEnvironment
) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.approves("review", told=False)
    await town.office.withdraws(told=False)
    await town.office.tells_of(f"{CASE}/finance/review#1")
    await town.office.until(lambda office: "seal" in office.log[-1])
    await engine.sleep(timedelta(hours=1))
    await town.office.tells_of_withdrawal("I pay it myself")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.desk.reason == "I pay it myself"


async def to_a_review_that_a_withdrawal_has_cancelled(town: Town) -> None:
    """The case has not heard of the withdrawal."""
    await town.start()
    await town.office.approves("manager", told=False)
    await town.office.withdraws(told=False)
    await town.office.tells_of(f"{CASE}/claim/manager#1")
    await town.office.until(lambda office: office.log[-1] == "open review#1")


async def test_steps_that_the_approval_service_cancels_because_of_a_withdrawal_wait_for_its_signal(
    town: Town,
) -> None:
    await to_a_review_that_a_withdrawal_has_cancelled(town)
    await town.office.tells_of_withdrawal("")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert not town.office.open_steps
    assert town.desk.log == ["approve", "withdraw"]


async def test_steps_that_stay_cancelled_are_opened_again_ever_later(
    town: Town, engine: WorkflowEnvironment
) -> None:
    await to_a_review_that_a_withdrawal_has_cancelled(town)
    await engine.sleep(timedelta(hours=8))
    opened = [line for line in town.office.log if line.startswith("open review")]
    assert 10 <= len(opened) <= 16
    await town.office.tells_of_withdrawal("late")
    assert await town.ends() is CaseOutcome.WITHDRAWN


async def test_a_case_that_is_suspended_is_not_sealed_until_it_goes_on(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    town.office.suspended = True
    await town.office.approves("review")
    async with town.time_flies():
        await town.office.until(lambda office: office.log.count("seal payment") == 3)
    assert not town.bank.booked
    town.office.suspended = False
    assert await town.ends() is CaseOutcome.APPROVED
