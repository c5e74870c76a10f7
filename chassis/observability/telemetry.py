"""OpenTelemetry: one request is one trace, from the first RPC through SQL, outbox, bus and workflow to its last effect.

Only W3C trace context crosses borders. Spans carry identifiers, never what people wrote.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import structlog
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult, TraceIdRatioBased
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, TraceState
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import Attributes

from chassis.config import Settings
from chassis.observability.span_export import RECEIVER, ChannelSpanExporter
from chassis.security.identity import ServiceIdentity

DOCUMENT: Final = "zhupi.document"
CASE: Final = "zhupi.case"
CASES: Final = "cases/"
FLUSH_MILLIS: Final = 2000

_propagator: Final = TraceContextTextMapPropagator()
tracer: Final = trace.get_tracer("zhupi")


class RootSampler(Sampler):
    """Traces begin with a request or a named piece of background work, at the given ratio; never with a bare statement.

    Otherwise every idle look into the outbox would be a trace.
    """

    def __init__(self, ratio: float) -> None:
        self._ratio = TraceIdRatioBased(ratio)

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        # RPCs are called package.Service/Method and the engine's calls Verb:Name; statements SELECT, INSERT …
        if kind is SpanKind.CLIENT and not {"/", ":"} & set(name):
            return SamplingResult(Decision.DROP)
        return self._ratio.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)

    def get_description(self) -> str:
        return f"Root({self._ratio.get_description()})"


class Telemetry:
    """The tracing of one process. `stop()` sends what is left, for two seconds at most."""

    def __init__(self, provider: TracerProvider) -> None:
        self.provider = provider

    def stop(self) -> None:
        self.provider.force_flush(FLUSH_MILLIS)
        self.provider.shutdown()


def start(settings: Settings, component: str, *processors: SpanProcessor) -> Telemetry:
    """Set up tracing for this process. `processors` get every span in addition to the configured receiver."""
    provider = TracerProvider(
        sampler=ParentBased(RootSampler(settings.trace_ratio)),
        resource=Resource.create({"service.name": component, "service.instance.id": str(os.getpid())}),
        shutdown_on_exit=False,
    )
    for processor in processors:
        provider.add_span_processor(processor)
    # The receiver's own spans would make new spans for ever.
    if settings.traces and component != RECEIVER:
        identity = ServiceIdentity.load(settings.service_key) if settings.service_key else None
        exporter = ChannelSpanExporter(settings.traces, identity)
        provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1000))
    trace.set_tracer_provider(provider)
    propagate.set_global_textmap(_propagator)
    if component != RECEIVER:
        PsycopgInstrumentor().instrument(tracer_provider=provider)
    return Telemetry(provider)


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
    structlog.contextvars.unbind_contextvars("document", "case")
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
            structlog.contextvars.bind_contextvars(**{key: value})
