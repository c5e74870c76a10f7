"""Whether Temporal, ours or that of others, remembers closed workflows for as long as cases need it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final, cast

import grpc
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, WorkflowServiceStub

from chassis.config import Settings
from chassis.doctor.finding import Finding, well, wrong
from chassis.temporal import RETENTION
from kernel.text import Text

SECONDS: Final = 5.0
MEND: Final = Text(
    "temporal operator namespace create --address {address} -n {namespace} --retention {days}d（已存在则用 update）",
    "temporal operator namespace create --address {address} -n {namespace} --retention {days}d (update, where it is there)",
)


async def engine(home: Path) -> AsyncIterator[Finding]:
    """Silent where no engine is known: neither to ZHUPI_TEMPORAL_ADDRESS nor to the home."""
    settings = Settings()
    address = settings.temporal_address or _known_to(home)
    if address:
        yield await _remembers(address, settings.temporal_namespace)


def _known_to(home: Path) -> str:
    addresses = home / "addresses.json"
    known: dict[str, str] = json.loads(addresses.read_text("utf-8")) if addresses.exists() else {}
    return known.get("temporal", "")


async def _remembers(address: str, namespace: str) -> Finding:
    where = {"address": address, "namespace": namespace, "days": RETENTION.days}
    # gRPC itself and not the SDK, whose threads cannot be stopped (chassis.running.leave).
    async with grpc.aio.insecure_channel(address) as channel:
        stub: Any = WorkflowServiceStub(cast(grpc.Channel, channel))  # the stubs know of no other kind
        asked = stub.DescribeNamespace(DescribeNamespaceRequest(namespace=namespace), timeout=SECONDS)
        try:
            kept = (await asked).config.workflow_execution_retention_ttl.ToTimedelta()
        except grpc.aio.AioRpcError as error:
            seen = Text(
                "Temporal（{address}）的命名空间 {namespace}：{error}",
                "namespace {namespace} of Temporal at {address}: {error}",
            )
            return wrong(seen, MEND, error=error.details(), **where)
    if kept < RETENTION:
        seen = Text(
            "Temporal（{address}）只保留已结束的工作流 {kept} 天，须至少 {days} 天",
            "Temporal at {address} keeps closed workflows for {kept} days; {days} are needed",
        )
        return wrong(seen, MEND, kept=kept.days, **where)
    return well(
        "Temporal（{address}）保留已结束的工作流 {kept} 天",
        "Temporal at {address} keeps closed workflows for {kept} days",
        kept=kept.days,
        **where,
    )
