"""Every path of an expense claim through people's hands, on an engine that skips time."""

from __future__ import annotations

from tests.builders.routes import a_chain, in_layers
from tests.workflow.office import CASE
from tests.workflow.town import Town
from workflows.contracts import DOCUMENT_CHANGED, RESUBMITTED, CaseOutcome


async def test_an_approved_claim_is_reviewed_and_paid_once(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.desk.log == ["approve", "pass", "pay"]
    assert town.bank.paid == [("people/lihua", 800)]
    assert town.desk.payment == "PAY-2026-000001"
    assert (town.desk.state, town.desk.budget) == ("paid", "spent")
    assert town.office.noted == [("pay/1", "done")]
    assert town.office.outcome == "approved"


async def test_the_chain_is_walked_in_its_order_and_side_by_side_where_it_says_so(town: Town) -> None:
    town.office.routes["claim"] = in_layers(["manager"], ["director", "controller"], ["vp"])
    await town.start()
    await town.office.approves("manager")
    await town.office.asked("controller")
    await town.office.approves("director")
    await town.office.approves("controller")
    await town.office.approves("vp")
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    opened = [line for line in town.office.log if line.startswith("open")]
    assert opened == ["open manager#1", "open director#1", "open controller#1", "open vp#1", "open review#1"]


async def test_every_completion_is_reported_as_taken_in(town: Town) -> None:
    town.office.routes["claim"] = in_layers(["manager"], ["director", "controller"])
    await town.start()
    for key in ("manager", "director", "controller", "review"):
        await town.office.approves(key)
    await town.ends()
    assert town.office.consumed == set(town.office.steps)


async def test_a_returned_claim_is_submitted_again_and_walks_again_in_the_same_case(town: Town) -> None:
    await town.start()
    await town.office.returns("manager", comment="which project?")
    await town.office.acknowledged("manager")
    assert (town.desk.state, town.desk.budget, town.desk.reason) == ("draft", "free", "which project?")
    await town.office.tells(RESUBMITTED, town.desk.resubmit())
    await town.office.approves("manager", 2)
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.desk.log == ["return", "approve", "pass", "pay"]
    assert [line for line in town.office.log if line.startswith("plan claim")][-1] == "plan claim 2"


async def test_a_claim_returned_to_an_earlier_step_walks_on_from_there(town: Town) -> None:
    town.office.routes["claim"] = a_chain("manager", "director", "vp")
    await town.start()
    await town.office.approves("manager")
    await town.office.approves("director")
    await town.office.returns("vp", to="director")
    await town.office.approves("director", 2)
    await town.office.approves("vp", 2)
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert f"{CASE}/claim/manager#2" not in town.office.steps


async def test_a_return_side_by_side_cancels_the_neighbour_and_asks_it_again(town: Town) -> None:
    town.office.routes["claim"] = in_layers(["manager"], ["director", "controller"])
    await town.start()
    await town.office.approves("manager")
    await town.office.asked("director")
    await town.office.returns("controller", to="manager")
    for key in ("manager", "director", "controller"):
        await town.office.approves(key, 2)
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert "cancel director#1" in town.office.log


async def test_a_claim_returned_by_finance_goes_through_its_chain_again(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.returns("review", comment="an invoice is missing")
    await town.office.acknowledged("review")
    assert (town.desk.state, town.desk.budget) == ("draft", "free")
    await town.office.tells(RESUBMITTED, town.desk.resubmit())
    await town.office.approves("manager", 2)
    await town.office.approves("review", 2)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.desk.log == ["approve", "return", "approve", "pass", "pay"]


async def test_a_claim_returned_within_finance_does_not_go_back_to_the_chain(town: Town) -> None:
    town.office.routes["finance"] = a_chain("accountant", "controller")
    await town.start()
    await town.office.approves("manager")
    await town.office.approves("accountant")
    await town.office.returns("controller", to="accountant")
    await town.office.approves("accountant", 2)
    await town.office.approves("controller", 2)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.desk.log == ["approve", "pass", "pay"]


async def test_a_claim_rejected_by_its_chain_frees_the_budget(town: Town) -> None:
    await town.start()
    await town.office.rejects("manager", comment="not ours")
    assert await town.ends() is CaseOutcome.REJECTED
    assert (town.desk.state, town.desk.budget, town.desk.reason) == ("rejected", "free", "not ours")
    assert town.office.outcome == "rejected"
    assert not town.bank.booked


async def test_a_claim_rejected_by_finance_frees_the_budget(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.rejects("review")
    assert await town.ends() is CaseOutcome.REJECTED
    assert town.desk.log == ["approve", "reject"]
    assert town.desk.budget == "free"


async def test_a_claim_cut_between_the_decision_and_its_effect_is_reviewed_anew(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.asked("review")
    await town.office.tells(DOCUMENT_CHANGED, town.desk.cut(yuan=500))
    await town.office.approves("review", version=1)  # what was on the screen
    await town.office.approves("review", 2)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.bank.paid == [("people/lihua", 500)]
    assert [line for line in town.office.log if "finance" in line] == ["plan finance 1", "plan finance 2"]


async def test_a_route_on_which_nobody_has_to_decide_takes_effect_on_the_present_version(town: Town) -> None:
    town.office.routes["finance"] = []
    await town.start()
    await town.office.returns("manager")
    await town.office.acknowledged("manager")
    await town.office.tells(RESUBMITTED, town.desk.resubmit())
    await town.office.approves("manager", 2)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.desk.log == ["return", "approve", "pass", "pay"]
