"""Every path of an onboarding through people's hands and the ERP's, on an engine that skips time."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.builders.routes import a_chain
from tests.workflow.counter import CUSTOMER
from tests.workflow.town import Town, at_work
from workflows.contracts import RESUBMITTED, CaseOutcome

AGREED = ("regional-manager", "quality", "master-data")


@pytest.fixture
async def town(idle_town: Town) -> AsyncIterator[Town]:
    idle_town.process = "customer-onboarding"
    idle_town.office.routes = {"onboarding": a_chain(*AGREED)}
    async with at_work(idle_town) as town:
        yield town


async def all_agree(town: Town, visit: int = 1) -> None:
    for key in AGREED:
        await town.office.approves(key, visit)


async def test_an_agreed_customer_is_registered_once_and_formal_by_its_code(town: Town) -> None:
    await town.start()
    await all_agree(town)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.counter.log == ["approve", "register"]
    assert (town.counter.state, town.counter.code) == ("formal", "K-000001")
    assert town.bank.registered == [(CUSTOMER, "K-000001")]
    (registration,) = town.bank.registrations.values()
    assert (registration.credit_limit.units, registration.payment_terms_days) == (500_000, 60)
    assert town.office.noted == [("register/1", "done")]
    assert [line for line in town.office.log if line.startswith(("seal", "close"))] == [
        "seal registration",
        "close approved",
    ]


async def test_a_customer_without_credit_is_registered_without_one(town: Town) -> None:
    town.counter.credit = 0
    await town.start()
    await all_agree(town)
    await town.ends()
    (registration,) = town.bank.registrations.values()
    assert not registration.HasField("credit_limit")


async def test_a_customer_that_quality_rejects_is_not_registered(town: Town) -> None:
    await town.start()
    await town.office.approves("regional-manager")
    await town.office.rejects("quality", comment="no licence for cold chain")
    assert await town.ends() is CaseOutcome.REJECTED
    assert (town.counter.state, town.counter.reason) == ("rejected", "no licence for cold chain")
    assert not town.bank.registrations


async def test_a_returned_onboarding_is_submitted_again_and_walked_again(town: Town) -> None:
    await town.start()
    await town.office.returns("regional-manager", comment="which warehouse?")
    await town.office.acknowledged("regional-manager")
    assert (town.counter.state, town.counter.reason) == ("draft", "which warehouse?")
    await town.office.tells(RESUBMITTED, town.counter.resubmit())
    await town.office.approves("regional-manager", 2)
    await town.office.approves("quality")
    await town.office.approves("master-data")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.counter.log == ["return", "approve", "register"]


async def test_what_the_erp_refuses_to_register_goes_back_to_the_requester_with_its_reason(
    town: Town,
) -> None:
    town.bank.refusals = ["tax number unknown"]
    await town.start()
    await all_agree(town)
    await town.office.until(lambda office: office.log[-1] == "unseal registration")
    assert (town.counter.state, town.counter.reason) == ("draft", "tax number unknown")
    assert town.office.noted == [("register/1", "refused")]
    await town.office.tells(RESUBMITTED, town.counter.resubmit(credit=100_000))
    await all_agree(town, 2)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.counter.log == ["approve", "refuse", "approve", "register"]
    assert [key.rpartition("register/")[2] for key in town.bank.registrations] == ["1", "2"]


async def test_what_the_erp_has_refused_may_be_taken_back(town: Town) -> None:
    town.bank.refusals = ["tax number unknown"]
    await town.start()
    await all_agree(town)
    await town.office.until(lambda office: office.log[-1] == "unseal registration")
    await town.office.withdraws("we let it be")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert (town.counter.state, town.counter.log[-1]) == ("draft", "withdraw")
    assert town.bank.registered == []


@pytest.mark.parametrize("decided", [0, 1, 2])
async def test_an_onboarding_is_taken_back_until_it_is_sealed(town: Town, decided: int) -> None:
    await town.start()
    for key in AGREED[:decided]:
        await town.office.approves(key)
    await town.office.asked(AGREED[decided])
    await town.office.withdraws()
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.counter.log == ["withdraw"]
    assert not town.bank.log


async def test_an_onboarding_taken_back_in_the_last_moment_is_not_registered(town: Town) -> None:
    await town.start()
    for key in AGREED[:-1]:
        await town.office.approves(key)
    await town.office.approves("master-data", told=False)
    await town.office.withdraws(told=False)
    await town.office.tells_of(next(step for step in town.office.steps if "master-data" in step))
    await town.office.until(lambda office: office.log[-1] == "seal registration")
    await town.office.tells_of_withdrawal("")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.counter.log == ["approve", "withdraw"]
    assert not town.bank.log


async def test_an_onboarding_ended_by_an_administrator_is_not_registered(town: Town) -> None:
    await town.start()
    await town.office.asked("regional-manager")
    await town.office.terminates()
    assert await town.ends() is CaseOutcome.TERMINATED
    assert (town.counter.log, town.bank.log) == (["withdraw"], [])


async def test_a_registration_whose_answer_was_lost_is_asked_for_and_not_repeated(town: Town) -> None:
    town.bank.loses = 1
    await town.start()
    await all_agree(town)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.bank.log == ["register", "ask"]
    assert town.bank.registered == [(CUSTOMER, "K-000001")]


async def test_a_registration_that_takes_a_moment_is_watched(town: Town) -> None:
    town.bank.pending_looks = 2
    await town.start()
    await all_agree(town)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.bank.log == ["register", "ask", "ask"]


async def test_a_registration_waits_visibly_for_an_erp_that_is_down(town: Town) -> None:
    town.bank.outages = 10
    await town.start()
    await all_agree(town)
    waiting = await town.office.waits("register")
    assert "erp" in waiting.reason
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.bank.registered == [(CUSTOMER, "K-000001")]
    assert town.office.noted[-1] == ("register/1", "done")


async def test_a_lost_workflow_of_an_onboarding_registers_nothing_twice(town: Town) -> None:
    town.bank.refusals = []
    await town.start()
    for key in AGREED[:-1]:
        await town.office.approves(key)
    await town.office.asked("master-data")
    await town.case.terminate()
    await town.start(again=True)
    await town.office.approves("master-data")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.counter.log == ["approve", "register"]
    assert town.bank.log == ["ask", "register"]


async def test_a_rejected_onboarding_is_decided_anew(town: Town) -> None:
    town.counter.state = "rejected"
    await town.start(
        reopens="customer-onboarding/ON-2026-000123/0", reopened_version=1, reopening_reason="scan came"
    )
    await all_agree(town)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.counter.log == ["reopen", "approve", "register"]


async def test_a_customer_that_is_formal_by_now_is_not_decided_anew(town: Town) -> None:
    town.counter.state, town.counter.formal_already = "rejected", True
    await town.start(reopens="customer-onboarding/ON-2026-000123/0", reopened_version=1)
    assert await town.ends() is CaseOutcome.REJECTED
    assert town.counter.log == []
    assert town.office.noted == [("reopen/1", "refused")]


async def test_an_onboarding_waits_for_a_customer_service_that_is_down(town: Town) -> None:
    await town.start()
    for key in AGREED[:-1]:
        await town.office.approves(key)
    town.counter.outages = 6
    await town.office.approves("master-data")
    await town.office.waits("approve")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.counter.log == ["approve", "register"]
