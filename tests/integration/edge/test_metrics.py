"""What Prometheus sees."""

from __future__ import annotations

import asyncio
import urllib.request

import pytest

from chassis.launcher.ports import free_ports
from chassis.observability import metrics
from tests.builders.edge import Cases, Edge, cases_as_person, served
from zhupi.approval.v1 import case_pb2


async def test_calls_are_counted_by_method_and_code(edge: Edge) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    offered = metrics.offer(edge.settings("approval", metrics=address))
    assert offered is not None
    async with served(edge, Cases()) as server, cases_as_person(edge, server) as cases:
        await cases.GetCase(case_pb2.GetCaseRequest(name="cases/expense-claim/EC-1/1"))
    page = await asyncio.to_thread(_fetch, f"http://{address}/metrics")
    offered.shutdown()
    offered.server_close()
    counted = 'zhupi_rpc_served_seconds_count{code="OK",method="/zhupi.approval.v1.CaseService/GetCase"}'
    assert counted in page


async def test_a_port_in_use_is_said(edge: Edge) -> None:
    async with served(edge, Cases()) as server:
        with pytest.raises(metrics.CannotOffer):
            metrics.offer(edge.settings("approval", metrics=server.address))


def test_without_an_address_nothing_is_offered(edge: Edge) -> None:
    assert metrics.offer(edge.settings("approval")) is None


def _fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        page: str = answer.read().decode()
    return page
