"""The way from the approval service to an engine, at work: who sends, who looks after it, and a workflow that listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from chassis import temporal
from chassis.embedded.temporal import Temporal
from chassis.outbox.relay import Relay, RelaySettings
from kernel.clock import FixedClock, SystemClock
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.workflows import WorkflowStatus as Status
from services.approval.engine.engine import Engine, EngineSender
from services.approval.engine.lanes import Lanes
from services.approval.engine.reconciler import Reconciler
from services.approval.engine.restarts import Restarts
from services.approval.settings import ApprovalSettings
from services.approval.use_cases.messages import ENGINE
from tests.builders.approval_house import House
from tests.builders.listening import END, Listening
from tests.notes.waiting import until
from workflows.contracts import CASES_QUEUE


@dataclass(frozen=True, slots=True)
class Works:
    """The engine, who sends to it, and who looks after it."""

    client: Client
    engine: Engine
    restarts: Restarts
    reconciler: Reconciler
    clock: FixedClock

    async def heard(self, case: Case, count: int) -> list[str]:
        """What the workflow of the case has heard, once that is so much."""

        async def enough() -> list[str]:
            try:
                said = await self.client.get_workflow_handle(str(case.name)).query(Listening.all_heard)
            except RPCError:
                return []
            return said if len(said) >= count else []

        return await until(enough)

    async def end(self, case: Case, how: str) -> None:
        """What an operator may do by hand, whatever state the workflow is in."""
        handle = self.client.get_workflow_handle(str(case.name))
        if await self.engine.status(str(case.name)) is not Status.RUNNING:
            return
        match how:
            case "cancel":
                await handle.cancel()
            case "terminate":
                await handle.terminate()
            case _:
                await handle.signal(END)

        async def ended() -> bool:
            return await self.engine.status(handle.id) is not Status.RUNNING

        await until(ended)

    async def begun(self, case: Case) -> str:
        """The latest run of the case's workflow."""

        async def run() -> str:
            try:
                return (await self.client.get_workflow_handle(str(case.name)).describe()).run_id
            except RPCError:
                return ""

        return await until(run)

    async def seen_running(self, *cases: Case) -> None:
        """The engine's list of what runs comes a moment after it runs."""

        async def seen() -> bool:
            running, _ = await self.engine.running(200, None)
            return {str(case.name) for case in cases} <= set(running)

        await until(seen)

    async def lose(self, case: Case) -> None:
        """What happens to an engine that was restored from before the case began."""
        await self.client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(
                namespace=self.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=str(case.name)),
            )
        )

        async def gone() -> bool:
            return await self.engine.status(str(case.name)) is Status.LOST

        await until(gone)


@asynccontextmanager
async def working(house: House, server: Temporal) -> AsyncIterator[Works]:
    # A namespace of its own: other tests run real workflows under these names.
    settings = house.edge.settings(
        "approval", temporal_address=server.address, temporal_namespace="listening"
    )
    client = await temporal.connect(settings)
    await temporal.ensure_namespace(client)
    clock = FixedClock(SystemClock().now())
    engine, lanes, restarts = Engine(client), Lanes(house.parts.units), Restarts(house.parts.units, clock)
    relay = Relay(
        house.parts.database,
        {ENGINE: EngineSender(engine, restarts)},
        RelaySettings(first_pause=0.02, longest_pause=0.1),
    )
    own = ApprovalSettings(**settings.model_dump())
    stopping = asyncio.Event()
    worker = Worker(
        client, task_queue=CASES_QUEUE, workflows=[Listening], workflow_runner=UnsandboxedWorkflowRunner()
    )
    async with worker, asyncio.TaskGroup() as tasks:
        tasks.create_task(relay.run(stopping))
        try:
            reconciler = Reconciler(house.parts.database, lanes, restarts, engine, own, clock)
            yield Works(client, engine, restarts, reconciler, clock)
        finally:
            stopping.set()


async def all_sent(house: House) -> bool:
    return not await house.rows("SELECT 1 FROM outbox WHERE destination = 'engine' AND sent_at IS NULL")
