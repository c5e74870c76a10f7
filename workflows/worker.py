"""The component `worker`: runs every process, and the calls that cases make."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, Final

from temporalio.client import Client
from temporalio.worker import PollerBehaviorSimpleMaximum, Worker, WorkerDeploymentConfig

from chassis.component import Component, Running
from chassis.rpc.client import channel
from chassis.rpc.server import GrpcServer
from chassis.temporal import connect, ensure_namespace
from workflows.activities.approval import ApprovalActivities
from workflows.activities.erp import ErpActivities
from workflows.activities.owners import OWNERS
from workflows.build import build_id, deployment, make_current
from workflows.case_names import CaseNamed
from workflows.contracts import CASES_QUEUE, OUTSIDE_QUEUE
from workflows.processes.activity_change import ActivityChangeCase
from workflows.processes.customer_onboarding import CustomerOnboardingCase
from workflows.processes.expense_claim import ExpenseClaimCase
from workflows.processes.generic import GenericCase
from workflows.processes.licence_renewal import LicenceRenewalCase
from workflows.processes.marketing_activity import MarketingActivityCase
from workflows.sandbox import runner
from workflows.schedules import WATCHES, set_schedules
from workflows.settings import WorkerSettings
from zhupi.approval.v1.case_protocol_pb2_grpc import CaseProtocolServiceStub
from zhupi.erp.v1.erp_pb2_grpc import ErpServiceStub

NAME: Final = "worker"
PROCESSES: Final[Sequence[type]] = (
    ExpenseClaimCase,
    CustomerOnboardingCase,
    LicenceRenewalCase,
    MarketingActivityCase,
    ActivityChangeCase,
    GenericCase,
)
OWNING: Final = tuple(dict.fromkeys(owner.peer for owner in OWNERS))

# On one node more pollers than the usual five cut the tail: a task is handed to who waits for it.
POLLERS: Final = 30
CACHED: Final = 1000
# Calls to our own services at the same time, of all cases together. What they cannot take at once waits here, where it
# costs nothing: there it would run out of time, be cut off half done, and be asked for again.
INSIDE_AT_ONCE: Final = 20
DRAIN: Final = timedelta(seconds=10)

Activity = Callable[..., Any]


def cases_worker(
    client: Client,
    activities: Sequence[Activity],
    *,
    processes: Sequence[type] = PROCESSES,
    config: WorkerDeploymentConfig | None = None,
    cached: int = CACHED,
    sandboxed: bool = False,
) -> Worker:
    """Workflow tasks and, beside them, the local activities by which cases call our own services.

    `cached` running cases are kept in memory; any other is replayed when something happens to it.
    """
    return Worker(
        client,
        task_queue=CASES_QUEUE,
        workflows=[*processes, *WATCHES],
        activities=activities,
        workflow_runner=runner(sandboxed=sandboxed),
        interceptors=[CaseNamed()],
        max_cached_workflows=cached,
        workflow_task_poller_behavior=PollerBehaviorSimpleMaximum(POLLERS),
        no_remote_activities=True,
        max_concurrent_local_activities=INSIDE_AT_ONCE,
        graceful_shutdown_timeout=DRAIN,
        deployment_config=config,
    )


def outside_worker(
    client: Client, activities: Sequence[Activity], *, config: WorkerDeploymentConfig | None = None
) -> Worker:
    """Calls to other systems. They never take a place from our own."""
    return Worker(
        client,
        task_queue=OUTSIDE_QUEUE,
        activities=activities,
        interceptors=[CaseNamed()],
        graceful_shutdown_timeout=DRAIN,
        deployment_config=config,
    )


async def serve(running: Running) -> None:
    settings = WorkerSettings(**running.settings.model_dump())
    server = GrpcServer(settings, NAME)
    client = await _connected(settings, running.stopping)
    if client is None:
        return
    await ensure_namespace(client)
    build = settings.worker_build or build_id()
    config = deployment(build) if settings.worker_versioning == "pinned" else None
    async with AsyncExitStack() as stack:
        channels = {
            peer: await stack.enter_async_context(channel(settings, peer)) for peer in ("erp", *OWNING)
        }
        inside = activities_of(ApprovalActivities(CaseProtocolServiceStub(channels["approval"])))
        for owner in OWNERS:
            inside += owner.activities(owner.stub(channels[owner.peer]))
        outside = activities_of(ErpActivities(ErpServiceStub(channels["erp"])))
        await stack.enter_async_context(outside_worker(client, outside, config=config))
        cases = cases_worker(client, inside, config=config, sandboxed=settings.worker_sandbox)
        await stack.enter_async_context(cases)
        if config is not None:
            await make_current(client, build)
        await set_schedules(client)
        await server.serve(running)


async def _connected(settings: WorkerSettings, stopping: asyncio.Event) -> Client | None:
    """The engine's client, None if we are asked to stop before the engine answers."""
    connecting = asyncio.ensure_future(connect(settings))
    stopped = asyncio.ensure_future(stopping.wait())
    await asyncio.wait((connecting, stopped), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if connecting.done():
        return connecting.result()
    connecting.cancel()
    return None


def activities_of(callee: object) -> list[Activity]:
    """The activities of one callee: all its public methods."""
    return [getattr(callee, name) for name in dir(type(callee)) if not name.startswith("_")]


COMPONENT: Final = Component(NAME, serve, needs=("temporal", "erp", *OWNING))
