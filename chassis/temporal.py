"""The workflow engine: a client that carries traces, and a namespace that remembers closed cases for long enough."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

import structlog
from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    RegisterNamespaceRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.contrib.opentelemetry import TracingInterceptor
from temporalio.converter import DataConverter
from temporalio.service import GrpcCompression, RPCError, RPCStatusCode

from chassis.config import Settings
from chassis.observability import telemetry
from kernel.errors import FailedPrecondition, Unavailable

# "Already started" is known only while the engine remembers the closed workflow: by then nobody repeats a start.
RETENTION: Final = timedelta(days=90)
PASSING: Final = (
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
)
FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 5.0

log = structlog.get_logger(__name__)


async def connect(
    settings: Settings, *, lazy: bool = False, data_converter: DataConverter = DataConverter.default
) -> Client:
    """A client of the settings' engine and namespace.

    Waits until the engine answers, however long that takes. `lazy`: returns at once and connects with the first call,
    for whoever must work without the engine; a worker needs one that is connected.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            return await Client.connect(
                settings.temporal_address,
                namespace=settings.temporal_namespace,
                data_converter=data_converter,
                interceptors=[TracingInterceptor(telemetry.tracer)],
                lazy=lazy,
                grpc_compression=GrpcCompression.NONE,
            )
        except RuntimeError:  # all that the SDK says when it cannot connect
            log.warning("the workflow engine does not answer yet", address=settings.temporal_address)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


class NamespaceUnfit(FailedPrecondition):
    """Cases would be forgotten too early, and we may not change it."""

    zh = "Temporal 命名空间 {namespace} 不可用（{why}）：请建立它，并将保留期设为至少 {days} 天"
    en = "Temporal's namespace {namespace} cannot be used ({why}): make it, and let it keep closed workflows for at least {days} days"


async def ensure_namespace(client: Client, retention: timedelta = RETENTION) -> None:
    """Make the client's namespace, or make it remember for at least `retention`. Raises NamespaceUnfit, Unavailable.

    An engine of others may forbid it; they must have done it then.
    """
    try:
        await _ensure_namespace(client, retention)
    except RPCError as error:
        if error.status in PASSING:
            raise Unavailable(what="Temporal") from error
        raise NamespaceUnfit(namespace=client.namespace, why=error.message, days=retention.days) from error


async def _ensure_namespace(client: Client, retention: timedelta) -> None:
    """Raises RPCError."""
    kept = await _retention(client)
    wanted = Duration()
    wanted.FromTimedelta(retention)
    if kept is None:
        request = RegisterNamespaceRequest(
            namespace=client.namespace, workflow_execution_retention_period=wanted
        )
        try:
            await client.workflow_service.register_namespace(request)
        except RPCError as error:
            if error.status is not RPCStatusCode.ALREADY_EXISTS:  # somebody else made it meanwhile
                raise
        # Its parts learn of it one after the other, and none of them says when.
        while await _retention(client) is None:  # noqa: ASYNC110
            await asyncio.sleep(FIRST_PAUSE)
    elif kept < retention:
        config = NamespaceConfig(workflow_execution_retention_ttl=wanted)
        await client.workflow_service.update_namespace(
            UpdateNamespaceRequest(namespace=client.namespace, config=config)
        )


async def _retention(client: Client) -> timedelta | None:
    try:
        described = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=client.namespace)
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return described.config.workflow_execution_retention_ttl.ToTimedelta()
