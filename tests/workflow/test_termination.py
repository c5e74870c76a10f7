"""Cases that an administrator ends from outside, wherever they are."""

from __future__ import annotations

from tests.workflow.town import Town
from workflows.contracts import CaseOutcome


async def test_a_claim_terminated_while_finance_reviews_frees_the_budget(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.asked("review")
    await town.office.terminates("reported twice")
    assert await town.ends() is CaseOutcome.TERMINATED
    assert town.desk.log == ["approve", "withdraw"]
    assert (town.desk.budget, town.desk.reason) == ("free", "reported twice")
    assert town.office.outcome == "terminated"


async def test_a_claim_terminated_in_the_last_moment_is_not_paid(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    step = await town.office.asked("review")
    town.office.terminated = True
    await town.office.approves("review", told=False)
    await town.office.tells_of(step.step)
    await town.office.until(lambda office: "seal payment" in office.log)
    await town.office.terminates()
    assert await town.ends() is CaseOutcome.TERMINATED
    assert not town.bank.booked


async def test_a_claim_terminated_while_the_claimant_has_it_ends(town: Town) -> None:
    await town.start()
    await town.office.returns("manager")
    await town.office.acknowledged("manager")
    await town.office.terminates()
    assert await town.ends() is CaseOutcome.TERMINATED
    assert town.desk.log == ["return", "withdraw"]
