"""Builds of the worker: a case stays with the one that started it, where that is asked for."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from workflows import build
from workflows.build import _code, build_id, deployment, make_current
from workflows.case_workflow import CaseWorkflow
from workflows.contracts import CASE_ACT, CASES_QUEUE, WITHDRAW, CaseAct, CaseOutcome, CaseResult, CaseStart
from workflows.memory import Withdrawn
from workflows.worker import cases_worker


@workflow.defn(name="waiting")
class FirstBuild(CaseWorkflow):
    @workflow.run
    async def run(self, start: CaseStart) -> CaseResult:
        with suppress(Withdrawn):
            await self.case.fact("never")
        return CaseResult(CaseOutcome.REJECTED)


@workflow.defn(name="waiting")
class SecondBuild(CaseWorkflow):
    """Could not go on with what the first build has begun: it begins with a timer."""

    @workflow.run
    async def run(self, start: CaseStart) -> CaseResult:
        await workflow.sleep(0.01)
        return CaseResult(CaseOutcome.APPROVED)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal"))
    )
    async with environment:
        yield environment.client


def a_worker(client: Client, build: str, process: type) -> Worker:
    return cases_worker(client, [], processes=[process], config=deployment(build), cached=0)


async def start(client: Client, number: int) -> None:
    case = f"waiting/X-{number}/1"
    start = CaseStart(case, "waiting", f"things/X-{number}", 1, "people/lihua")
    await client.start_workflow("waiting", start, id=case, task_queue=CASES_QUEUE)


async def first_taken_by_the_second_build(client: Client) -> CaseResult:
    """Its result. The engine's queues hear a moment later than its deployment which build is current."""
    for number in count(2):
        await start(client, number)
        case = client.get_workflow_handle(f"waiting/X-{number}/1", result_type=CaseResult)
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                return await case.result()
    raise AssertionError("there is always another number")


async def test_a_case_stays_with_its_build_and_new_ones_go_to_the_new_build(client: Client) -> None:
    async with a_worker(client, "first", FirstBuild):
        await make_current(client, "first")
        await start(client, 1)
        async with a_worker(client, "second", SecondBuild):
            await make_current(client, "second")
            assert (await first_taken_by_the_second_build(client)).outcome is CaseOutcome.APPROVED
            old = client.get_workflow_handle("waiting/X-1/1", result_type=CaseResult)
            await old.signal(CASE_ACT, CaseAct("act", WITHDRAW))
            async with asyncio.timeout(20):
                assert (await old.result()).outcome is CaseOutcome.REJECTED


async def test_an_older_build_that_is_started_once_more_takes_no_new_cases(client: Client) -> None:
    async with a_worker(client, "older", FirstBuild):
        await make_current(client, "older")
        async with a_worker(client, "younger", SecondBuild):
            await make_current(client, "younger")
            await make_current(client, "older")
            assert (await first_taken_by_the_second_build(client)).outcome is CaseOutcome.APPROVED


def test_a_build_is_made_of_all_code_that_its_cases_run() -> None:
    code = {".".join(name.split(".")[:2]) for name in _code(Path(build.__file__).parent)}
    assert {
        "workflows.processes",
        "workflows.case",
        "kernel.errors",
        "kernel.writing",
        "zhupi.approval",
    } <= code
    assert not any(name.startswith(("chassis", "services")) for name in code)


def test_a_build_is_called_by_its_version_and_its_code() -> None:
    assert build_id() == build_id()
    version, _, digest = build_id().rpartition("-")
    assert version
    assert len(digest) == 12
