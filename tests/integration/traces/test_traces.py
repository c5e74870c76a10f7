"""Spans come in by OTLP from real exporters; operators, and only they, find them again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode

from chassis.component import Running
from chassis.launcher.ports import free_ports
from chassis.observability.span_export import ChannelSpanExporter
from chassis.observability.telemetry import CASE, DOCUMENT
from chassis.postgres.database import Database
from chassis.postgres.migrations import differences
from chassis.rpc.client import person_channel
from chassis.rpc.errors import RemoteRefusal
from chassis.security.identity import ServiceIdentity
from chassis.security.local_issuer import service_key
from kernel.errors import Code
from services.traces.domain import Kind, Span
from services.traces.service import COMPONENT, forget
from services.traces.store import Spans, metadata
from tests.builders.edge import Edge
from tests.builders.strangers import let_in, methods_of
from zhupi.traces.v1 import traces_pb2, traces_pb2_grpc

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
CLAIM = "claims/EC-2026-000123"


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    return Edge(tmp_path_factory.mktemp("home"))


@pytest.fixture
def traces_url(migrated_database: Callable[[str], str]) -> str:
    assert COMPONENT.migrations
    return migrated_database(COMPONENT.migrations)


@pytest.fixture
async def address(edge: Edge, traces_url: str) -> AsyncIterator[str]:
    """Where the component answers, run as `zhupi run traces` runs it."""
    listen = f"127.0.0.1:{free_ports(1)[0]}"
    up = asyncio.Event()
    running = Running(edge.settings("traces", listen=listen, database_url=traces_url), ready=up.set)
    serving = asyncio.create_task(COMPONENT.serve(running))
    await up.wait()
    yield listen
    running.stopping.set()
    await serving


@pytest.fixture
async def spans(traces_url: str) -> AsyncIterator[Spans]:
    database = Database(traces_url)
    yield Spans(database)
    await database.close()


async def query(edge: Edge, address: str, *roles: str) -> AsyncIterator[Any]:
    async with person_channel(address, edge.token("admin", *roles)) as channel:
        yield traces_pb2_grpc.TraceQueryServiceStub(channel)


def a_claims_trace() -> tuple[Any, str]:
    """Spans as components make them, and their trace's name."""
    memory = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource.create({"service.name": "expense"}))
    provider.add_span_processor(SimpleSpanProcessor(memory))
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span(
        "zhupi.expense.v1.ClaimService/SubmitClaim", kind=SpanKind.SERVER
    ) as first:
        first.set_attribute(DOCUMENT, CLAIM)
        with tracer.start_as_current_span("INSERT", kind=SpanKind.CLIENT) as second:
            second.set_attribute("db.statement", "INSERT INTO claims VALUES (%s)")
            second.set_status(Status(StatusCode.ERROR, "Key (name)=(Li Hua)"))
    return memory.get_finished_spans(), f"traces/{first.get_span_context().trace_id:032x}"


async def export(edge: Edge, address: str, found: Any, sender: str | None = "expense") -> SpanExportResult:
    identity = ServiceIdentity.load(service_key(edge.home, sender)) if sender else None
    exporter = ChannelSpanExporter(address, identity)
    try:
        return await asyncio.to_thread(exporter.export, found)
    finally:
        exporter.shutdown()


async def test_a_trace_that_components_sent_is_shown_whole(edge: Edge, address: str) -> None:
    found, name = a_claims_trace()
    assert await export(edge, address, found) is SpanExportResult.SUCCESS
    async for traces in query(edge, address, "operator"):
        trace = await traces.GetTrace(traces_pb2.GetTraceRequest(name=name))
    first, second = trace.spans
    assert (first.title, first.parent, first.component) == (
        "zhupi.expense.v1.ClaimService/SubmitClaim",
        "",
        "expense",
    )
    assert (second.parent, second.kind, second.failed) == (first.id, traces_pb2.SPAN_KIND_CLIENT, True)
    assert first.attributes[DOCUMENT] == CLAIM
    assert "Li Hua" not in str(trace)


async def test_what_is_sent_again_is_kept_once(edge: Edge, address: str) -> None:
    found, name = a_claims_trace()
    for _ in range(2):
        assert await export(edge, address, found) is SpanExportResult.SUCCESS
    async for traces in query(edge, address, "operator"):
        assert len((await traces.GetTrace(traces_pb2.GetTraceRequest(name=name))).spans) == 2


