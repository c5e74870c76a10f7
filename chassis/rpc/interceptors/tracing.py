"""A span around every call, served or made.

Written here instead of taking opentelemetry-instrumentation-grpc: that one does not see statuses sent with details, puts
exception messages into spans, and hands out bare generators where callers expect a call they can cancel.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import grpc
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from chassis.observability import telemetry
from chassis.rpc.interceptors.call import Call

# What was wrong on the server's side; the other codes are answers.
FAULTS: Final = frozenset(
    {
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DATA_LOSS,
    }
)


def attributes(method: str) -> dict[str, str]:
    service, _, name = method.lstrip("/").rpartition("/")
    return {"rpc.system": "grpc", "rpc.service": service, "rpc.method": name}


def end(span: Span, code: grpc.StatusCode) -> None:
    number: int = code.value[0]
    span.set_attribute("rpc.grpc.status_code", number)
    if code in FAULTS:
        span.set_status(Status(StatusCode.ERROR, code.name))


@contextmanager
def traced(call: Call) -> Iterator[None]:
    if call.is_telemetry:
        yield
        return
    with telemetry.tracer.start_as_current_span(
        call.method.lstrip("/"),
        context=telemetry.parent(call.metadata),
        kind=SpanKind.SERVER,
        attributes=attributes(call.method),
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield
        finally:
            end(span, call.code)
