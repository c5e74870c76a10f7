"""The component as `zhupi run approval` runs it: from a request on the bus to a workflow, and down again without loss."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from chassis import temporal
from chassis.bus.jetstream import Bus
from chassis.component import Running, component
from chassis.embedded.temporal import Temporal
from chassis.files.contents import Files
from chassis.launcher.ports import free_ports
from chassis.postgres.database import Database
from kernel.clock import SystemClock
from services.approval.service import COMPONENT, Parts
from services.approval.use_cases.policy_views import PolicyView
from tests.builders.approval import text
from tests.builders.approval_bus import publish
from tests.builders.approval_house import POLICY, Drafts, Referred, a_fact, a_request, the_group
from tests.builders.edge import Edge
from tests.builders.listening import Listening
from tests.notes.waiting import until
from workflows.contracts import CASES_QUEUE


def test_the_component_is_installed_under_its_name() -> None:
    assert component("approval") is COMPONENT


async def test_what_is_asked_on_the_bus_reaches_a_workflow_and_the_component_drains(
    edge: Edge,
    migrated_database: Callable[[str], str],
    nats_url: str,
    temporal_server: Temporal,
    tmp_path: Path,
) -> None:
    url, listen = migrated_database(COMPONENT.migrations), f"127.0.0.1:{free_ports(1)[0]}"
    settings = edge.settings(
        "approval",
        listen=listen,
        database_url=url,
        nats_url=nats_url,
        temporal_address=temporal_server.address,
        temporal_namespace="listening",
        attachments_url=(tmp_path / "files").as_uri(),
    )
    await _prepare(url, tmp_path)
    client = await temporal.connect(settings)
    await temporal.ensure_namespace(client)
    running, ready, bus = Running(settings), asyncio.Event(), Bus(nats_url, "expense")
    running.ready = ready.set
    worker = Worker(
        client, task_queue=CASES_QUEUE, workflows=[Listening], workflow_runner=UnsandboxedWorkflowRunner()
    )
    async with worker, asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(COMPONENT.serve(running))
        await ready.wait()
        async with grpc.aio.insecure_channel(listen) as channel:
            health = health_pb2_grpc.HealthStub(channel)
            status = await health.Check(
                health_pb2.HealthCheckRequest(service="zhupi.approval.v1.CaseService")
            )
            assert status.status == health_pb2.HealthCheckResponse.SERVING
        request = a_request()
        await publish(bus, request)
        await publish(bus, a_fact(request.document))
        handle = client.get_workflow_handle(f"expense-claim/{request.number}/1")

        async def heard() -> list[str]:
            try:
                said = await handle.query(Listening.all_heard)
            except Exception:  # it has not begun yet
                return []
            return said if len(said) == 2 else []

        assert await until(heard) == [
            f"start {request.document}@1 of people/wangfang",
            "document_changed/2@2",
        ]
        running.stopping.set()
        await serving
    await bus.close()


async def _prepare(url: str, folder: Path) -> None:
    database, now = Database(url), SystemClock().now()
    parts = Parts.of(database, Files((folder / "files").as_uri()), Drafts(), Referred())
    async with parts.units() as uow:
        await uow.directories.add(the_group(), "people/zhengnan", now)
        await uow.policies.add(PolicyView("expense-claim", 1, text("费用报销"), POLICY, "zhengnan", now))
        await uow.commit()
    await database.close()
