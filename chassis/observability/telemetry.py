"""OpenTelemetry: one request is one trace, from the first RPC through SQL, outbox, bus and workflow to its last effect.

Only W3C trace context crosses borders. Spans carry identifiers, never what people wrote. What becomes of them is for
`chassis.observability.tracing` to say; here is what every caller needs, and it must be quick to import.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

DOCUMENT: Final = "zhupi.document"
CASE: Final = "zhupi.case"
CASES: Final = "cases/"

_propagator: Final = TraceContextTextMapPropagator()
tracer: Final = trace.get_tracer("zhupi")


def headers() -> dict[str, str]:
    """The present trace as headers (`traceparent`), for outbox rows, messages and calls; empty outside a trace."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier


def trace_id() -> str:
    """The present trace, 32 hex digits; empty outside a trace."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""


def parent(carrier: Mapping[str, str]) -> Context:
    """The trace that arrived in headers, to be gone on with."""
    return _propagator.extract(carrier, context=Context())


@contextmanager
def continued(carrier: Mapping[str, str], name: str, kind: SpanKind = SpanKind.CONSUMER) -> Iterator[Span]:
    """Go on, inside the block, with the trace that arrived in a row's or a message's headers."""
    _log_context().unbind_contextvars("document", "case")
    with step(name, kind, context=parent(carrier)) as span:
        yield span


@contextmanager
def step(name: str, kind: SpanKind = SpanKind.INTERNAL, *, context: Context | None = None) -> Iterator[Span]:
    """A span around the block, of the present trace where `context` names no other."""
    # An exception's message may quote a person; its type says enough here, and the log has its places.
    with tracer.start_as_current_span(
        name, context=context, kind=kind, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except Exception as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def concerns(*, document: str = "", case: str = "") -> None:
    """Say which document and case the present work is about: on its span and on all its later log lines.

    Both are resource names: `claims/EC-2026-000123`, `cases/expense-claim/EC-2026-000123/1`; the engine's name of a
    case, which goes without `cases/`, will do.
    """
    if document.startswith(CASES):
        document, case = "", case or document
    if case and not case.startswith(CASES):
        case = CASES + case
    span = trace.get_current_span()
    for attribute, key, value in ((DOCUMENT, "document", document), (CASE, "case", case)):
        if value:
            span.set_attribute(attribute, value)
            _log_context().bind_contextvars(**{key: value})


def _log_context() -> Any:
    # With the module it would be imported by everybody who only calls; it takes as long as all the rest of it.
    from structlog import contextvars

    return contextvars
