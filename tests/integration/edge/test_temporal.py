"""The workflow engine's client, on a real engine."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from chassis.doctor.engine import engine
from chassis.embedded.temporal import Temporal
from chassis.temporal import RETENTION, NamespaceUnfit, connect, ensure_namespace
from tests.builders.edge import Edge


async def _retention(client: Client) -> timedelta:
    asked = DescribeNamespaceRequest(namespace=client.namespace)
    described = await client.workflow_service.describe_namespace(asked)
    return described.config.workflow_execution_retention_ttl.ToTimedelta()


async def test_a_missing_namespace_is_made_and_remembers_closed_cases_for_ninety_days(
    edge: Edge, temporal_server: Temporal
) -> None:
    settings = edge.settings(
        "worker", temporal_address=temporal_server.address, temporal_namespace="made-by-a-test"
    )
    client = await connect(settings)
    await ensure_namespace(client)
    assert await _retention(client) == RETENTION


async def test_a_namespace_that_forgets_too_early_is_changed_and_never_shortened(
    edge: Edge, temporal_server: Temporal
) -> None:
    client = await connect(edge.settings("worker", temporal_address=temporal_server.address))
    longer = await _retention(client) + timedelta(days=1)
    await ensure_namespace(client, longer)
    assert await _retention(client) == longer
    await ensure_namespace(client)
    assert await _retention(client) == longer


async def test_connecting_waits_for_an_engine_that_is_not_up(edge: Edge) -> None:
    settings = edge.settings("worker", temporal_address="127.0.0.1:1")
    waiting = asyncio.ensure_future(connect(settings))
    done, _ = await asyncio.wait((waiting,), timeout=0.5)
    assert not done
    waiting.cancel()
    lazy = await connect(settings, lazy=True)
    assert lazy.namespace == "zhupi"


async def test_an_engine_that_forbids_it_is_refused_in_a_sentence(
    edge: Edge, temporal_server: Temporal
) -> None:
    settings = edge.settings(
        "worker", temporal_address=temporal_server.address, temporal_namespace="forbidden"
    )
    with pytest.raises(NamespaceUnfit) as refused:
        await ensure_namespace(await connect(settings), timedelta(minutes=1))  # no engine takes so little
    assert "namespace forbidden cannot be used" in refused.value.text.en


async def test_the_doctor_says_how_long_an_engine_remembers(
    edge: Edge, temporal_server: Temporal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [finding async for finding in engine(tmp_path)] == []
    monkeypatch.setenv("ZHUPI_TEMPORAL_ADDRESS", temporal_server.address)
    for namespace, days, is_well in (("short", 30, False), ("long", 120, True), ("missing", 0, False)):
        monkeypatch.setenv("ZHUPI_TEMPORAL_NAMESPACE", namespace)
        if days:
            settings = edge.settings(
                "worker", temporal_address=temporal_server.address, temporal_namespace=namespace
            )
            await ensure_namespace(await connect(settings), timedelta(days=days))
        (finding,) = [finding async for finding in engine(tmp_path)]
        assert finding.is_well is is_well
        assert (f"{days} days" if days else "missing") in finding.seen.en
