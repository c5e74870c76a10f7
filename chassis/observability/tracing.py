"""The tracing of one process: which traces are kept, and where their spans go."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult, TraceIdRatioBased
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import Attributes

from chassis.config import Settings
from chassis.observability.span_export import RECEIVER, ChannelSpanExporter
from chassis.security.identity import ServiceIdentity

FLUSH_MILLIS: Final = 2000
# While spans are encoded the interpreter does nothing else: some milliseconds, not dozens.
AT_ONCE: Final = 128


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
        provider.add_span_processor(
            BatchSpanProcessor(exporter, schedule_delay_millis=1000, max_export_batch_size=AT_ONCE)
        )
    trace.set_tracer_provider(provider)
    propagate.set_global_textmap(TraceContextTextMapPropagator())
    if component != RECEIVER:
        PsycopgInstrumentor().instrument(tracer_provider=provider)
    return Telemetry(provider)
