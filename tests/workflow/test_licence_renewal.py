"""Every path of a renewal of a licence through quality's hands, on an engine that skips time."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.builders.routes import a_chain
from tests.workflow.town import Town, at_work
from workflows.contracts import RESUBMITTED, CaseOutcome


@pytest.fixture
async def town(idle_town: Town) -> AsyncIterator[Town]:
    idle_town.process = "licence-renewal"
    idle_town.office.routes = {"renewal": a_chain("quality")}
    async with at_work(idle_town) as town:
        yield town


async def test_a_new_licence_that_quality_approves_is_on_record_and_sealed_before(town: Town) -> None:
    await town.start()
    await town.office.approves("quality")
    assert await town.ends() is CaseOutcome.APPROVED
    assert (town.cabinet.log, town.cabinet.state) == (["approve"], "renewed")
    assert [line for line in town.office.log if line.startswith(("seal", "close"))] == [
        "seal approval",
        "close approved",
    ]


async def test_a_new_licence_that_quality_rejects_changes_nothing(town: Town) -> None:
    await town.start()
    await town.office.rejects("quality", comment="the seal is not the issuer's")
    assert await town.ends() is CaseOutcome.REJECTED
    assert (town.cabinet.log, town.cabinet.reason) == (["reject"], "the seal is not the issuer's")


async def test_a_returned_renewal_is_submitted_again_and_looked_at_again(town: Town) -> None:
    await town.start()
    await town.office.returns("quality", comment="the scan cannot be read")
    await town.office.acknowledged("quality")
    assert (town.cabinet.state, town.cabinet.reason) == ("draft", "the scan cannot be read")
    await town.office.tells(RESUBMITTED, town.cabinet.resubmit())
    await town.office.approves("quality", 2)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.cabinet.log == ["return", "approve"]


async def test_a_renewal_is_taken_back_before_quality_has_decided(town: Town) -> None:
    await town.start()
    await town.office.asked("quality")
    await town.office.withdraws("the old one was extended")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert (town.cabinet.log, town.cabinet.reason) == (["withdraw"], "the old one was extended")


async def test_a_returned_renewal_is_taken_back(town: Town) -> None:
    await town.start()
    await town.office.returns("quality")
    await town.office.acknowledged("quality")
    await town.office.withdraws()
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.cabinet.log == ["return", "withdraw"]


async def test_a_renewal_taken_back_in_the_last_moment_is_not_on_record(town: Town) -> None:
    await town.start()
    await town.office.approves("quality", told=False)
    await town.office.withdraws(told=False)
    await town.office.tells_of(next(step for step in town.office.steps if "quality" in step))
    await town.office.until(lambda office: office.log[-1] == "seal approval")
    await town.office.tells_of_withdrawal("")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.cabinet.log == ["withdraw"]


async def test_a_renewal_ended_by_an_administrator_is_not_on_record(town: Town) -> None:
    await town.start()
    await town.office.asked("quality")
    await town.office.terminates()
    assert await town.ends() is CaseOutcome.TERMINATED
    assert town.cabinet.log == ["withdraw"]


async def test_a_renewal_waits_visibly_for_a_customer_service_that_is_down(town: Town) -> None:
    await town.start()
    town.cabinet.outages = 6
    await town.office.approves("quality")
    await town.office.waits("approve")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.cabinet.log == ["approve"]


async def test_a_lost_workflow_of_a_renewal_puts_nothing_on_record_twice(town: Town) -> None:
    await town.start()
    await town.office.asked("quality")
    await town.case.terminate()
    await town.start(again=True)
    await town.office.approves("quality")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.cabinet.log == ["approve"]


async def test_a_rejected_renewal_is_decided_anew(town: Town) -> None:
    town.cabinet.state = "rejected"
    await town.start(
        reopens="licence-renewal/LR-2026-000123/0", reopened_version=1, reopening_reason="it was genuine"
    )
    await town.office.approves("quality")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.cabinet.log == ["reopen", "approve"]


async def test_a_renewal_of_a_licence_that_is_asked_about_elsewhere_is_not_decided_anew(town: Town) -> None:
    town.cabinet.state, town.cabinet.asked_elsewhere = "rejected", True
    await town.start(reopens="licence-renewal/LR-2026-000123/0", reopened_version=1)
    assert await town.ends() is CaseOutcome.REJECTED
    assert town.cabinet.log == []
    assert town.office.noted == [("reopen/1", "refused")]
