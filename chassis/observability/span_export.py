"""Spans leave over our own authenticated channel. Whatever happens to them, the component does not wait and does not fail."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import grpc
import structlog
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from chassis.observability.metrics import SPANS_LOST
from chassis.observability.span_encoding import encoded
from chassis.security.identity import ServiceIdentity

EXPORT: Final = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
RECEIVER: Final = "traces"
TIMEOUT: Final = 5.0
COMPLAIN_EVERY: Final = 60.0

log = structlog.get_logger(__name__)


class ChannelSpanExporter(SpanExporter):
    """Sends spans by OTLP to `target` (host:port). Runs in the batch processor's thread, so its channel is a blocking one."""

    def __init__(self, target: str, identity: ServiceIdentity | None) -> None:
        self._identity = identity
        self._channel = grpc.insecure_channel(target)
        self._export = self._channel.unary_unary(
            EXPORT,
            request_serializer=ExportTraceServiceRequest.SerializeToString,
            response_deserializer=ExportTraceServiceResponse.FromString,
        )
        self._complained_at = float("-inf")

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            self._export(encoded(spans), timeout=TIMEOUT, metadata=self._metadata())
        except grpc.RpcError as error:
            SPANS_LOST.inc(len(spans))
            self._complain(error)
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        if self._identity is None:
            return ()
        return (("authorization", f"Bearer {self._identity.token(RECEIVER)}"),)

    def _complain(self, error: grpc.RpcError) -> None:
        if time.monotonic() - self._complained_at > COMPLAIN_EVERY:
            self._complained_at = time.monotonic()
            code = getattr(error, "code", None)
            log.warning("spans could not be sent", code=code() if callable(code) else None)

    def shutdown(self) -> None:
        self._channel.close()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return True
