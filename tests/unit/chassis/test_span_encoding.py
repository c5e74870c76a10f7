"""Our own encoder of spans says what the SDK's says, but for what people may have written."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

from chassis.observability.span_encoding import encoded

ELSEWHERE = SpanContext(7, 8, is_remote=True, trace_flags=TraceFlags(1), trace_state=TraceState([("a", "b")]))


@pytest.fixture
def spans() -> Sequence[ReadableSpan]:
    """Of two scopes, with everything that a span may have."""
    kept = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource({"service.name": "approval", "service.instance.id": "7"}))
    provider.add_span_processor(SimpleSpanProcessor(kept))
    one, other = provider.get_tracer("zhupi"), provider.get_tracer("psycopg", "3.2")
    from_elsewhere = trace.set_span_in_context(trace.NonRecordingSpan(ELSEWHERE))
    with one.start_as_current_span(
        "zhupi.approval.v1.WorkItemService/Approve", context=from_elsewhere, kind=SpanKind.SERVER
    ) as server:
        server.set_attributes({"one": 1, "true": True, "half": 0.5, "said": "同意", "bytes": b"\0"})
        with other.start_as_current_span("fetch", kind=SpanKind.CLIENT) as client:
            client.set_attributes({"one": True, "several": ["a", "b"], "numbers": [1, 2]})
    with one.start_as_current_span("alone", links=[Link(ELSEWHERE, {"why": "retry"})]) as alone:
        alone.set_status(Status(StatusCode.OK))
    return kept.get_finished_spans()


def test_spans_are_encoded_as_the_sdk_encodes_them(spans: Sequence[ReadableSpan]) -> None:
    assert _without_schemas(encoded(spans)) == _without_schemas(encode_spans(spans))


def test_what_an_exception_says_is_not_sent() -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    with pytest.raises(ValueError, match="李华"), provider.get_tracer("zhupi").start_as_current_span("fails"):
        raise ValueError("李华 139…")
    request = encoded(kept.get_finished_spans())
    assert request.resource_spans[0].scope_spans[0].spans[0].status.code == StatusCode.ERROR.value
    assert "李华".encode() not in request.SerializeToString()


def test_one_and_true_are_two_values() -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    for value in (1, True, 1.0):
        with provider.get_tracer("zhupi").start_as_current_span("step", attributes={"value": value}):
            pass
    found = encoded(kept.get_finished_spans()).resource_spans[0].scope_spans[0].spans
    assert [span.attributes[0].value.WhichOneof("value") for span in found] == [
        "int_value",
        "bool_value",
        "double_value",
    ]


def _without_schemas(request: ExportTraceServiceRequest) -> ExportTraceServiceRequest:
    for resource in request.resource_spans:
        resource.ClearField("schema_url")
        for scope in resource.scope_spans:
            scope.ClearField("schema_url")
    return request
