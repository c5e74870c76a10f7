"""The way to the workflows: starts and signals from the outbox to Temporal, in the order of each case's lane."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from chassis.observability import telemetry
from chassis.outbox.sender import Outgoing, Unreachable, Unsendable
from services.approval.domain.cases.workflows import WorkflowStatus as Status
from services.approval.engine.restarts import Restarts
from services.approval.use_cases.messages import SIGNAL, START
from workflows import contracts

TIMEOUT: Final = timedelta(seconds=5)
# The engine's own trouble, or that of the way to it; NOT_FOUND is what it says of a namespace that is not there yet.
PASSING: Final = (
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.ABORTED,
    RPCStatusCode.UNKNOWN,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.NOT_FOUND,
)


@contextmanager
def reaching() -> Iterator[None]:
    """Whatever is the engine's trouble is Unreachable; what it will never take is Unsendable."""
    try:
        yield
    except RPCError as error:
        if error.status in PASSING:
            raise Unreachable(f"Temporal: {error.message}") from error
        raise Unsendable(f"Temporal: {error.message}") from error
    except RuntimeError as error:  # all that the SDK says when it cannot connect
        raise Unreachable(f"Temporal: {error}") from error


STATUSES: Final = {
    WorkflowExecutionStatus.COMPLETED: Status.COMPLETED,
    WorkflowExecutionStatus.FAILED: Status.FAILED,
    WorkflowExecutionStatus.CANCELED: Status.CANCELLED,
    WorkflowExecutionStatus.TERMINATED: Status.TERMINATED,
    WorkflowExecutionStatus.TIMED_OUT: Status.TIMED_OUT,
}
# Attempts at one task. A worker that is killed costs one; code that fails is tried for as long as it takes to mend it.
STUCK_AFTER: Final = 3
RUNNING: Final = f'TaskQueue = "{contracts.CASES_QUEUE}" AND ExecutionStatus = "Running"'


class Engine:
    """Workflows by the name of their case."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def start(self, start: contracts.CaseStart) -> None:
        """Start the workflow, unless it runs, or has run and is not to begin again. Raises Unreachable, Unsendable."""
        reuse = (
            WorkflowIDReusePolicy.ALLOW_DUPLICATE if start.again else WorkflowIDReusePolicy.REJECT_DUPLICATE
        )
        with reaching():
            try:
                await self._client.start_workflow(
                    contracts.workflow_type(start),
                    start,
                    id=start.case,
                    task_queue=contracts.CASES_QUEUE,
                    id_reuse_policy=reuse,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    rpc_timeout=TIMEOUT,
                )
            except WorkflowAlreadyStartedError:
                return  # it has ended: what it was started for is done

    async def signal(self, case: str, signal: str, args: Mapping[str, Any]) -> bool:
        """Whether there is a workflow of the case that takes signals. Raises Unreachable, Unsendable."""
        with reaching():
            try:
                handle = self._client.get_workflow_handle(case)
                await handle.signal(signal, dict(args), rpc_timeout=TIMEOUT)
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return False
                raise
        return True

    async def status(self, case: str) -> Status:
        """How the workflow of the case stands. Raises Unreachable, Unsendable."""
        with reaching():
            try:
                described = await self._client.get_workflow_handle(case).describe(rpc_timeout=TIMEOUT)
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return Status.LOST
                raise
        if described.raw_description.pending_workflow_task.attempt >= STUCK_AFTER:
            return Status.STUCK
        return STATUSES.get(described.status, Status.RUNNING) if described.status else Status.RUNNING

    async def running(self, size: int, token: bytes | None) -> tuple[list[str], bytes | None]:
        """Some cases whose workflows run, and where the next ones begin. Raises Unreachable, Unsendable."""
        with reaching():
            found = self._client.list_workflows(
                RUNNING, page_size=size, next_page_token=token, rpc_timeout=TIMEOUT
            )
            await found.fetch_next_page()
        return [workflow.id for workflow in found.current_page or ()], found.next_page_token

    async def terminate(self, case: str, why: str) -> None:
        """Raises Unreachable, Unsendable."""
        with reaching():
            try:
                await self._client.get_workflow_handle(case).terminate(reason=why, rpc_timeout=TIMEOUT)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:  # it has just ended by itself
                    raise


class EngineSender:
    """The relay's destination `engine`."""

    def __init__(self, engine: Engine, restarts: Restarts) -> None:
        self._engine = engine
        self._restarts = restarts

    async def send(self, message: Outgoing) -> None:
        """Raises Unreachable, Unsendable."""
        telemetry.concerns(case=message.lane)
        said = json.loads(message.body)
        if message.subject == START:
            await self._engine.start(contracts.CaseStart(**said["start"]))
        elif message.subject == SIGNAL:
            await self._signal(contracts.LaneSignal(**said))
        else:
            raise Unsendable(f"{message.subject!r} is neither a start nor a signal")

    async def remembers_since(self) -> datetime | None:
        """The reconciler knows better what an engine has lost: it asks about each case."""
        return None

    async def _signal(self, said: contracts.LaneSignal) -> None:
        if await self._engine.signal(said.case, said.signal, said.args):
            return
        if await self._engine.status(said.case) is Status.LOST:
            # The new start goes to the end of this lane, and behind it everything that was ever told, this included.
            await self._restarts.begin_again(said.case, Status.LOST)
        # Otherwise it has ended: nobody waits for this any more, or the reconciler lets it begin again.
