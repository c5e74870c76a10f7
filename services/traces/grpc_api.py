"""Spans in by OTLP, traces out for operators."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from chassis.postgres.paging import PageRequest
from chassis.rpc.servicer import caller_request
from chassis.security.authorisation import INSTALLATION, Policies
from services.traces.domain import Span, TraceNotFound
from services.traces.otlp import spans_of
from services.traces.store import Spans
from zhupi.traces.v1 import traces_pb2, traces_pb2_grpc

PREFIX: Final = "traces/"


class Doors:
    """Who may come in."""

    def __init__(self) -> None:
        self._policies = Policies(Path(__file__).parent / "authorisation")

    def require(self, action: str) -> None:
        self._policies.require(caller_request().caller, action, INSTALLATION, "traces")


class TraceReceiver:
    """OTLP's TraceService. Its generated base class serves threads only, so this one has none."""

    def __init__(self, spans: Spans, doors: Doors) -> None:
        self._spans = spans
        self._doors = doors

    async def Export(self, request: ExportTraceServiceRequest, context: Any) -> ExportTraceServiceResponse:
        self._doors.require("Export")
        await self._spans.add(list(spans_of(request)))
        return ExportTraceServiceResponse()


class TraceQueryServicer(traces_pb2_grpc.TraceQueryServiceServicer):
    def __init__(self, spans: Spans, doors: Doors) -> None:
        self._spans = spans
        self._doors = doors

    async def GetTrace(self, request: traces_pb2.GetTraceRequest, context: Any) -> traces_pb2.Trace:
        self._doors.require("GetTrace")
        found = await self._spans.of_trace(request.name.removeprefix(PREFIX))
        if not found:
            raise TraceNotFound(name=request.name)
        return traces_pb2.Trace(name=request.name, spans=map(_encode, found))

    async def ListTraces(
        self, request: traces_pb2.ListTracesRequest, context: Any
    ) -> traces_pb2.ListTracesResponse:
        self._doors.require("ListTraces")
        page = await self._spans.first_spans(
            PageRequest.of(request),
            document=request.document,
            case=request.case,
            failed_only=request.failed_only,
        )
        return traces_pb2.ListTracesResponse(
            traces=map(_summary, page.items), next_page_token=page.next_page_token
        )


def _encode(span: Span) -> traces_pb2.Span:
    return traces_pb2.Span(
        id=span.id,
        parent=span.parent,
        title=span.title,
        component=span.component,
        kind=traces_pb2.SpanKind.Value(f"SPAN_KIND_{span.kind.name}"),
        start_time=_timestamp(span),
        duration=_duration(span),
        failed=span.failed,
        attributes=span.attributes,
    )


def _summary(span: Span) -> traces_pb2.TraceSummary:
    return traces_pb2.TraceSummary(
        name=PREFIX + span.trace,
        title=span.title,
        component=span.component,
        start_time=_timestamp(span),
        duration=_duration(span),
        failed=span.failed,
    )


def _timestamp(span: Span) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(span.began)
    return stamp


def _duration(span: Span) -> Duration:
    duration = Duration()
    duration.FromTimedelta(span.took)
    return duration
