"""The way to the workflows: starts and signals from the outbox to Temporal, in the order of each case's lane."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from chassis.observability import telemetry
from chassis.outbox.sender import Outgoing, Unreachable, Unsendable
from services.approval.lanes import Lanes
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


class Status(StrEnum):
    RUNNING = "running"
    ENDED = "ended"


class Engine:
    """Workflows by the name of their case."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def start(self, start: contracts.CaseStart) -> None:
        """Start the workflow, unless it runs or has run. Raises Unreachable, Unsendable."""
        with reaching():
            try:
                await self._client.start_workflow(
                    start.process,
                    start,
                    id=start.case,
                    task_queue=contracts.CASES_QUEUE,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
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

    async def status(self, case: str) -> Status | None:
        """How the workflow of the case stands, None where the engine knows of none. Raises Unreachable, Unsendable."""
        with reaching():
            try:
                described = await self._client.get_workflow_handle(case).describe(rpc_timeout=TIMEOUT)
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return None
                raise
        return Status.RUNNING if described.status is WorkflowExecutionStatus.RUNNING else Status.ENDED


class EngineSender:
    """The relay's destination `engine`."""

    def __init__(self, engine: Engine, lanes: Lanes) -> None:
        self._engine = engine
        self._lanes = lanes

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
        if await self._engine.status(said.case) is not None:
            return  # it has ended: nobody waits for this any more
        await self.begin_again(said.case)

    async def begin_again(self, case: str) -> None:
        """Start a workflow that the engine has lost, and tell it everything that it was ever told.

        What was decided it asks for itself: every call of the protocol answers a second time what it answered the first.
        """
        story = await self._lanes.story_of(case)
        if story is None:
            return  # the case has ended
        await self._engine.start(story.start)
        for signal in story.signals:
            await self._engine.signal(case, signal.signal, signal.args)
