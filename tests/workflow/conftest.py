"""An engine that skips time, and a town on it, for each test."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.workflow.town import Town, at_work, record


@pytest.fixture
async def engine() -> AsyncIterator[WorkflowEnvironment]:
    server = Path(sys.executable).with_name("temporal-test-server")
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(server), identity="tests"
    )
    async with environment:
        yield environment


@pytest.fixture
async def idle_town(engine: WorkflowEnvironment, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """Nobody works yet: `async with at_work(town)`. The case goes down in tests/replay/histories."""
    town = Town(engine.client)
    yield town
    await record(town, request.node.name.removeprefix("test_"))


@pytest.fixture
async def town(idle_town: Town) -> AsyncIterator[Town]:
    async with at_work(idle_town) as town:
        yield town
