"""Cases whose history grows long go on in a new run, from wherever they wait, and lose nothing on the way."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowContinuedAsNewError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from kernel.clock import SystemClock, local_date
from tests.builders.routes import a_chain, in_layers
from tests.workflow.desks import KeyUsedForAnotherPayment
from tests.workflow.office import CASE
from tests.workflow.town import Town, at_work, record
from workflows.contracts import (
    ALL_CLAIMED,
    CLOSURE_SUBMITTED,
    DOCUMENT_CHANGED,
    ENDED_EARLY,
    RESUBMITTED,
    TERMS_CHANGED,
    CaseOutcome,
)


@pytest.fixture
async def engine() -> AsyncIterator[WorkflowEnvironment]:
    """A development server that finds fifty events long."""
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        dev_server_extra_args=["--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=50"],
        identity="tests",
    )
    async with environment:
        yield environment


@pytest.fixture
async def town(engine: WorkflowEnvironment, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    async with at_work(Town(engine.client)) as town:
        yield town
        await record(town, request.node.name.removeprefix("test_"))


@asynccontextmanager
async def into_a_new_run(town: Town) -> AsyncIterator[None]:
    """What happens inside is too much for the present run: it ends, and the case goes on in the next."""
    run = (await town.case.describe()).run_id
    yield
    async with asyncio.timeout(30):
        with pytest.raises(WorkflowContinuedAsNewError):
            await town.client.get_workflow_handle(CASE, run_id=run).result(follow_runs=False)


async def a_lot_of_news(town: Town, first: int) -> None:
    """Sixty signals, all at once."""
    await asyncio.gather(*(town.office.tells(DOCUMENT_CHANGED, first + n) for n in range(60)))


def refuse() -> None:
    """A refusal for which quick further attempts are no use: the case waits at once."""
    raise KeyUsedForAnotherPayment(key=CASE)


async def retry_often(town: Town) -> None:
    for _ in range(15):
        noted = len(town.office.noted)
        await town.retry()
        await town.office.until(lambda office, noted=noted: len(office.noted) > noted)  # type: ignore[misc] # mypy does not infer lambdas with defaults


async def retry_until_it_ends(town: Town) -> CaseOutcome:
    with suppress(RPCError):  # the last attempt was still under way, and has done it
        await town.retry()
    return await town.ends()


async def test_an_effect_that_waits_goes_on_waiting_in_a_new_run(town: Town) -> None:
    town.bank.fault = refuse
    await town.start()
    await town.office.approves("manager")
    await town.office.approves("review")
    await town.office.waits("pay")
    async with into_a_new_run(town):
        await retry_often(town)
    town.bank.fault = lambda: None
    assert await retry_until_it_ends(town) is CaseOutcome.APPROVED
    assert town.bank.paid == [("people/lihua", 800)]
    assert town.desk.log == ["approve", "pass", "pay"]
    assert set(town.bank.log[1:-1]) == {"ask"}
    opened = [line for line in town.office.log if line.startswith("open")]
    assert opened == ["open manager#1", "open review#1"]


async def test_a_walk_goes_on_in_a_new_run_without_asking_anybody_twice(town: Town) -> None:
    town.office.routes["claim"] = in_layers(["manager"], ["director", "controller"])
    await town.start()
    await town.office.approves("manager")
    await town.office.asked("director")
    await town.office.approves("controller")
    async with into_a_new_run(town):
        await a_lot_of_news(town, first=100)
    await asyncio.gather(a_lot_of_news(town, first=200), town.office.approves("director", version=1))
    await town.office.approves("review", version=1)
    assert await town.ends() is CaseOutcome.APPROVED
    opened = [line for line in town.office.log if line.startswith("open")]
    assert opened == ["open manager#1", "open director#1", "open controller#1", "open review#1"]


async def test_what_comes_while_a_returned_claim_goes_into_a_new_run_is_not_lost(town: Town) -> None:
    await town.start()
    await town.office.returns("manager")
    await town.office.acknowledged("manager")
    for first in (100, 200):
        async with into_a_new_run(town):
            await a_lot_of_news(town, first)
    town.desk.version = 300
    await asyncio.gather(a_lot_of_news(town, first=400), town.office.tells(RESUBMITTED, town.desk.resubmit()))
    await town.office.approves("manager", 2, version=town.desk.version)
    await town.office.approves("review", version=town.desk.version)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.desk.log == ["return", "approve", "pass", "pay"]


async def test_undoing_goes_on_in_a_new_run(town: Town) -> None:
    await town.start()
    await town.office.asked("manager")
    town.desk.fault = refuse
    await town.office.withdraws("no more")
    await town.office.waits("withdraw")
    async with into_a_new_run(town):
        await retry_often(town)
    town.desk.fault = lambda: None
    assert await retry_until_it_ends(town) is CaseOutcome.WITHDRAWN
    assert town.desk.reason == "no more"
    assert town.office.log.count("open manager#1") == 1


async def test_an_activity_waits_on_in_new_runs_for_its_day_its_end_its_closure_and_its_claims(
    town: Town,
) -> None:
    """Where no time is skipped: each of the waits for news or a moment goes over into a new run, and hears of what comes then."""
    town.process, town.office.routes = (
        "marketing-activity",
        {"request": a_chain("manager"), "closure": a_chain("controller")},
    )
    fair, today = town.fair, local_date(SystemClock().now())
    await town.start()
    await town.office.approves("manager")
    await town.office.until(lambda _: "commit" in town.purse.log)
    async with into_a_new_run(town):
        await a_lot_of_news(town, first=100)
    # From now on it takes place, since its first day was moved to one that is here.
    await town.office.tells(TERMS_CHANGED, fair.change_terms(today, today + timedelta(days=2)))
    await town.office.until(lambda _: fair.state == "running")
    async with into_a_new_run(town):
        await a_lot_of_news(town, first=200)
    fair.end_early()
    await town.office.tells(ENDED_EARLY, fair.version)
    async with into_a_new_run(town):
        await a_lot_of_news(town, first=300)
    closed = fair.submit_closure(2800)
    await town.office.tells(CLOSURE_SUBMITTED, closed)
    await town.office.approves("controller", version=closed)
    await town.office.until(lambda _: fair.state == "settled")
    async with into_a_new_run(town):
        await a_lot_of_news(town, first=400)
    await town.office.tells(ALL_CLAIMED, closed)
    assert await town.ends() is CaseOutcome.APPROVED
    assert fair.log == ["approve", "start", "settle", "close"]
    assert town.purse.log == ["reserve", "commit", "settle", "close"]
    assert [line for line in town.office.log if line.startswith(("open", "seal"))] == [
        "open manager#1",
        "seal execution",
        "open controller#1",
    ]