@pytest.mark.parametrize("sender", [None, "person"])
async def test_spans_of_strangers_are_not_taken(edge: Edge, address: str, sender: str | None) -> None:
    found, name = a_claims_trace()

    class Person:
        def token(self, _peer: str) -> str:
            return edge.token("lihua", "operator")

    exporter = ChannelSpanExporter(address, Person() if sender else None)  # type: ignore[arg-type]  # a stranger
    assert await asyncio.to_thread(exporter.export, found) is SpanExportResult.FAILURE
    exporter.shutdown()
    async for traces in query(edge, address, "operator"):
        with pytest.raises(RemoteRefusal) as refused:
            await traces.GetTrace(traces_pb2.GetTraceRequest(name=name))
    assert (refused.value.code, refused.value.reason) == (Code.NOT_FOUND, "TRACE_NOT_FOUND")


async def test_no_rpc_of_the_component_lets_a_stranger_in(edge: Edge, address: str) -> None:
    methods = await methods_of(address, edge.token())
    assert {"Export", "GetTrace", "ListTraces", "ServerReflectionInfo"} <= {method.name for method in methods}
    assert await let_in(address, methods, edge.bad_tokens()) == []


async def test_only_operators_look_at_traces(edge: Edge, address: str) -> None:
    async for traces in query(edge, address, "finance"):
        for call in (
            traces.GetTrace(traces_pb2.GetTraceRequest(name="traces/" + "0" * 32)),
            traces.ListTraces(traces_pb2.ListTracesRequest()),
        ):
            with pytest.raises(RemoteRefusal) as refused:
                await call
            assert refused.value.code is Code.PERMISSION_DENIED


async def test_traces_are_found_by_document_case_and_failure_in_pages(
    edge: Edge, address: str, spans: Spans
) -> None:
    await spans.add(
        [
            span
            for n in range(5)
            for span in (
                a_span(f"{n:032x}", began=NOW + timedelta(minutes=n)),
                a_span(
                    f"{n:032x}",
                    id="b" * 16,
                    parent="a" * 16,
                    failed=n == 3,
                    attributes={DOCUMENT: f"claims/{n % 2}", CASE: f"cases/{n}"},
                ),
            )
        ]
    )

    async def listed(**filters: Any) -> list[int]:
        numbers: list[int] = []
        async for traces in query(edge, address, "operator"):
            token = ""
            while True:
                page = await traces.ListTraces(
                    traces_pb2.ListTracesRequest(page_size=2, page_token=token, **filters)
                )
                numbers += [int(trace.name.removeprefix("traces/"), 16) for trace in page.traces]
                token = page.next_page_token
                if not token:
                    break
        return numbers

    assert await listed() == [4, 3, 2, 1, 0]
    assert await listed(document="claims/0") == [4, 2, 0]
    assert await listed(case="cases/2") == [2]
    assert await listed(failed_only=True) == [3]


async def test_old_spans_are_forgotten_and_young_ones_stay(spans: Spans) -> None:
    await spans.add([a_span("0" * 32, began=NOW - timedelta(days=15)), a_span("1" * 32, began=NOW)])
    assert await spans.forget(NOW - timedelta(days=14)) == 1
    assert await spans.of_trace("0" * 32) == []
    assert len(await spans.of_trace("1" * 32)) == 1


async def test_forgetting_survives_a_database_that_is_away() -> None:
    asked_again = asyncio.Event()
    times = iter((NOW, NOW))

    class Twice:
        def now(self) -> datetime:
            at = next(times, None)
            if at is None:
                asked_again.set()
            return at or NOW

    away = Database("postgresql://nobody:none@127.0.0.1:1/none")
    forgetting = asyncio.create_task(forget(Spans(away), timedelta(days=14), Twice(), every=0.01))
    await asked_again.wait()
    assert not forgetting.done()
    forgetting.cancel()
    await away.close()


def test_the_migrated_table_is_the_one_the_code_knows(traces_url: str) -> None:
    changes = [change for change in differences(traces_url, metadata) if "spans" in str(change)]
    assert {change[0] for change in changes} <= {"remove_index"}  # indexes stand in the migration only


def a_span(trace: str, **changes: Any) -> Span:
    return Span(
        **{
            "trace": trace,
            "id": "a" * 16,
            "parent": "",
            "title": "zhupi.expense.v1.ClaimService/SubmitClaim",
            "component": "expense",
            "kind": Kind.SERVER,
            "began": NOW,
            "took": timedelta(milliseconds=12),
            **changes,
        }
    )
