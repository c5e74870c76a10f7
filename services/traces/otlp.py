"""OTLP as it arrives, as spans. What is too long is cut: a span is for finding the place, not for keeping what was there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as OtlpSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from services.traces.domain import Kind, Span

LONGEST_TEXT: Final = 1000
MOST_ATTRIBUTES: Final = 32
KINDS: Final = {int(kind): kind for kind in Kind}


def spans_of(request: ExportTraceServiceRequest) -> Iterator[Span]:
    """The spans that are whole; one without ids or times is left out."""
    for resource in request.resource_spans:
        component = _plain(resource.resource.attributes).get("service.name", "")
        for scope in resource.scope_spans:
            for span in scope.spans:
                if len(span.trace_id) == 16 and len(span.span_id) == 8 and span.start_time_unix_nano:
                    yield _span(span, component)


def _span(span: OtlpSpan, component: str) -> Span:
    took = max(span.end_time_unix_nano - span.start_time_unix_nano, 0)
    return Span(
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        title=_clean(span.name),
        component=component,
        kind=KINDS.get(int(span.kind), Kind.UNSPECIFIED),
        began=datetime.fromtimestamp(span.start_time_unix_nano / 1e9, UTC),
        took=timedelta(microseconds=took / 1000),
        failed=span.status.code == Status.STATUS_CODE_ERROR,
        attributes=_plain(span.attributes),
    )


def _plain(attributes: Iterable[KeyValue]) -> dict[str, str]:
    plain: dict[str, str] = {}
    for attribute in attributes:
        kind = attribute.value.WhichOneof("value")
        if kind in ("string_value", "bool_value", "int_value", "double_value"):
            plain[_clean(attribute.key)] = _clean(str(getattr(attribute.value, kind)))
        if len(plain) == MOST_ATTRIBUTES:
            break
    return plain


def _clean(text: str) -> str:
    return text[:LONGEST_TEXT].replace("\0", "")  # PostgreSQL keeps no NUL
