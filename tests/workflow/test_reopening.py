"""Cases in which a former one is decided anew: the owner of the document is asked before anybody else."""

from __future__ import annotations

from typing import Any, Final

from kernel.errors import FailedPrecondition
from tests.workflow.office import CASE
from tests.workflow.town import Town, at_work
from workflows.contracts import GENERIC, CaseOutcome
from zhupi.approval.v1.case_pb2 import Effect

REOPENING: Final[dict[str, Any]] = {
    "reopens": "expense-claim/EC-2026-000123/0",
    "reopened_version": 1,
    "reopening_reason": "rejected by mistake",
}


class OverBudget(FailedPrecondition):
    zh = "预算不足"
    en = "the budget does not suffice"


async def test_a_claim_that_is_decided_anew_has_its_budget_set_aside_first(town: Town) -> None:
    town.desk.state, town.desk.budget = "rejected", "free"
    await town.start(**REOPENING)
    await town.office.asked("manager")
    assert (town.desk.state, town.desk.budget, town.desk.reason) == (
        "in approval",
        "reserved",
        "rejected by mistake",
    )
    await town.office.approves("manager")
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.desk.log == ["reopen", "approve", "pass", "pay"]


async def test_what_the_owner_refuses_to_reopen_ends_the_case_where_everybody_sees_why(town: Town) -> None:
    def refuse() -> None:
        raise OverBudget

    town.desk.state, town.desk.budget, town.desk.fault = "rejected", "free", refuse
    await town.start(**REOPENING)
    assert await town.ends() is CaseOutcome.REJECTED
    effect = town.office.effects[f"{CASE}/reopen/1"]
    assert (effect.state, effect.reason) == (
        Effect.STATE_REFUSED,
        "预算不足 (the budget does not suffice)",
    )
    assert town.office.log == ["close rejected"]
    assert (town.desk.state, town.desk.log) == ("rejected", [])


async def test_a_claim_that_was_submitted_again_meanwhile_is_not_reopened_in_its_old_version(
    town: Town,
) -> None:
    town.desk.state, town.desk.version = "draft", 2
    await town.start(**REOPENING)
    assert await town.ends() is CaseOutcome.REJECTED
    assert town.desk.state == "draft"


async def test_a_case_that_could_not_begin_may_be_terminated_and_undoes_nothing(town: Town) -> None:
    town.desk.state = "paid"
    town.office.terminated = True
    await town.start(**REOPENING)
    await town.office.until(lambda office: office.log == ["close rejected"])
    await town.office.terminates("never mind")
    assert await town.ends() is CaseOutcome.TERMINATED
    assert (town.desk.state, town.desk.log) == ("paid", [])


async def test_a_reopened_claim_that_is_withdrawn_frees_its_budget_again(town: Town) -> None:
    town.desk.state, town.desk.budget = "draft", "free"
    await town.start(**REOPENING)
    await town.office.asked("manager")
    await town.office.withdraws("not needed")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert (town.desk.log, town.desk.budget) == (["reopen", "withdraw"], "free")


async def test_a_lost_workflow_of_a_reopened_case_reopens_nothing_twice(town: Town) -> None:
    town.desk.state = "rejected"
    await town.start(**REOPENING)
    await town.office.asked("manager")
    await town.case.terminate()
    # Submitted again in between: what the owner was asked is asked in the same words all the same.
    await town.start(2, again=True, **REOPENING)
    await town.office.approves("manager")
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.desk.log == ["reopen", "approve", "pass", "pay"]


async def test_an_owner_who_is_away_is_waited_for_before_a_case_is_reopened(town: Town) -> None:
    town.desk.state, town.desk.outages = "rejected", 10
    await town.start(**REOPENING)
    async with town.time_flies():
        await town.office.asked("manager")
    assert ("reopen/1", "waiting") in town.office.noted
    assert ("reopen/1", "done") in town.office.noted
    await town.office.approves("manager")
    await town.office.approves("review")
    assert await town.ends() is CaseOutcome.APPROVED


async def test_a_document_without_code_is_reopened_by_its_owner_too(idle_town: Town) -> None:
    idle_town.process = GENERIC
    idle_town.papers.state = "rejected"
    idle_town.papers.stages = [["claim"]]
    async with at_work(idle_town) as town:
        await town.start(**REOPENING)
        await town.office.approves("manager")
        assert await town.ends() is CaseOutcome.APPROVED
        assert town.papers.log == ["reopen", "approve"]


async def test_a_document_that_its_owner_does_not_reopen_asks_nobody(idle_town: Town) -> None:
    idle_town.process = GENERIC
    idle_town.papers.state = "deleted"
    async with at_work(idle_town) as town:
        await town.start(**REOPENING)
        assert await town.ends() is CaseOutcome.REJECTED
        assert town.office.effects[f"{CASE}/reopen/1"].state == Effect.STATE_REFUSED
        assert not town.office.steps
